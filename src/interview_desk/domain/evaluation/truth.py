"""Three-valued truth: True, False, or None where a fact that would decide is not known.

Conditions that are asked often are made ready once (`Together`): each comparison that occurs is
numbered and made once for each value that its fact has, and each group becomes one step over the
bits of what it is made of. The quick answer and the explanation take the same steps.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from operator import itemgetter
from threading import Lock
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakSet

from interview_desk.domain.evaluation.comparisons import comparison
from interview_desk.domain.evaluation.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Leaf,
    Not,
    Value,
    leaves_of,
)

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
# Many interviews have few values: what comparisons came to is remembered for a while.
_REMEMBERED = 64
# Everything that remembers values, for who has to forget one; made and asked for by any thread.
_remembering: "WeakSet[Any]" = WeakSet()
_remembering_lock = Lock()


class Together:
    """Conditions that are asked together about the same facts, again and again.

    Every comparison and every group has a place in one row. What is known of them is a number:
    bit `2 * place` says that it holds, the next one that it does not.
    """

    def __init__(self, conditions: Sequence[Condition]) -> None:
        flat = _Flat(conditions)
        self._looks = flat.looks()
        self._steps = [group.step for group in flat.groups]
        self._seen = [(group.bit, group.seen()) for group in flat.groups]
        self._roots = flat.roots
        self._bits = [(_holds(root), _fails(root)) for root in flat.roots]

    def truths(self, facts: Facts) -> list[Truth]:
        """Whether each of them holds, in their order."""
        known = 0
        for name, look in self._looks:
            known |= look(facts.get(name))[0]
        known = self._taken(known)
        return [True if known & yes else False if known & no else None for yes, no in self._bits]

    def seen(self, facts: Facts) -> list["Seen"]:
        """Whether each of them holds and why, comparison by comparison, in their order."""
        known = 0
        nodes: list[Seen] = []
        for name, look in self._looks:
            bits, leaves = look(facts.get(name))
            known |= bits
            nodes += leaves
        known = self._taken(known)
        for bit, make in self._seen:
            truth = True if known & bit else False if known & bit << 1 else None
            nodes.append(make(nodes, truth))
        return [nodes[root] for root in self._roots]

    def _taken(self, known: int) -> int:
        """The same with what is known of the groups, each after what it is made of."""
        for one_of, then, all_of, otherwise in self._steps:
            if known & one_of:
                known |= then
            elif known & all_of == all_of:
                known |= otherwise
        return known


class _Group(NamedTuple):
    """A group at its place, and the places of its parts."""

    kind: type[AllOf | AnyOf | Not]
    place: int
    parts: tuple[int, ...]

    @property
    def bit(self) -> int:
        """The bit that says that it holds."""
        return _holds(self.place)

    @property
    def step(self) -> tuple[int, int, int, int]:
        """One of these bits decides so; all of these bits say otherwise."""
        holding = sum(map(_holds, set(self.parts)))
        failing = sum(map(_fails, set(self.parts)))
        yes, no = _holds(self.place), _fails(self.place)
        if self.kind is AllOf:
            return failing, no, holding, yes
        if self.kind is AnyOf:
            return holding, yes, failing, no
        return holding, no, failing, yes

    def seen(self) -> Callable[[list["Seen"], Truth], "Seen"]:
        """A function that makes what was seen of it from what was seen of its parts."""
        if self.kind is Not:
            (only,) = self.parts
            return lambda nodes, truth: NotSeen(nodes[only], truth)
        kind = AllSeen if self.kind is AllOf else AnySeen
        # Half the time of the constructor, which is written in Python.
        made: Callable[[Any, Any], Seen] = tuple.__new__
        if len(self.parts) < 2:  # noqa: PLR2004  - of one place, itemgetter gives no tuple
            return lambda nodes, truth: kind(tuple(nodes[one] for one in self.parts), truth)
        parts = itemgetter(*self.parts)
        return lambda nodes, truth: made(kind, (parts(nodes), truth))


_Look: TypeAlias = Callable[[Value], tuple[int, tuple[LeafSeen, ...]]]


class _Flat:
    """Trees laid out in one row: the comparisons by their facts, then groups after their parts."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._by_fact: dict[str, dict[object, Leaf]] = {}
        for condition in conditions:
            for leaf in leaves_of(condition):
                self._by_fact.setdefault(leaf.fact, {})[_identity(leaf)] = leaf
        keys = [key for leaves in self._by_fact.values() for key in leaves]
        self._places = {key: place for place, key in enumerate(keys)}
        self.groups: list[_Group] = []
        self.roots = [self._place(condition) for condition in conditions]

    def looks(self) -> list[tuple[str, _Look]]:
        """For each fact a function of its value: what it says of the comparisons, and why."""
        places = count()
        return [
            (name, _looking([(next(places), leaf) for leaf in leaves.values()]))
            for name, leaves in self._by_fact.items()
        ]

    def _place(self, condition: Condition) -> int:
        if isinstance(condition, Leaf):
            return self._places[_identity(condition)]
        parts = (condition.part,) if isinstance(condition, Not) else condition.parts
        places = tuple(map(self._place, parts))
        own = len(self._places) + len(self.groups)
        self.groups.append(_Group(type(condition), own, places))
        return own


def asking(condition: Condition) -> Callable[[Facts], Truth]:
    """A function that says whether `condition` holds."""
    together = Together([condition])
    return lambda facts: together.truths(facts)[0]


def explaining(condition: Condition) -> Callable[[Facts], "Seen"]:
    """A function that says why `condition` holds or not, comparison by comparison."""
    together = Together([condition])
    return lambda facts: together.seen(facts)[0]


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


def forget_compared() -> None:
    """Keep nothing of the values that were compared: somebody they are about has been erased."""
    with _remembering_lock:
        looks = tuple(_remembering)
    for look in looks:
        look.cache_clear()


def _identity(leaf: Leaf) -> object:
    """What tells comparisons apart: one is not true and not 1.0, though all three are equal."""
    return leaf.fact, leaf.op, type(leaf.value), leaf.value


def _holds(place: int) -> int:
    return 1 << 2 * place


def _fails(place: int) -> int:
    return 2 << 2 * place


def _looking(leaves: Sequence[tuple[int, Leaf]]) -> _Look:
    compared = [(place, leaf, comparison(leaf)) for place, leaf in leaves]

    @lru_cache(_REMEMBERED, typed=True)
    def look(actual: Value) -> tuple[int, tuple[LeafSeen, ...]]:
        known = 0
        seen = []
        for place, leaf, compare in compared:
            truth = compare(actual)
            if truth is not None:
                known |= _holds(place) if truth else _fails(place)
            seen.append(LeafSeen(leaf, actual, truth))
        return known, tuple(seen)

    with _remembering_lock:
        _remembering.add(look)
    return look
