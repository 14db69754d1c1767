"""What a rule asks of an interview: a tree of all, any, not and single comparisons."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

# What a fact can be; None is what nobody knows yet.
Value: TypeAlias = bool | int | float | str | tuple[str, ...] | None


class Operator(StrEnum):
    """How a fact is compared. A fact that is not known makes every comparison unknown."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    CONTAINS = "contains"
    CONTAINS_ANY = "contains_any"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison: the fact called `fact` against `value`."""

    fact: str
    op: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is; one part that is not decides, whatever the others are."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when one part is, whatever the others are."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when its part is not; what is unknown stays unknown."""

    part: "Condition"


Condition: TypeAlias = AllOf | AnyOf | Not | Leaf


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """Every comparison in the tree, in its order."""
    match condition:
        case Leaf():
            yield condition
        case Not(part):
            yield from leaves_of(part)
        case _:
            for part in condition.parts:
                yield from leaves_of(part)


def facts_in(condition: Condition) -> frozenset[str]:
    """The names of the facts that the tree asks for."""
    return frozenset(leaf.fact for leaf in leaves_of(condition))
