"""Three-valued truth: what is not known is never taken for no."""

import gc
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.evaluation.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Leaf,
    Not,
    Operator,
    Value,
    facts_in,
)
from interview_desk.domain.evaluation.truth import (
    Together,
    asking,
    explaining,
    forget_compared,
    missing_in,
    seen_leaves,
)
from tests.helpers.hurry import unhurried
from tests.helpers.judging import all_of, any_of, leaf, no, seen_again

HIGH = leaf("score", "at_least", 4)
TAGGED = leaf("tags", "contains", "b2b")
LONG = leaf("minutes", "at_least", 20)


def truth(condition: Condition, **facts: Value) -> bool | None:
    """Ask in both ways; they must agree."""
    asked = asking(condition)(facts)
    assert explaining(condition)(facts).truth is asked
    return asked


@pytest.mark.parametrize(
    ("op", "value", "actual", "expected"),
    [
        ("is", 4, 4, True),
        ("is", 4, 4.0, True),
        ("is", 4, 5, False),
        ("is", 1, True, None),
        ("is", 4, "4", None),
        ("is", True, True, True),
        ("is", True, False, False),
        ("is", True, 1, None),
        ("is", "Seed", "seed", True),
        ("is", "seed", "later", False),
        ("is", "seed", 3, None),
        ("is_not", "seed", "later", True),
        ("is_not", "seed", "SEED", False),
        ("is_not", "seed", 3, None),
        ("one_of", ("seed", "Later"), "LATER", True),
        ("one_of", ("seed", "later"), "idea", False),
        ("one_of", ("seed",), 4, None),
        ("at_least", 4, 4, True),
        ("at_least", 4, 3.9, False),
        ("at_most", 4, 4, True),
        ("at_most", 4, 5, False),
        ("more_than", 4, 4, False),
        ("more_than", 4, 5, True),
        ("less_than", 4, 4, False),
        ("less_than", 4, 3, True),
        ("at_least", 1, True, None),
        ("at_least", 1, False, None),
        ("at_least", 4, "5", None),
        ("contains", "B2B", ("b2b", "saas"), True),
        ("contains", "b2", ("b2b", "saas"), False),
        ("contains", "b2b", (), False),
        ("contains", "spread", "In a Spreadsheet", True),
        ("contains", "excel", "In a spreadsheet", False),
        ("contains", "b2b", 3, None),
        ("contains_any", ("b2b", "b2c"), ("saas", "B2C"), True),
        ("contains_any", ("b2b", "b2c"), ("saas",), False),
        ("before", "2026-04-01", "March 2026", True),
        ("before", "2026-03-01", "March 2026", False),
        ("before", "2026-03-01", "last spring", None),
        ("before", "2026-03-01", 3, None),
        ("after", "2026-02-28", "2026-03", True),
        ("after", "2026-03-01", "2026-03-01", False),
    ],
)
def test_each_comparison_says_yes_no_or_that_it_cannot_tell(op, value, actual, expected):
    assert truth(leaf("fact", op, value), fact=actual) is expected


@pytest.mark.parametrize("op", list(Operator))
def test_every_comparison_with_an_unknown_fact_is_unknown(op):
    value = ("a",) if op in {Operator.ONE_OF, Operator.CONTAINS_ANY} else "2026-01-01"
    assert truth(Leaf("fact", op, value)) is None
    assert truth(Leaf("fact", op, value), fact=None) is None


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        (all_of(HIGH, LONG), {"score": 4, "minutes": 30}, True),
        (all_of(HIGH, LONG), {"score": 4}, None),
        (all_of(HIGH, LONG), {"score": 3}, False),
        (all_of(HIGH, LONG), {"minutes": 3}, False),
        (any_of(HIGH, LONG), {"score": 4}, True),
        (any_of(HIGH, LONG), {"score": 3}, None),
        (any_of(HIGH, LONG), {"score": 3, "minutes": 3}, False),
        (no(HIGH), {}, None),
        (no(HIGH), {"score": 1}, True),
        (no(HIGH), {"score": 5}, False),
        (all_of(), {}, True),
        (any_of(), {}, False),
    ],
)
def test_groups_follow_what_is_known(condition, facts, expected):
    assert truth(condition, **facts) is expected


def test_an_explanation_shows_every_comparison_and_its_actual_value():
    condition = all_of(HIGH, any_of(TAGGED, no(LONG)))
    seen = explaining(condition)({"score": 2, "tags": ("b2b",)})
    told = [(one.leaf, one.actual, one.truth) for one in seen_leaves(seen)]
    assert told == [(HIGH, 2, False), (TAGGED, ("b2b",), True), (LONG, None, None)]
    assert seen.truth is False


def test_what_is_missing_is_named_once_and_only_where_it_would_decide():
    condition = all_of(LONG, any_of(TAGGED, LONG))
    assert missing_in(explaining(condition)({})) == ("minutes", "tags")
    assert missing_in(explaining(all_of(HIGH, LONG))({"score": 1})) == ()
    assert missing_in(explaining(no(LONG))({})) == ("minutes",)


NAMES = st.sampled_from(["a", "b", "c", "d"])
LEAVES = st.builds(
    Leaf, NAMES, st.sampled_from([Operator.AT_LEAST, Operator.LESS_THAN]), st.integers(0, 5)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
FACTS = st.dictionaries(NAMES, st.one_of(st.none(), st.integers(0, 5)))


@unhurried
@given(TREES, FACTS)
def test_the_quick_answer_and_the_explanation_agree_and_lead_to_each_other(tree, facts):
    seen = explaining(tree)(facts)
    assert asking(tree)(facts) is seen.truth
    assert seen_again(seen) is seen.truth
    assert {one.leaf.fact for one in seen_leaves(seen)} == facts_in(tree)


@unhurried
@given(TREES, FACTS, st.dictionaries(NAMES, st.integers(0, 5)))
def test_learning_more_never_changes_an_answer_that_was_there(tree, facts, learned):
    before = asking(tree)(facts)
    known = {name: value for name, value in facts.items() if value is not None}
    if before is not None:
        assert asking(tree)({**learned, **known}) is before


@unhurried
@given(TREES, FACTS)
def test_an_unknown_answer_names_something_to_find_out(tree, facts):
    seen = explaining(tree)(facts)
    missing = missing_in(seen)
    assert bool(missing) is (seen.truth is None)
    assert all(facts.get(name) is None for name in missing)


@unhurried
@given(st.lists(TREES, max_size=5), FACTS)
def test_conditions_asked_together_say_what_each_says_alone(trees, facts):
    together = Together(trees)
    assert together.truths(facts) == [asking(tree)(facts) for tree in trees]
    assert together.seen(facts) == [explaining(tree)(facts) for tree in trees]


def test_comparisons_that_only_look_alike_stay_apart():
    values = (1, True, 1.0)
    together = Together([leaf("fact", "is", value) for value in values])
    assert together.truths({"fact": 1}) == [True, None, True]
    assert together.truths({"fact": True}) == [None, True, None]
    seen = [one for whole in together.seen({"fact": 1.0}) for one in seen_leaves(whole)]
    assert [type(one.leaf.value) for one in seen] == [int, bool, float]
    assert [type(one.actual) for one in seen] == [float, float, float]


class Said(str):
    """Words of which it can be told whether anybody still has them."""

    __slots__ = ("__weakref__",)


def test_what_was_compared_is_remembered_until_it_has_to_be_forgotten() -> None:
    together = Together([leaf("statement", "is", "something else")])
    said = Said("My name is Ada Guest.")
    assert together.truths({"statement": said}) == [False]
    remembered = ref(said)
    del said
    gc.collect()
    assert remembered() is not None
    forget_compared()
    gc.collect()
    assert remembered() is None
    assert together.truths({"statement": "something else"}) == [True]
