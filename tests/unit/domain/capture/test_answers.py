from importlib.resources import files
from json import loads

import pytest

from interview_desk.domain.answers import Answers, forces_of, timeline_of, words_of
from interview_desk.domain.guides import Guide, guide_of
from interview_desk.domain.records import Record
from interview_desk.domain.values import Json


@pytest.fixture(scope="module")
def guide() -> Guide:
    source = files("interview_desk_resources").joinpath("guides", "switch-interview.json")
    return guide_of(loads(source.read_text("utf-8")))


def row(field: str, value: Json, *, item: str | None = None, row_id: str = "") -> Record:
    fields: dict[str, Json] = {"field": field, "value": value, "item": item}
    return Record("interview_answers", row_id or f"{field}/{item}", fields)


def test_items_of_a_list_are_read_in_their_order():
    answers = Answers(
        [row("a.x", "second", item="2"), row("a.x", "first", item="1"), row("a.y", None)]
    )
    assert [answer.value for answer in answers.of("a.x")] == ["first", "second"]
    assert answers.value("a.x") == "first"
    assert answers.is_filled("a.x")
    assert not answers.is_filled("a.y")
    assert answers.value("a.z") is None
    assert answers.of("a.z") == ()


def test_the_forces_fill_from_fields_and_from_what_was_captured(guide: Guide):
    answers = Answers(
        [
            row("first_thought.push", "Export broke", item="1"),
            row("deciding.anxieties", "", item="1"),
            row("outcomes.push_strength", 3),
            row("outcomes.pull_strength", value=True),
        ]
    )
    insights = [{"kind": "pull", "statement": "One place for all"}, {"kind": "quote"}]
    push, pull, anxiety, habit = forces_of(guide, answers, insights)
    assert (push.said, push.strength) == (("Export broke",), 3)
    assert (pull.said, pull.strength) == (("One place for all",), None)
    assert anxiety.said == habit.said == ()


def test_the_timeline_tells_the_switch_in_the_order_it_happened(guide: Guide):
    answers = Answers(
        [
            row("context.switch_date", "14 March 2026"),
            row("passive_looking.event1", {"what": "Audit", "date": "last autumn"}),
            row("active_looking.event2", {"what": "Offer ran out"}),
            row("first_use.first_use_date", "2026-03-16"),
        ]
    )
    moments = timeline_of(guide, answers)
    assert [moment.title for moment in moments] == [
        "First thought",
        "First event",
        "Second event",
        "Decided on",
        "Switched on",
        "First used on",
    ]
    known = {m.field: m.when.said for m in moments if m.when}
    assert known == {
        "passive_looking.event1": "last autumn",
        "context.switch_date": "14 March 2026",
        "first_use.first_use_date": "2026-03-16",
    }


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (2.5, "2.5"),
        (" two\n words ", "two words"),
        (["a", "", "b"], "a · b"),
        ({"when": "now", "so": None}, "now"),
    ],
)
def test_any_answer_can_be_read_in_one_line(value: Json, words: str):
    assert words_of(value) == words
