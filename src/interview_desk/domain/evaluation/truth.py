"""Three-valued truth: True, False, or None where a fact that would decide is not known.

A condition is turned into functions once and asked often. `asking` answers as soon as it can;
`explaining` looks at every comparison, so that whoever reads it sees each actual value and each
fact that is missing. Both always agree.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any, NamedTuple, TypeAlias

from interview_desk.domain.evaluation.conditions import (
    AllOf,
    Condition,
    Leaf,
    Not,
    Operator,
    Value,
)
from interview_desk.domain.said_dates import said_date

Facts: TypeAlias = Mapping[str, Value]
Truth: TypeAlias = bool | None


class LeafSeen(NamedTuple):
    """One comparison as it came out: `actual` is what the fact was, None where unknown."""

    leaf: Leaf
    actual: Value
    truth: Truth


class AllSeen(NamedTuple):
    """What became of each part, and of all together."""

    parts: tuple["Seen", ...]
    truth: Truth


class AnySeen(NamedTuple):
    """What became of each part, and whether any holds."""

    parts: tuple["Seen", ...]
    truth: Truth


class NotSeen(NamedTuple):
    """What became of the part, and the contrary of it."""

    part: "Seen"
    truth: Truth


Seen: TypeAlias = LeafSeen | AllSeen | AnySeen | NotSeen
_REMEMBERED = 64

Asked: TypeAlias = Callable[[Facts], Truth]
Explained: TypeAlias = Callable[[Facts], Seen]


def asking(condition: Condition) -> Asked:
    """A function that says whether `condition` holds; for asking about many interviews."""
    match condition:
        case Leaf():
            return _asking_leaf(condition)
        case Not(part):
            return _asking_not(asking(part))
        case AllOf(parts):
            return _asking_group(tuple(map(asking, parts)), deciding=False)
        case _:
            return _asking_group(tuple(map(asking, condition.parts)), deciding=True)


def explaining(condition: Condition) -> Explained:
    """A function that says why `condition` holds or not, comparison by comparison."""
    match condition:
        case Leaf():
            return _explaining_leaf(condition)
        case Not(part):
            return _explaining_not(explaining(part))
        case AllOf(parts):
            return _explaining_group(AllSeen, tuple(map(explaining, parts)), deciding=False)
        case _:
            parts_explained = tuple(map(explaining, condition.parts))
            return _explaining_group(AnySeen, parts_explained, deciding=True)


def seen_leaves(seen: Seen) -> Iterator[LeafSeen]:
    """Every comparison of an explanation, in the order of the condition."""
    match seen:
        case LeafSeen():
            yield seen
        case NotSeen(part):
            yield from seen_leaves(part)
        case _:
            for part in seen.parts:
                yield from seen_leaves(part)


def missing_in(seen: Seen) -> tuple[str, ...]:
    """The facts that would have to be known for an answer; nothing where there is one."""
    if seen.truth is not None:
        return ()
    found = (one.leaf.fact for one in seen_leaves(seen) if one.truth is None)
    return tuple(dict.fromkeys(found))


def _asking_leaf(leaf: Leaf) -> Asked:
    name = leaf.fact
    # Many interviews have few values: what a comparison came to is remembered for a while. One is
    # not true and not 1.0, so types count.
    holds = lru_cache(_REMEMBERED, typed=True)(_comparison(leaf))
    return lambda facts: holds(facts.get(name))


def _asking_not(part: Asked) -> Asked:
    def ask(facts: Facts) -> Truth:
        truth = part(facts)
        return None if truth is None else not truth

    return ask


def _asking_group(parts: tuple[Asked, ...], *, deciding: bool) -> Asked:
    def ask(facts: Facts) -> Truth:
        outcome: Truth = not deciding
        for part in parts:
            truth = part(facts)
            if truth is deciding:
                return deciding
            if truth is None:
                outcome = None
        return outcome

    return ask


def _explaining_leaf(leaf: Leaf) -> Explained:
    name, holds = leaf.fact, _comparison(leaf)

    @lru_cache(_REMEMBERED, typed=True)
    def seen(actual: Value) -> LeafSeen:
        return LeafSeen(leaf, actual, holds(actual))

    return lambda facts: seen(facts.get(name))


def _explaining_not(part: Explained) -> Explained:
    def explain(facts: Facts) -> Seen:
        seen = part(facts)
        return NotSeen(seen, None if seen.truth is None else not seen.truth)

    return explain


def _explaining_group(
    kind: type[AllSeen] | type[AnySeen], parts: tuple[Explained, ...], *, deciding: bool
) -> Explained:
    # Half the time of the constructor, which is written in Python.
    made: Callable[[Any, Any], Seen] = tuple.__new__

    def explain(facts: Facts) -> Seen:
        seen = tuple([part(facts) for part in parts])
        # The truth of whatever was seen is its last part.
        truths = [one[-1] for one in seen]
        if deciding in truths:
            return made(kind, (seen, deciding))
        return made(kind, (seen, None if None in truths else not deciding))

    return explain


def _comparison(leaf: Leaf) -> Callable[[Any], Truth]:
    """The comparison as a function of the fact; unknown where the two cannot be compared."""
    holds = _COMPARISONS[leaf.op](leaf.value)

    def compare(actual: Any) -> Truth:
        if actual is None:
            return None
        try:
            return holds(actual)
        except (TypeError, AttributeError):
            # An answer of another kind than the rule was written for says nothing about it.
            return None

    return compare


def _is(wanted: Any) -> Callable[[Any], Truth]:
    if isinstance(wanted, str):
        folded = wanted.casefold()
        return lambda actual: actual.casefold() == folded
    if isinstance(wanted, bool):
        return lambda actual: actual is wanted if isinstance(actual, bool) else None
    return lambda actual: None if isinstance(actual, bool | str) else actual == wanted


def _is_not(wanted: Any) -> Callable[[Any], Truth]:
    same = _is(wanted)

    def holds(actual: Any) -> Truth:
        truth = same(actual)
        return None if truth is None else not truth

    return holds


def _one_of(wanted: Any) -> Callable[[Any], Truth]:
    folded = frozenset(map(str.casefold, wanted))
    return lambda actual: actual.casefold() in folded


def _contains(wanted: Any) -> Callable[[Any], Truth]:
    return _contains_any((wanted,))


def _contains_any(wanted: Any) -> Callable[[Any], Truth]:
    folded = frozenset(map(str.casefold, wanted))

    def holds(actual: Any) -> Truth:
        if isinstance(actual, str):
            text = actual.casefold()
            return any(one in text for one in folded)
        return not folded.isdisjoint(map(str.casefold, actual))

    return holds


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Callable[[Any], Truth]]:
    def comparing(wanted: Any) -> Callable[[Any], Truth]:
        # True and False are numbers to Python, and to nobody who writes a rule.
        return lambda actual: None if actual is True or actual is False else compare(actual, wanted)

    return comparing


def _dated(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Callable[[Any], Truth]]:
    def comparing(wanted: Any) -> Callable[[Any], Truth]:
        def holds(actual: Any) -> Truth:
            first = said_date(actual).first
            return None if first is None else compare(first.isoformat(), wanted)

        return holds

    return comparing


_COMPARISONS: Mapping[Operator, Callable[[Any], Callable[[Any], Truth]]] = {
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
