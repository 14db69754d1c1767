"""How a fact is compared: functions that say yes, no, or that they cannot tell."""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from interview_desk.domain.evaluation.conditions import Leaf, Operator
from interview_desk.domain.said_dates import said_date


def comparison(leaf: Leaf) -> Callable[[Any], bool | None]:
    """The comparison as a function of the fact; unknown where the two cannot be compared."""
    holds = _COMPARISONS[leaf.op](leaf.value)

    def compare(actual: Any) -> bool | None:
        if actual is None:
            return None
        try:
            return holds(actual)
        except (TypeError, AttributeError):
            # An answer of another kind than the rule was written for says nothing about it.
            return None

    return compare


def _is(wanted: Any) -> Callable[[Any], bool | None]:
    if isinstance(wanted, str):
        folded = wanted.casefold()
        return lambda actual: actual.casefold() == folded
    if isinstance(wanted, bool):
        return lambda actual: actual is wanted if isinstance(actual, bool) else None
    return lambda actual: None if isinstance(actual, bool | str) else actual == wanted


def _is_not(wanted: Any) -> Callable[[Any], bool | None]:
    same = _is(wanted)

    def holds(actual: Any) -> bool | None:
        truth = same(actual)
        return None if truth is None else not truth

    return holds


def _one_of(wanted: Any) -> Callable[[Any], bool | None]:
    folded = frozenset(map(str.casefold, wanted))
    return lambda actual: actual.casefold() in folded


def _contains(wanted: Any) -> Callable[[Any], bool | None]:
    return _contains_any((wanted,))


def _contains_any(wanted: Any) -> Callable[[Any], bool | None]:
    folded = frozenset(map(str.casefold, wanted))

    def holds(actual: Any) -> bool | None:
        if isinstance(actual, str):
            text = actual.casefold()
            return any(one in text for one in folded)
        return not folded.isdisjoint(map(str.casefold, actual))

    return holds


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Callable[[Any], bool | None]]:
    def comparing(wanted: Any) -> Callable[[Any], bool | None]:
        # True and False are numbers to Python, and to nobody who writes a rule.
        return lambda actual: None if actual is True or actual is False else compare(actual, wanted)

    return comparing


def _dated(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Callable[[Any], bool | None]]:
    def comparing(wanted: Any) -> Callable[[Any], bool | None]:
        def holds(actual: Any) -> bool | None:
            first = said_date(actual).first
            return None if first is None else compare(first.isoformat(), wanted)

        return holds

    return comparing


_COMPARISONS: Mapping[Operator, Callable[[Any], Callable[[Any], bool | None]]] = {
    Operator.IS: _is,
    Operator.IS_NOT: _is_not,
    Operator.ONE_OF: _one_of,
    Operator.AT_LEAST: _ordered(ge),
    Operator.AT_MOST: _ordered(le),
    Operator.MORE_THAN: _ordered(gt),
    Operator.LESS_THAN: _ordered(lt),
    Operator.CONTAINS: _contains,
    Operator.CONTAINS_ANY: _contains_any,
    Operator.BEFORE: _dated(lt),
    Operator.AFTER: _dated(gt),
}
