"""Rule sets as JSON: the same back and forth, and each mistake in a sentence with its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.evaluation.checking import RulesInvalid
from interview_desk.domain.evaluation.conditions import AllOf, AnyOf, Leaf, Not, Operator
from interview_desk.domain.evaluation.rule_sets import (
    DEFAULT_BANDS,
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
from interview_desk.wire.evaluation import condition_of, rule_set_of
from interview_desk.wire.rule_spelling import condition_json, rule_set_fields
from tests.helpers.hurry import unhurried

TEXT = st.text(max_size=8)
NUMBERS = st.floats(-100, 100)
LEAVES = st.builds(
    Leaf,
    TEXT,
    st.sampled_from(Operator),
    st.one_of(st.booleans(), st.integers(), NUMBERS, TEXT, st.lists(TEXT).map(tuple)),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
EFFECTS = st.one_of(
    st.builds(AddScore, NUMBERS),
    st.builds(Flag, TEXT),
    st.just(KnockOut()),
    st.builds(Tag, TEXT),
    st.builds(Recommend, st.sampled_from(Action)),
    st.builds(Enrol, TEXT),
)
ANCHORS = st.dictionaries(st.integers(1, 5), TEXT).map(lambda found: tuple(sorted(found.items())))
CRITERIA = st.builds(
    Criterion,
    id=TEXT,
    label=TEXT,
    kind=st.sampled_from(CriterionKind),
    weight=NUMBERS,
    anchors=ANCHORS,
    must_have=st.booleans(),
    minimum=st.integers(1, 5),
    evidence_required=st.booleans(),
    applies_when=st.none() | CONDITIONS,
    fact=st.none() | TEXT,
    levels=st.lists(NUMBERS, max_size=4).map(tuple),
)
BANDS = st.builds(Band, TEXT, TEXT, NUMBERS, st.none() | st.sampled_from(Action))
RULE_SETS = st.builds(
    RuleSet,
    TEXT,
    st.integers(1, 99),
    st.lists(CRITERIA, max_size=3).map(tuple),
    st.lists(st.builds(Rule, TEXT, TEXT, CONDITIONS, EFFECTS, TEXT), max_size=3).map(tuple),
    st.lists(BANDS, max_size=3).map(tuple),
)


@unhurried
@given(RULE_SETS)
def test_what_is_written_reads_the_same(rules):
    through_json = json.loads(json.dumps(rule_set_fields(rules)))
    assert rule_set_of(through_json) == rules


def test_what_nobody_said_has_its_usual_value():
    rules = rule_set_of(
        {
            "name": "Fit",
            "state": "draft",
            "criteria": [{"id": "fit", "label": "Fit"}],
            "rules": None,
        }
    )
    assert rules == RuleSet("Fit", 1, (Criterion("fit", "Fit"),), (), DEFAULT_BANDS)
    assert rule_set_of({"name": "Nothing yet"}).criteria == ()


def mistakes(**fields: Any) -> list[str]:
    with pytest.raises(RulesInvalid) as found:
        rule_set_of({"name": "Fit", **fields})
    assert all(mistake.words in str(found.value) for mistake in found.value.mistakes)
    return [mistake.words for mistake in found.value.mistakes]


def rule(when: Any, then: Any = None, **more: Any) -> dict[str, Any]:
    return {"id": "r", "title": "R", "when": when, "then": then or {"effect": "knockout"}, **more}


IS = {"fact": "a", "op": "is", "value": 1}
VALUE = "A fact is compared with a number, a text, true or false, or a list of texts."
CONDITION = "A condition has one of all, any and not, or a fact with op and value."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": 3}, "name: 3 must be a text."),
        ({"version": "two"}, "version: 'two' must be a whole number."),
        ({"version": 2.5}, "version: 2.5 must be a whole number."),
        ({"criteria": "none"}, "criteria: 'none' must be a list."),
        ({"criteria": [{"id": "a"}]}, "criteria, 1: label is missing."),
        (
            {"criteria": [{"id": "a", "label": "A"}, {"id": "b", "label": "B", "must": 1}]},
            "criteria, 2: must is not known here.",
        ),
        (
            {"criteria": [{"id": "a", "label": "A", "weight": "x" * 60}]},
            f"criteria, 1, weight: '{'x' * 39}… must be a number.",
        ),
        (
            {"criteria": [{"id": "a", "label": "A", "must_have": "yes"}]},
            "criteria, 1, must have: 'yes' must be true or false.",
        ),
        (
            {"criteria": [{"id": "a", "label": "A", "kind": "guess"}]},
            "criteria, 1, kind: 'guess' is not one of 'rated', 'boolean' or 'computed'.",
        ),
        (
            {"criteria": [{"id": "a", "label": "A", "anchors": {"7": "top"}}]},
            "criteria, 1, anchors, 7: '7' is not one of '1', '2', '3', '4' or '5'.",
        ),
        (
            {"criteria": [{"id": "a", "label": "A", "anchors": [1]}]},
            "criteria, 1, anchors: [1] must be an object.",
        ),
        ({"rules": [5]}, "rules, 1: 5 must be an object."),
        ({"rules": [rule({})]}, f"rules, 1, when: {CONDITION}"),
        ({"rules": [rule({"all": [IS, 3]})]}, f"rules, 1, when, 2: {CONDITION}"),
        ({"rules": [rule({"any": 3})]}, "rules, 1, when: 3 must be a list."),
        (
            {"rules": [rule({"not": {"fact": "a", "op": "is"}})]},
            "rules, 1, when: value is missing.",
        ),
        ({"rules": [rule({**IS, "value": None})]}, f"rules, 1, when, value: {VALUE}"),
        ({"rules": [rule({**IS, "value": [1]})]}, f"rules, 1, when, value: {VALUE}"),
        ({"rules": [rule({**IS, "or": []})]}, "rules, 1, when: or is not known here."),
        ({"rules": [rule(IS, {"points": 3})]}, "rules, 1, then: Say which effect it is."),
        (
            {"rules": [rule(IS, {"effect": "mail"})]},
            (
                "rules, 1, then: effect is one of "
                "'score', 'flag', 'knockout', 'tag', 'recommend', 'enrol'."
            ),
        ),
        ({"rules": [rule(IS, {"effect": "tag"})]}, "rules, 1, then: tag is missing."),
        (
            {"rules": [rule(IS, {"effect": "score", "points": "5"})]},
            "rules, 1, then, points: '5' must be a number.",
        ),
        (
            {"rules": [rule(IS, {"effect": "recommend", "action": "hire"})]},
            (
                "rules, 1, then, action: 'hire' is not one of "
                "'next_interview', 'introduce', 'follow_up', 'pass' or 'ask'."
            ),
        ),
    ],
)
def test_a_mistake_is_said_in_one_sentence_with_its_place(fields, expected):
    assert mistakes(**fields) == [expected]


def test_an_unknown_comparison_names_those_there_are():
    (told,) = mistakes(rules=[rule({**IS, "op": "like"})])
    assert told.startswith("rules, 1, when, op: 'like' is not one of 'is', 'is_not', 'one_of'")


def test_every_mistake_is_told_at_once():
    found = mistakes(version=0.5, rules=[rule(IS, {"effect": "tag"}), 5])
    assert [told.partition(":")[0] for told in found] == ["version", "rules, 1, then", "rules, 2"]


@pytest.mark.parametrize("depth", [40, 100_000])
def test_a_tower_of_conditions_is_refused_before_it_is_climbed(depth):
    tower: dict[str, Any] = IS
    for _ in range(depth):
        tower = {"not": tower}
    (told,) = mistakes(rules=[rule(tower)])
    assert told == "rules: Conditions can be nested 8 deep."


def test_a_rule_set_without_a_name_says_so():
    with pytest.raises(RulesInvalid, match="rules: name is missing"):
        rule_set_of({})


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (AddScore(5.5), {"effect": "score", "points": 5.5}),
        (Flag("late"), {"effect": "flag", "label": "late"}),
        (KnockOut(), {"effect": "knockout"}),
        (Tag("b2b"), {"effect": "tag", "tag": "b2b"}),
        (Recommend(Action.PASS), {"effect": "recommend", "action": "pass"}),
        (Enrol("thanks"), {"effect": "enrol", "sequence": "thanks"}),
    ],
)
def test_an_effect_is_spelled_so(effect, said):
    rules = RuleSet("Fit", 1, (), (Rule("r", "R", Leaf("a", Operator.IS, 1), effect),))
    fields = rule_set_fields(rules)
    assert fields["rules"] == [rule(IS, said, message="")]
    assert rule_set_of(fields) == rules


def test_a_condition_alone_reads_back_and_says_what_is_wrong_with_it() -> None:
    said: Any = {"not": {"fact": "guests.count", "op": "more_than", "value": 1}}
    assert condition_json(condition_of(said)) == said
    with pytest.raises(RulesInvalid):
        condition_of({"nonsense": 1})
    deep: Any = said
    for _ in range(40):
        deep = {"not": deep}
    with pytest.raises(RulesInvalid, match="nested"):
        condition_of(deep)
