"""Whether a condition asks for facts that exist, in ways that fit them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from math import isfinite

from interview_desk.domain.evaluation.conditions import (
    Condition,
    Leaf,
    Not,
    Operator,
    Value,
)
from interview_desk.domain.evaluation.facts import OPERATORS, Catalogue, Fact, FactType

# Deeper or longer than this nobody can read it, and a file that is was not written by a person.
DEEPEST = 8
MOST_PARTS = 50

_SEVERAL = frozenset({Operator.ONE_OF, Operator.CONTAINS_ANY})
_WANTED = {
    FactType.NUMBER: "a number",
    FactType.YES_NO: "yes or no",
    FactType.TEXT: "a text",
    FactType.CHOICE: "one of its choices",
    FactType.TEXTS: "a text",
    FactType.DATE: "a day, written 2026-11-29",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong, in a sentence, and where."""

    place: str
    sentence: str

    @property
    def words(self) -> str:
        """Both in one line."""
        return f"{self.place}: {self.sentence}"


def condition_mistakes(
    place: str, condition: Condition, catalogue: Catalogue, *, depth: int = 1
) -> Iterator[Mistake]:
    """Everything that is wrong with `condition`; `place` says which it is."""
    if depth > DEEPEST:
        yield Mistake(place, f"Conditions can be nested {DEEPEST} deep.")
        return
    match condition:
        case Leaf():
            yield from _leaf_mistakes(place, condition, catalogue)
        case Not(part):
            yield from condition_mistakes(place, part, catalogue, depth=depth + 1)
        case _:
            if not 0 < len(condition.parts) <= MOST_PARTS:
                yield Mistake(place, f"A group has 1 to {MOST_PARTS} conditions in it.")
            for part in condition.parts[:MOST_PARTS]:
                yield from condition_mistakes(place, part, catalogue, depth=depth + 1)


def unknown_fact(place: str, name: str, catalogue: Catalogue) -> Mistake:
    """That there is no such fact, and which may have been meant."""
    near = get_close_matches(name, catalogue, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return Mistake(place, f"There is no fact {name}.{hint}")


def _leaf_mistakes(place: str, leaf: Leaf, catalogue: Catalogue) -> Iterator[Mistake]:
    fact = catalogue.get(leaf.fact)
    if fact is None:
        yield unknown_fact(place, leaf.fact, catalogue)
        return
    allowed = OPERATORS[fact.type]
    if leaf.op not in allowed:
        words = ", ".join(allowed)
        yield Mistake(place, f"{fact.title} cannot be compared by {leaf.op}; use {words}.")
        return
    several = leaf.op in _SEVERAL
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if several is not isinstance(leaf.value, tuple) or not values:
        wanted = "a list of texts" if several else "a single value"
        yield Mistake(place, f"{fact.title}, {leaf.op}: give {wanted}.")
        return
    if not all(_fits(fact, one) for one in values):
        yield Mistake(place, f"{fact.title} is compared with {_wanted(fact)}.")


def _wanted(fact: Fact) -> str:
    return f"one of {', '.join(fact.choices)}" if fact.choices else _WANTED[fact.type]


def _fits(fact: Fact, value: Value) -> bool:
    if fact.type is FactType.YES_NO:
        return isinstance(value, bool)
    if fact.type is FactType.NUMBER:
        return not isinstance(value, bool) and isinstance(value, int | float) and isfinite(value)
    if not isinstance(value, str) or not value.strip():
        return False
    if fact.type is FactType.DATE:
        return _is_day(value)
    return not fact.choices or value in fact.choices


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
