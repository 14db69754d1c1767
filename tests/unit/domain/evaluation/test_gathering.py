"""Facts out of records: what was said, and nothing that nobody said."""

import pytest

from interview_desk.domain.evaluation.computed import Peer
from interview_desk.domain.evaluation.gathering import Inputs, gathered
from interview_desk.domain.records import Record
from interview_desk.domain.values import Json
from tests.helpers.judging import answer, answers, guest, inputs, insight, sheet

YES, NO = True, False
QUOTE: Json = [{"quote": "Every Friday.", "verbatim": True}]


def fact(name: str, given: Inputs) -> object:
    return gathered([name], given)[name]


SCHEDULED = {"status": "scheduled", "start": "2026-11-18T10:00:00Z", "end": "2026-11-18T10:45:00Z"}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("interview.held", inputs(), True),
        ("interview.held", inputs(interview={"status": "evaluated"}), True),
        ("interview.held", inputs(interview=SCHEDULED), False),
        ("interview.no_show", inputs(interview={"status": "no_show"}), True),
        ("interview.priority", inputs(interview={"priority": 2.0}), 2),
        ("interview.priority", inputs(interview={"priority": 2.5}), 2.5),
        ("interview.priority", inputs(), None),
        ("interview.tags", inputs(interview={"tags": ["b2b", "a"]}), ("a", "b2b")),
        ("startup.name", inputs(), None),
        ("startup.name", inputs(startup={"name": "  Acme  Ltd "}), "Acme Ltd"),
        ("startup.tags", inputs(startup={"tags": []}), ()),
        ("guests.count", inputs(guests=[guest(), guest()]), 2),
        ("guests.no_show", inputs(), None),
        ("guests.no_show", inputs(guests=[guest(no_show=NO), guest()]), None),
        ("guests.no_show", inputs(guests=[guest(no_show=NO)]), False),
        ("guests.no_show", inputs(guests=[guest(no_show=YES), guest()]), True),
        ("guests.consent_quotes", inputs(guests=[guest(consent_quotes="yes")]), True),
        (
            "guests.consent_quotes",
            inputs(guests=[guest(consent_quotes="yes"), guest(consent_quotes="no")]),
            False,
        ),
        ("guests.consent_quotes", inputs(guests=[guest(consent_quotes="yes"), guest()]), None),
        ("guests.consent_quotes", inputs(), None),
        ("guests.shoe_size", inputs(guests=[guest()]), None),
        (
            "answers.deciding.price",
            inputs(said=answers(deciding__price=" 20  a month ")),
            "20 a month",
        ),
        ("answers.deciding.price", inputs(said=answers(deciding__price="  ")), None),
        ("answers.deciding.price", inputs(), None),
        (
            "answers.first_use.fired_product",
            inputs(said=answers(first_use__fired_product=NO)),
            False,
        ),
        (
            "answers.context.startup.stage",
            inputs(said=answers(context__startup={"stage": "seed"})),
            "seed",
        ),
        (
            "answers.context.startup.team",
            inputs(said=answers(context__startup={"stage": "seed"})),
            None,
        ),
        (
            "answers.context.startup",
            inputs(said=answers(context__startup={"stage": "seed"})),
            "seed",
        ),
        ("answers.context.subject.stage", inputs(said=answers(context__subject="me")), None),
        (
            "answers.first_thought.push",
            inputs(said=answers(first_thought__push=["late", "", "dear"])),
            ("late", "dear"),
        ),
        (
            "answers.first_thought.push.count",
            inputs(said=answers(first_thought__push=["late", ""])),
            1,
        ),
        ("answers.first_thought.push.count", inputs(), None),
        ("answers.first_thought.push.count", inputs(said=answers(first_thought__covered=YES)), 0),
        ("answers.first_thought.push", inputs(said=answers(first_thought__covered=YES)), ()),
        ("answers.first_thought.push.count", inputs(said=answers(first_thought__covered=NO)), None),
        ("answers.first_thought.covered", inputs(said=answers(first_thought__covered=YES)), True),
        (
            "answers.active_looking.alternatives.kind",
            inputs(said=answers(active_looking__alternatives=[{"kind": "person"}, {"name": "x"}])),
            ("person",),
        ),
        (
            "answers.outcomes.outcomes.importance",
            inputs(
                said=answers(
                    outcomes__outcomes=[{"importance": 4}, {"importance": 9.0}, {"metric": "x"}]
                )
            ),
            9,
        ),
        (
            "answers.outcomes.outcomes.importance",
            inputs(said=answers(outcomes__outcomes=[{"importance": "high"}, {"importance": 9}])),
            ("high", "9"),
        ),
        ("insights.count", inputs(), 0),
        ("insights.count", inputs(interview=SCHEDULED), None),
        ("insights.count", inputs(interview=SCHEDULED, insights=[insight("push")]), 1),
        (
            "insights.count",
            inputs(insights=[insight("push"), insight("push", state="rejected")]),
            1,
        ),
        ("insights.push.count", inputs(insights=[insight("push"), insight("pull")]), 1),
        (
            "insights.push.strength",
            inputs(
                insights=[
                    insight("push", strength=1),
                    insight("push", strength=3.0),
                    insight("push"),
                ]
            ),
            3,
        ),
        ("insights.push.strength", inputs(insights=[insight("pull", strength=1)]), None),
        (
            "insights.tags",
            inputs(insights=[insight("push", tags=["b", "a"]), insight("pull", tags=["a"])]),
            ("a", "b"),
        ),
        ("insights.tags", inputs(interview=SCHEDULED), None),
        ("insights.tags", inputs(insights=[insight("push", tags="b")]), ()),
        (
            "insights.quotes",
            inputs(
                insights=[
                    insight("quote", evidence=QUOTE),
                    insight("quote", evidence=QUOTE, state="held"),
                    insight("push"),
                ]
            ),
            1,
        ),
        (
            "insights.quotes",
            inputs(
                insights=[insight("quote", evidence=QUOTE), insight("push")],
                guests=[guest(consent_quotes="yes"), guest(consent_quotes="no")],
            ),
            0,
        ),
        ("ratings.sheets", inputs(sheets=[sheet("ada"), sheet("ben", "draft")]), 1),
        ("timing.planned_minutes", inputs(interview=SCHEDULED), 45),
        ("timing.planned_minutes", inputs(interview={"start": "2026-11-18T10:00:00Z"}), None),
        ("timing.planned_minutes", inputs(interview={"start": "soon", "end": "later"}), None),
        (
            "timing.talked_minutes",
            inputs(
                said=answers(
                    capture__started_at="2026-11-18T10:00:00Z",
                    capture__finished_at="2026-11-18T10:31:40Z",
                )
            ),
            32,
        ),
        (
            "timing.days_since_switch",
            inputs(interview=SCHEDULED, said=answers(context__switch_date="2026-11-01")),
            17,
        ),
        (
            "timing.days_since_switch",
            inputs(interview=SCHEDULED, said=answers(context__switch_date="last spring")),
            None,
        ),
        ("timing.days_since_switch", inputs(said=answers(context__switch_date="2026-11-01")), None),
        (
            "computed.opportunity",
            inputs(
                said=answers(
                    outcomes__outcomes=[
                        {"importance": 5, "satisfaction": 8},
                        {"importance": 8, "satisfaction": 6},
                        "none",
                        {"importance": 10},
                    ]
                )
            ),
            10,
        ),
        ("computed.opportunity", inputs(), None),
        ("weather.rain", inputs(), None),
    ],
)
def test_a_fact_is_what_was_said(name, given, expected):
    found = fact(name, given)
    assert found == expected
    assert type(found) is type(expected)


def forces(push: Json, pull: Json, anxiety: Json, habit: Json) -> list[Record]:
    said = {"push": push, "pull": pull, "anxiety": anxiety, "habit": habit}
    return [answer(f"outcomes.{name}_strength", value) for name, value in said.items()]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (forces(3, 3, 0, 0), 6),
        (forces(0, 1, 3, 3), -5),
        (forces(0, 0, 0, 0), 0),
        (forces(3, 3, None, 0), None),
        (forces(3, 3, YES, 0), None),
        ([], None),
    ],
)
def test_forces_balance_once_all_four_are_known(said, expected):
    assert fact("computed.forces_balance", inputs(said=said)) == expected


def test_an_interview_stands_beside_the_others_of_its_segment():
    given = inputs(said=forces(3, 2, 1, 0), peers=[Peer("x", 1), Peer("y", 2), Peer("z", 2)])
    assert fact("segment.count", given) == 3
    assert fact("segment.balance", given) == 1.67
    assert fact("segment.difference", given) == 2.33


def test_without_others_or_an_own_balance_there_is_nothing_to_compare():
    assert fact("segment.difference", inputs(said=forces(3, 2, 1, 0))) is None
    assert fact("segment.count", inputs(peers=[Peer("x", 1)])) is None


def test_facts_come_in_the_order_of_their_names():
    found = gathered({"startup.name", "guests.count", "insights.count"}, inputs())
    assert list(found) == ["guests.count", "insights.count", "startup.name"]
