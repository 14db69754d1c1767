"""What rules do to a score and a verdict, worked out by hand."""

from interview_desk.domain.evaluation.rule_sets import (
    Action,
    AddScore,
    Enrol,
    Flag,
    KnockOut,
    Recommend,
    Tag,
)
from tests.helpers.judging import (
    all_of,
    answers,
    any_of,
    guest,
    inputs,
    insight,
    leaf,
    no,
    part,
    rule,
    rules,
    sheet,
)
from tests.unit.domain.evaluation.worked import GOOD, LONG, NO, PAIN, YES, Example, one_sheet

RULES = [
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
