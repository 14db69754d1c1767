"""Conditions of rules as a person reads them."""

import pytest

from interview_desk.domain.evaluation.conditions import AllOf, Condition, Leaf, Not, Operator
from interview_desk.ui.rule_words import condition_words

_OP = Operator
PUSH = Leaf("push", _OP.AT_LEAST, 5)


@pytest.mark.parametrize(
    ("op", "value", "said", "denied"),
    [
        (_OP.IS, "b2b", "is “b2b”", "is not “b2b”"),
        (_OP.IS_NOT, "b2b", "is not “b2b”", "is “b2b”"),
        (_OP.ONE_OF, ("a", "b"), "is one of “a” or “b”", "is not one of “a” or “b”"),
        (_OP.AT_LEAST, 5, "is at least 5", "is not at least 5"),
        (_OP.AT_MOST, 5, "is at most 5", "is not at most 5"),
        (_OP.MORE_THAN, 5, "is more than 5", "is not more than 5"),
        (_OP.LESS_THAN, 5, "is less than 5", "is not less than 5"),
        (_OP.CONTAINS, "price", "contains “price”", "does not contain “price”"),
        (_OP.CONTAINS_ANY, ("a", "b"), "contains any of “a” or “b”", "contains none of “a” or “b”"),
        (_OP.BEFORE, "2026-11-01", "is before 2026-11-01", "is not before 2026-11-01"),
        (_OP.AFTER, "2026-11-01", "is after 2026-11-01", "is not after 2026-11-01"),
    ],
)
def test_a_comparison_reads_as_well_when_it_is_denied(
    op: Operator, value: str | int | tuple[str, ...], said: str, denied: str
) -> None:
    leaf = Leaf("push", op, value)
    assert condition_words(leaf, {}).endswith(said)
    assert condition_words(Not(leaf), {}).endswith(denied)


@pytest.mark.parametrize("part", [AllOf((PUSH, PUSH)), Not(PUSH)])
def test_more_than_a_comparison_is_denied_as_a_whole(part: Condition) -> None:
    assert condition_words(Not(part), {}).startswith("it is not so that ")


def test_every_comparison_has_its_words() -> None:
    for op in Operator:
        assert condition_words(Leaf("push", op, 1), {}) != condition_words(
            Not(Leaf("push", op, 1)), {}
        )
