"""Conditions and explanations of rules as sentences a person reads."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from interview_desk.domain.evaluation.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Leaf,
    Not,
    Operator,
    Value,
)
from interview_desk.domain.evaluation.facts import Catalogue
from interview_desk.domain.evaluation.rule_sets import (
    Action,
    AddScore,
    Effect,
    Enrol,
    Flag,
    KnockOut,
    Recommend,
    Tag,
)
from interview_desk.domain.evaluation.truth import (
    AllSeen,
    AnySeen,
    LeafSeen,
    NotSeen,
    Seen,
    Truth,
)
from interview_desk.domain.evaluation.words import fact_words, value_words
from interview_desk.ui.quoting import quoted

OPERATOR_WORDS: Final[Mapping[Operator, str]] = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.ONE_OF: "is one of",
    Operator.AT_LEAST: "is at least",
    Operator.AT_MOST: "is at most",
    Operator.MORE_THAN: "is more than",
    Operator.LESS_THAN: "is less than",
    Operator.CONTAINS: "contains",
    Operator.CONTAINS_ANY: "contains any of",
    Operator.BEFORE: "is before",
    Operator.AFTER: "is after",
}
_DENIED_WORDS: Final[Mapping[Operator, str]] = {
    **{op: words.replace("is ", "is not ", 1) for op, words in OPERATOR_WORDS.items()},
    Operator.IS: "is not",
    Operator.IS_NOT: "is",
    Operator.CONTAINS: "does not contain",
    Operator.CONTAINS_ANY: "contains none of",
}
ACTION_WORDS: Final[Mapping[Action, str]] = {
    Action.NEXT_INTERVIEW: "Plan the next interview",
    Action.INTRODUCE: "Introduce them",
    Action.FOLLOW_UP: "Follow up",
    Action.PASS: "Pass",
    Action.ASK: "Ask what is missing",
}
TRUTH_WORDS: Final[Mapping[Truth, str]] = {True: "Holds", False: "Does not hold", None: "Not known"}
_DATED = {Operator.BEFORE, Operator.AFTER}
_GROUPS = {AllSeen: "All of these", AnySeen: "Any of these", NotSeen: "Not this"}


class Line(NamedTuple):
    """One line of an explanation; `depth` says how far it stands in."""

    words: str
    truth: Truth
    depth: int = 0


def fact_title(name: str, facts: Catalogue) -> str:
    """What a fact is called."""
    fact = facts.get(name)
    return fact.title if fact is not None else fact_words(name)


def condition_words(condition: Condition, facts: Catalogue) -> str:
    """The whole condition in one sentence, without a full stop."""
    match condition:
        case Leaf() as leaf:
            return _compared(leaf, OPERATOR_WORDS, facts)
        case Not(Leaf() as leaf):
            return _compared(leaf, _DENIED_WORDS, facts)
        case Not(part):
            return f"it is not so that {_inner(part, facts)}"
        case AllOf(parts):
            return " and ".join(_inner(part, facts) for part in parts)
        case AnyOf(parts):
            return " or ".join(_inner(part, facts) for part in parts)


def _compared(leaf: Leaf, words: Mapping[Operator, str], facts: Catalogue) -> str:
    return f"{fact_title(leaf.fact, facts)} {words[leaf.op]} {_wanted(leaf.op, leaf.value)}"


def _wanted(op: Operator, value: Value) -> str:
    """What a comparison asks for; words in quotes, which "no budget" would not be read without."""
    if isinstance(value, tuple):
        return " or ".join(map(quoted, value))
    words = value_words(value)
    return quoted(words) if isinstance(value, str) and op not in _DATED else words


def effect_words(effect: Effect) -> str:
    """What follows where a rule holds."""
    match effect:
        case AddScore(points):
            return f"{abs(points):g} points {'more' if points >= 0 else 'less'}"
        case Flag(name):
            return f"Mark it {quoted(name)}"
        case KnockOut():
            return "A no, whatever the score"
        case Tag(tag):
            return f"Tag it {quoted(tag)}"
        case Recommend(action):
            return f"Recommend: {ACTION_WORDS[action]}"
        case Enrol(sequence):
            return f"Begin the follow-up {quoted(sequence)}"


def explained(seen: Seen, facts: Catalogue, *, depth: int = 0) -> Iterator[Line]:
    """Every comparison with what was actually there, line by line."""
    match seen:
        case LeafSeen(leaf, actual, truth):
            asked = condition_words(leaf, facts)
            found = "not known yet" if actual is None else f"it is {value_words(actual)}"
            yield Line(f"{asked} \N{EN DASH} {found}", truth, depth)
        case NotSeen(part, truth):
            yield Line(_GROUPS[NotSeen], truth, depth)
            yield from explained(part, facts, depth=depth + 1)
        case AllSeen(parts, truth) | AnySeen(parts, truth):
            yield Line(_GROUPS[type(seen)], truth, depth)
            for part in parts:
                yield from explained(part, facts, depth=depth + 1)


def _inner(part: Condition, facts: Catalogue) -> str:
    words = condition_words(part, facts)
    return f"({words})" if isinstance(part, AllOf | AnyOf) else words
