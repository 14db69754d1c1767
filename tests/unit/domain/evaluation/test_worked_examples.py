"""Thirty interviews judged by hand first; each number stands beside how it was worked out."""

from dataclasses import dataclass, field

import pytest

from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.evaluation.rule_sets import (
    Action,
    AddScore,
    Criterion,
    CriterionKind,
    Enrol,
    Flag,
    KnockOut,
    Recommend,
    RuleSet,
    Tag,
)
from interview_desk.domain.records import Record
from tests.helpers.judging import (
    all_of,
    answers,
    any_of,
    computed,
    guest,
    inputs,
    insight,
    judge,
    leaf,
    no,
    part,
    rated,
    rule,
    rules,
    sheet,
)

YES, NO = True, False


@dataclass
class Example:
    """What is judged, by what, and what it must come to."""

    title: str
    by: RuleSet
    given: Inputs
    verdict: str
    score: float | None
    coverage: float
    actions: list[Action] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    knock_outs: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)


PAIN, FIT, MONEY = rated("pain", 3), rated("fit", 2), rated("money", 1)
BASIC = rules(PAIN, FIT, MONEY)
PAID = Criterion("paid", "Paid", CriterionKind.BOOLEAN, weight=1)
FEW = leaf("insights.count", "less_than", 2)
GOOD = leaf("score.verdict", "one_of", ("yes", "strong_yes"))
LONG = leaf("timing.talked_minutes", "at_least", 20)
FORCES = computed("forces", "computed.forces_balance", -2, 0, 2, 4)
OPPORTUNITY = computed("need", "computed.opportunity", 5, 10, 12, 15)


def one_sheet(**ratings: object) -> Inputs:
    return inputs(parts=[part("ada")], sheets=[sheet("ada", **ratings)])  # type: ignore[arg-type]  # short in a table


def strengths(push: int, pull: int, anxiety: int, habit: int) -> list[Record]:
    return answers(
        outcomes__push_strength=push,
        outcomes__pull_strength=pull,
        outcomes__anxiety_strength=anxiety,
        outcomes__habit_strength=habit,
    )


def applies(criterion_id: str, when: object, weight: float = 1) -> Criterion:
    return rated(criterion_id, weight, applies_when=when)


EXAMPLES = [
    Example(
        "all fives are all there is to get",
        BASIC,
        one_sheet(pain=5, fit=5, money=5),
        "strong_yes",
        100,
        1,
        [Action.INTRODUCE],
    ),
    Example(
        "all ones earn nothing", BASIC, one_sheet(pain=1, fit=1, money=1), "no", 0, 1, [Action.PASS]
    ),
    Example(
        "threes are the middle: (3 + 2 + 1) / 2 of 6",
        BASIC,
        one_sheet(pain=3, fit=3, money=3),
        "maybe",
        50,
        1,
        [Action.FOLLOW_UP],
    ),
    Example(
        "weights count: (3 x 1 + 2 x 0.5 + 1 x 0) / 6 = 66.67",
        BASIC,
        one_sheet(pain=5, fit=3, money=1),
        "yes",
        66.67,
        1,
        [Action.NEXT_INTERVIEW],
    ),
    Example(
        "exactly 80 is the higher band: (4 x 1 + 1 x 0) / 5",
        rules(rated("pain", 4), rated("fit", 1)),
        one_sheet(pain=5, fit=1),
        "strong_yes",
        80,
        1,
        [Action.INTRODUCE],
    ),
    Example(
        "just below stays below: 0.75 x 65 + 0.25 x 35 of 100 is 57.5",
        rules(rated("pain", 65), rated("fit", 35)),
        one_sheet(pain=4, fit=2),
        "maybe",
        57.5,
        1,
        [Action.FOLLOW_UP],
    ),
    Example(
        "what is not rated lowers coverage and not the score: 5 of 6 known, all at 5",
        BASIC,
        one_sheet(pain=5, fit=5),
        "strong_yes",
        100,
        0.8333,
        [Action.INTRODUCE],
        ["ratings.money"],
    ),
    Example(
        "half the weight known is insufficient, whatever it says",
        BASIC,
        one_sheet(pain=5),
        "insufficient_evidence",
        100,
        0.5,
        [Action.ASK],
        ["ratings.fit", "ratings.money"],
    ),
    Example(
        "exactly 60 per cent is enough: 3 of 5",
        rules(rated("pain", 3), rated("fit", 2)),
        one_sheet(pain=4),
        "yes",
        75,
        0.6,
        [Action.NEXT_INTERVIEW],
        ["ratings.fit"],
    ),
    Example(
        "nobody rated: no score at all, not a zero",
        BASIC,
        inputs(parts=[part("ada")]),
        "insufficient_evidence",
        None,
        0,
        [Action.ASK],
        ["ratings.pain", "ratings.fit", "ratings.money"],
    ),
    Example(
        "a draft does not count",
        rules(PAIN),
        inputs(parts=[part("ada")], sheets=[sheet("ada", "draft", pain=5)]),
        "insufficient_evidence",
        None,
        0,
        [Action.ASK],
        ["ratings.pain"],
    ),
    Example(
        "the panel's median of 2, 4 and 5 is 4: three quarters",
        rules(PAIN),
        inputs(sheets=[sheet("ada", pain=2), sheet("ben", pain=5), sheet("cy", pain=4)]),
        "yes",
        75,
        1,
        [Action.NEXT_INTERVIEW],
    ),
    Example(
        "between 3 and 4 lies 3.5: 2.5 of 4 is 62.5",
        rules(PAIN),
        inputs(sheets=[sheet("ada", pain=3), sheet("ben", pain=4)]),
        "maybe",
        62.5,
        1,
        [Action.FOLLOW_UP],
    ),
    Example(
        "a missed must-have knocks out a score of (3 x 1 + 2 x 0.25) / 5 = 70",
        rules(PAIN, rated("fit", 2, must_have=True)),
        one_sheet(pain=5, fit=2),
        "knocked_out",
        70,
        1,
        [Action.PASS],
        knock_outs=["Fit is 2 of 5; at least 3 is a must."],
    ),
    Example(
        "a must-have that is just met does not: (3 x 1 + 2 x 0.5) / 5 = 80",
        rules(PAIN, rated("fit", 2, must_have=True)),
        one_sheet(pain=5, fit=3),
        "strong_yes",
        80,
        1,
        [Action.INTRODUCE],
    ),
    Example(
        "a must-have that nobody rated leaves it open, though 3 of 4 are known",
        rules(PAIN, rated("fit", 1, must_have=True)),
        one_sheet(pain=5),
        "insufficient_evidence",
        100,
        0.75,
        [Action.ASK],
        ["ratings.fit"],
    ),
    Example(
        "an own minimum of 5 is missed by a 4",
        rules(rated("fit", must_have=True, minimum=5)),
        one_sheet(fit=4),
        "knocked_out",
        75,
        1,
        [Action.PASS],
        knock_outs=["Fit is 4 of 5; at least 5 is a must."],
    ),
    Example(
        "yes is 5 and no is 1: (1 x 1 + 3 x 0) / 4 = 25",
        rules(PAIN, PAID),
        one_sheet(pain=1, paid=YES),
        "no",
        25,
        1,
        [Action.PASS],
    ),
    Example(
        "a rating without the evidence asked for is not known",
        rules(rated("pain", 3, evidence_required=True), rated("fit", 2)),
        one_sheet(pain=5, fit=(5, "They pay for it.")),
        "insufficient_evidence",
        100,
        0.4,
        [Action.ASK],
        ["ratings.pain"],
    ),
    Example(
        "with the evidence it is: (3 x 0.75 + 2 x 1) / 5 = 85",
        rules(rated("pain", 3, evidence_required=True), rated("fit", 2)),
        one_sheet(pain=(4, [{"quote": "Every Friday."}]), fit=5),
        "strong_yes",
        85,
        1,
        [Action.INTRODUCE],
    ),
    Example(
        "what does not apply is in neither sum: only pain counts, 0.5",
        rules(PAIN, applies("churn", leaf("answers.first_use.fired_product", "is", YES), 9)),
        inputs(sheets=[sheet("ada", pain=3, churn=1)], said=answers(first_use__fired_product=NO)),
        "maybe",
        50,
        1,
        [Action.FOLLOW_UP],
    ),
    Example(
        "where it is not known whether it applies, its weight is not known: 3 of 4",
        rules(PAIN, applies("churn", leaf("answers.first_use.fired_product", "is", YES))),
        one_sheet(pain=3, churn=1),
        "maybe",
        50,
        0.75,
        [Action.FOLLOW_UP],
        ["answers.first_use.fired_product"],
    ),
    Example(
        "forces 3 + 2 - 1 - 1 = 3 reach -2, 0 and 2: a 4, three quarters",
        rules(FORCES),
        inputs(said=strengths(3, 2, 1, 1)),
        "yes",
        75,
        1,
        [Action.NEXT_INTERVIEW],
    ),
    Example(
        "three of four forces are no balance",
        rules(FORCES),
        inputs(said=answers(outcomes__push_strength=3, outcomes__pull_strength=3)),
        "insufficient_evidence",
        None,
        0,
        [Action.ASK],
        ["computed.forces_balance"],
    ),
    Example(
        "importance 9 and satisfaction 3 is 9 + 6 = 15: a 5",
        rules(OPPORTUNITY),
        inputs(
            said=answers(
                outcomes__outcomes=[
                    {"importance": 9, "satisfaction": 3},
                    {"importance": 4, "satisfaction": 8},
                ]
            )
        ),
        "strong_yes",
        100,
        1,
        [Action.INTRODUCE],
    ),
    Example(
        "points of rules that hold are added: 50 + 20 - 5 = 65",
        rules(
            PAIN,
            rule("long", LONG, AddScore(20)),
            rule("alone", leaf("guests.count", "at_most", 1), AddScore(-5)),
            rule("tagged", leaf("interview.tags", "contains", "vip"), AddScore(30)),
        ),
        inputs(
            interview={"tags": []},
            guests=[guest()],
            sheets=[sheet("ada", pain=3)],
            said=answers(
                capture__started_at="2026-11-18T10:00:00Z",
                capture__finished_at="2026-11-18T10:45:00Z",
            ),
        ),
        "yes",
        65,
        1,
        [Action.NEXT_INTERVIEW],
        effects=["long", "alone"],
    ),
    Example(
        "points of a rule that nobody can tell are not added, and what it asks is named",
        rules(PAIN, rule("long", LONG, AddScore(20))),
        one_sheet(pain=3),
        "maybe",
        50,
        1,
        [Action.FOLLOW_UP],
        ["timing.talked_minutes"],
    ),
    Example(
        "a score never leaves 0 to 100: 75 + 60",
        rules(PAIN, rule("came", leaf("interview.held", "is", YES), AddScore(60))),
        one_sheet(pain=4),
        "strong_yes",
        100,
        1,
        [Action.INTRODUCE],
        effects=["came"],
    ),
    Example(
        "a rule knocks out with its own words and the values in them",
        rules(
            PAIN,
            rule(
                "quiet",
                all_of(
                    leaf("insights.count", "less_than", 2), no(leaf("guests.no_show", "is", YES))
                ),
                KnockOut(),
                "Only {insights.count} insights; no-show: {guests.no_show}.",
            ),
        ),
        inputs(
            sheets=[sheet("ada", pain=5)],
            insights=[insight("push", strength=2)],
            guests=[guest(no_show=NO)],
        ),
        "knocked_out",
        100,
        1,
        [Action.PASS],
        knock_outs=["Only 1 insights; no-show: no."],
        effects=["quiet"],
    ),
    Example(
        "rules may ask for the verdict; what is done in the world waits for the last rater",
        rules(
            PAIN,
            rule(
                "warm",
                any_of(GOOD),
                Enrol("thanks"),
            ),
            rule("top", leaf("score.points", "at_least", 90), Tag("top")),
            rule("refer", leaf("score.points", "at_least", 90), Recommend(Action.FOLLOW_UP)),
            rule("look", leaf("score.coverage", "at_least", 90), Flag("complete")),
        ),
        inputs(parts=[part("ada"), part("ben", "observer")], sheets=[sheet("ada", pain=5)]),
        "strong_yes",
        100,
        1,
        [Action.INTRODUCE, Action.FOLLOW_UP],
        effects=["refer", "look"],
    ),
]


def test_there_are_thirty():
    assert len(EXAMPLES) == 30


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.title)
def test_an_interview_comes_to_what_was_worked_out_by_hand(example: Example) -> None:
    found = judge(example.by, example.given)
    assert (found.verdict, found.score) == (example.verdict, example.score)
    assert found.coverage == example.coverage
    assert [one.action for one in found.recommendations] == example.actions
    assert list(found.missing) == example.missing
    assert list(found.knock_outs) == example.knock_outs
    assert [one.rule_id for one in found.effects] == example.effects
