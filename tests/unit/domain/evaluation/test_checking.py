"""Rules that cannot be used are refused, each mistake with its place and what to do."""

import json
from importlib.resources import files

import pytest

from interview_desk.domain.evaluation.checking import mistakes_in
from interview_desk.domain.evaluation.conditions import AllOf, Condition, Not
from interview_desk.domain.evaluation.facts import OPERATORS, FactType, catalogue_of
from interview_desk.domain.evaluation.rule_sets import (
    Action,
    AddScore,
    Band,
    Criterion,
    CriterionKind,
    Enrol,
    Flag,
    KnockOut,
    Recommend,
    Rule,
    RuleSet,
    Tag,
)
from interview_desk.domain.guides import guide_of
from tests.helpers.judging import all_of, computed, leaf, rated, rule, rules

GUIDE = guide_of(
    json.loads(
        files("interview_desk_resources")
        .joinpath("guides/switch-interview.json")
        .read_text("utf-8")
    )
)
FIT = rated("fit")
YES = True
HELD = leaf("interview.held", "is", YES)


def told(*parts, bands=None) -> list[str]:
    rule_set = rules(*parts)
    if bands is not None:
        rule_set = RuleSet(rule_set.name, 1, rule_set.criteria, rule_set.rules, bands)
    catalogue = catalogue_of(GUIDE, rule_set.criteria, rule_set.bands)
    return [mistake.words for mistake in mistakes_in(rule_set, catalogue)]


def test_sound_rules_have_no_mistakes():
    assert (
        told(
            FIT,
            rated("pain", 2.5, must_have=True, evidence_required=True, applies_when=HELD),
            Criterion("paid", "Paid", CriterionKind.BOOLEAN),
            computed("pull", "computed.forces_balance", -2, 0, 2, 4),
            computed("cheap", "guests.count", 9, 7, 5, 3),
            computed("came", "interview.held"),
            rule("r1", leaf("ratings.paid", "is", YES), AddScore(5), "Paid: {ratings.paid}"),
            rule("r2", leaf("ratings.pain.spread", "at_least", 2)),
            rule("r3", leaf("score.verdict", "one_of", ("yes", "strong_yes")), Enrol("thanks")),
            rule("r4", leaf("score.points", "at_least", 80), Recommend(Action.INTRODUCE)),
            rule("r5", leaf("answers.context.startup.stage", "is", "seed"), Tag("early")),
            rule("r6", leaf("answers.active_looking.alternatives.kind", "contains", "spreadsheet")),
            rule("r7", leaf("answers.outcomes.outcomes.importance", "at_least", 8)),
            rule("r8", leaf("answers.context.switch_date", "after", "2026-01-31")),
            rule("r9", leaf("answers.first_thought.push.count", "at_least", 2), KnockOut()),
        )
        == []
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], "criteria: The weights add up to zero: give at least one criterion a weight."),
        (
            [rated("fit", 0)],
            "criteria: The weights add up to zero: give at least one criterion a weight.",
        ),
        ([FIT, FIT], "criteria: There are 2 of the criterion fit; each id is used once."),
        (
            [FIT, rule("r", HELD), rule("r", HELD)],
            "rules: There are 2 of the rule r; each id is used once.",
        ),
        (
            [Criterion("a b", "Fit")],
            "criteria, Fit: 'a b' cannot be an id: use letters, digits and _.",
        ),
        ([Criterion("fit", " ")], "criteria, fit: Give the criterion a label."),
        ([FIT, rated("pain", -1.5)], "criteria, Pain: A weight is a number from 0 to 1000000."),
        ([FIT, rated("pain", 1e308)], "criteria, Pain: A weight is a number from 0 to 1000000."),
        (
            [FIT, rated("pain", float("nan"))],
            "criteria, Pain: A weight is a number from 0 to 1000000.",
        ),
        ([rated("fit", minimum=6)], "criteria, Fit: The least a must-have may be is 1 to 5."),
        (
            [rated("fit", anchors=((6, "top"),))],
            "criteria, Fit: Only the levels 1 to 5 have anchors.",
        ),
        (
            [rated("fit", fact="guests.count")],
            "criteria, Fit: What raters are asked for is not computed from a fact.",
        ),
        (
            [Criterion("sum", "Sum", CriterionKind.COMPUTED)],
            "criteria, Sum: Say which fact it is computed from.",
        ),
        (
            [
                Criterion(
                    "came",
                    "Came",
                    CriterionKind.COMPUTED,
                    evidence_required=True,
                    fact="interview.held",
                )
            ],
            "criteria, Came: Nobody is asked for the evidence of a computed criterion.",
        ),
        (
            [computed("sum", "guests.cuont", 1, 2, 3, 4)],
            "criteria, Sum: There is no fact guests.cuont. Did you mean guests.count?",
        ),
        (
            [computed("sum", "score.points", 1, 2, 3, 4)],
            "criteria, Sum: A criterion cannot be computed from the score it is part of.",
        ),
        (
            [computed("sum", "guests.count", 1, 2, 3)],
            "criteria, Sum: Give 4 different numbers, rising or falling, for the levels 2 to 5.",
        ),
        (
            [computed("sum", "guests.count", 1, 3, 2, 4)],
            "criteria, Sum: Give 4 different numbers, rising or falling, for the levels 2 to 5.",
        ),
        (
            [computed("sum", "startup.tags", 1, 2, 3, 4)],
            "criteria, Sum: Tags of the startup is neither a number nor a yes or no.",
        ),
        (
            [computed("came", "interview.held", 1, 2, 3, 4)],
            "criteria, Came: A yes or no needs no levels: yes is 5 and no is 1.",
        ),
        (
            [rated("fit", applies_when=leaf("score.points", "at_least", 3))],
            "criteria, Fit: Whether it applies cannot depend on the score it is part of.",
        ),
        ([FIT, Rule("", "R", HELD, Flag("x"))], "rules, R: Give the rule an id."),
        ([FIT, Rule("r", "", HELD, Flag("x"))], "rules, r: Give the rule a title."),
        (
            [FIT, rule("r", HELD, message="{ratings.fitt} of 5")],
            "rules, R, message: There is no fact ratings.fitt. Did you mean ratings.fit?",
        ),
        (
            [FIT, rule("r", HELD, AddScore(0))],
            "rules, R: Points are a number from -100 to 100, and not 0.",
        ),
        (
            [FIT, rule("r", HELD, AddScore(float("inf")))],
            "rules, R: Points are a number from -100 to 100, and not 0.",
        ),
        ([FIT, rule("r", HELD, Flag(" "))], "rules, R: Say which flag, tag or sequence it is."),
        ([FIT, rule("r", HELD, Tag(""))], "rules, R: Say which flag, tag or sequence it is."),
        ([FIT, rule("r", HELD, Enrol(""))], "rules, R: Say which flag, tag or sequence it is."),
        (
            [FIT, rule("r", leaf("score.points", "at_least", 3), KnockOut())],
            "rules, R: What asks for the score cannot change it.",
        ),
        (
            [FIT, rule("r", HELD, AddScore(1), "Now {score.points}")],
            "rules, R: What asks for the score cannot change it.",
        ),
        (
            [FIT, rule("r", leaf("guests.cout", "is", 1))],
            "rules, R, when: There is no fact guests.cout. Did you mean guests.count?",
        ),
        ([FIT, rule("r", leaf("weather", "is", 1))], "rules, R, when: There is no fact weather."),
        (
            [FIT, rule("r", leaf("interview.held", "at_least", 1))],
            "rules, R, when: The interview took place cannot be compared by at_least; use is.",
        ),
        (
            [FIT, rule("r", leaf("guests.count", "at_least", "two"))],
            "rules, R, when: Guests is compared with a number.",
        ),
        (
            [FIT, rule("r", leaf("guests.count", "at_least", YES))],
            "rules, R, when: Guests is compared with a number.",
        ),
        (
            [FIT, rule("r", leaf("interview.held", "is", "yes"))],
            "rules, R, when: The interview took place is compared with yes or no.",
        ),
        (
            [FIT, rule("r", leaf("answers.deciding.commitment", "is", "decade"))],
            (
                "rules, R, when: First commitment (Deciding and buying) is compared with "
                "one of trial, month, year, longer, none."
            ),
        ),
        (
            [FIT, rule("r", leaf("startup.name", "contains", " "))],
            "rules, R, when: Startup is compared with a text.",
        ),
        (
            [FIT, rule("r", leaf("answers.context.switch_date", "before", "March 2026"))],
            (
                "rules, R, when: Switched on (Context and anchor) is compared with "
                "a day, written 2026-11-29."
            ),
        ),
        (
            [FIT, rule("r", leaf("startup.tags", "contains", ("a",)))],
            "rules, R, when: Tags of the startup, contains: give a single value.",
        ),
        (
            [FIT, rule("r", leaf("startup.tags", "contains_any", "a"))],
            "rules, R, when: Tags of the startup, contains_any: give a list of texts.",
        ),
        (
            [FIT, rule("r", leaf("startup.tags", "contains_any", ()))],
            "rules, R, when: Tags of the startup, contains_any: give a list of texts.",
        ),
        ([FIT, rule("r", AllOf(()))], "rules, R, when: A group has 1 to 50 conditions in it."),
        (
            [FIT, rule("r", AllOf((HELD,) * 51))],
            "rules, R, when: A group has 1 to 50 conditions in it.",
        ),
    ],
)
def test_a_mistake_is_said_in_one_sentence_with_its_place(parts, expected):
    assert told(*parts) == [expected]


def test_conditions_may_be_eight_deep_and_no_deeper():
    deep: Condition = HELD
    for _ in range(7):
        deep = Not(deep)
    assert told(FIT, rule("r", deep)) == []
    assert told(FIT, rule("r", Not(deep))) == ["rules, R, when: Conditions can be nested 8 deep."]


def asks(criterion_id: str, *others: str) -> Criterion:
    when = all_of(*(leaf(f"ratings.{other}", "at_least", 3) for other in others))
    return rated(criterion_id, applies_when=when)


@pytest.mark.parametrize(
    ("criteria", "way"),
    [
        ([asks("a", "a")], "A when A"),
        ([asks("a", "b"), asks("b", "a")], "A when B when A"),
        ([asks("a", "b"), asks("b", "c"), asks("c", "a", "b")], "A when B when C when A"),
    ],
)
def test_criteria_that_apply_only_if_each_other_does_are_refused(criteria, way):
    expected = f"criteria: These apply only if each other does, in a circle: {way}."
    assert told(*criteria) == [expected]


def test_a_criterion_may_wait_for_others_that_do_not_wait_for_it():
    assert told(FIT, asks("a", "fit"), asks("b", "a", "fit"), asks("c", "a", "b")) == []


def test_a_spread_is_part_of_the_circle_too():
    spread = rated("a", applies_when=leaf("ratings.b.spread", "at_least", 2))
    assert len(told(spread, asks("b", "a"))) == 1


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ((), "bands: One band begins at 0, so that every score lies in one."),
        (
            (Band("yes", "Yes", 10),),
            "bands: One band begins at 0, so that every score lies in one.",
        ),
        ((Band("a", "A", 0), Band("b", "B", 0)), "bands: Two bands begin at the same score."),
        (
            (Band("a", "A", 0), Band("a", "B", 5)),
            "bands: There are 2 of the band a; each id is used once.",
        ),
        (
            (Band("a", "A", 0), Band("b", "B", 101)),
            "bands, B: A band begins at a score from 0 to 100.",
        ),
        (
            (Band("a", "", 0),),
            "bands, a: A band has a label, and a key of letters, digits and _.",
        ),
        (
            (Band("knocked_out", "Out", 0),),
            "bands, Out: knocked_out has a meaning of its own; choose another key.",
        ),
    ],
)
def test_bands_cover_every_score_once(bands, expected):
    assert told(FIT, bands=bands) == [expected]


def test_a_nameless_or_endless_rule_set_is_refused():
    assert "name: Give the rules a name." in [
        one.words for one in mistakes_in(RuleSet(" ", 1, (FIT,)), catalogue_of(GUIDE, (FIT,)))
    ]
    many = [rated(f"c{number}") for number in range(51)]
    assert told(*many) == ["rules: A rule set has at most 50 criteria and 300 rules."]


def test_the_catalogue_offers_only_what_fits_and_names_each_fact_once():
    catalogue = catalogue_of(GUIDE, (FIT, Criterion("paid", "Paid", CriterionKind.BOOLEAN)))
    kinds = {name: fact.type for name, fact in catalogue.items()}
    assert kinds["ratings.fit"] is FactType.NUMBER
    assert kinds["ratings.fit.spread"] is FactType.NUMBER
    assert kinds["ratings.paid"] is FactType.YES_NO
    assert kinds["answers.wrap_up.follow_up_ok"] is FactType.YES_NO
    assert kinds["answers.first_thought.push"] is FactType.TEXTS
    assert kinds["answers.context.switch_date"] is FactType.DATE
    assert kinds["answers.first_use.satisfaction"] is FactType.NUMBER
    assert catalogue["answers.deciding.commitment"].choices[0] == "trial"
    assert not [name for name in catalogue if name.startswith("answers.welcome.consent")]
    assert set(OPERATORS) == set(FactType)
    assert all(fact.title and fact.name == name for name, fact in catalogue.items())
    assert "ratings.paid.spread" not in catalogue
