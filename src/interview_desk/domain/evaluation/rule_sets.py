"""Criteria, rules and bands: one version of how a team judges its interviews."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from interview_desk.domain.evaluation.conditions import Condition, facts_in

# The levels of a criterion, worst and best, and what a must-have has to reach.
LOWEST, HIGHEST = 1, 5
USUAL_MINIMUM = 3
# Facts about the score itself; rules that ask for them are looked at when it is known.
SCORE_FACTS = "score"

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class CriterionKind(StrEnum):
    """Where a criterion's level comes from."""

    RATED = "rated"  # 1 to 5 on each rater's sheet; the panel's median counts
    BOOLEAN = "boolean"  # yes or no on each rater's sheet; yes is 5 and no is 1
    COMPUTED = "computed"  # read from a fact, by thresholds


class Action(StrEnum):
    """What to do next with an interview."""

    NEXT_INTERVIEW = "next_interview"
    INTRODUCE = "introduce"
    FOLLOW_UP = "follow_up"
    PASS = "pass"  # noqa: S105  - to pass on somebody, not a password
    ASK = "ask"  # ask the question whose answer is missing


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing an interview is judged by.

    `levels` of a computed criterion are the four values of `fact` from which it is a 2, 3, 4 and
    5, rising or falling; a yes-or-no fact needs none.
    """

    id: str
    label: str
    kind: CriterionKind = CriterionKind.RATED
    weight: float = 1
    anchors: tuple[tuple[int, str], ...] = ()
    must_have: bool = False
    minimum: int = USUAL_MINIMUM
    evidence_required: bool = False
    applies_when: Condition | None = None
    fact: str | None = None
    levels: tuple[float, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether raters are asked for it."""
        return self.kind is not CriterionKind.COMPUTED

    @property
    def rated_fact(self) -> str:
        """The name under which conditions ask for what the panel gave."""
        return f"ratings.{self.id}"


@dataclass(frozen=True, slots=True)
class AddScore:
    """So many points, of 100, more or less."""

    points: float


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to be looked at, shown with the rule's message."""

    label: str


@dataclass(frozen=True, slots=True)
class KnockOut:
    """A no, whatever the score is."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag for the interview."""

    tag: str


@dataclass(frozen=True, slots=True)
class Recommend:
    """What to do next."""

    action: Action


@dataclass(frozen=True, slots=True)
class Enrol:
    """A follow-up sequence, by id or name, for the interview's guests."""

    sequence: str


Effect: TypeAlias = AddScore | Flag | KnockOut | Tag | Recommend | Enrol


@dataclass(frozen=True, slots=True)
class Rule:
    """Where `when` holds, `effect` follows; `message` may name facts as {fact}."""

    id: str
    title: str
    when: Condition
    effect: Effect
    message: str = ""

    @property
    def asks_for_score(self) -> bool:
        """Whether it can only be looked at when the score is known."""
        return any(map(is_score_fact, (*facts_in(self.when), *self.told_facts)))

    @property
    def told_facts(self) -> tuple[str, ...]:
        """The facts whose values its message tells."""
        return tuple(_PLACEHOLDER.findall(self.message))

    @property
    def tells_ratings(self) -> bool:
        """Whether its message says how the panel rated, or the score."""
        return any(is_score_fact(name) or _is_rated(name) for name in self.told_facts)

    def told(self, words: Mapping[str, str]) -> str:
        """Its message with `words` for each fact; its title where it has none."""
        told = _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), self.message)
        return told or self.title


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `lowest` up, to the next band, mean this."""

    key: str
    label: str
    lowest: float
    recommend: Action | None = None


DEFAULT_BANDS = (
    Band("strong_yes", "Strong yes", 80, Action.INTRODUCE),
    Band("yes", "Yes", 65, Action.NEXT_INTERVIEW),
    Band("maybe", "Maybe", 50, Action.FOLLOW_UP),
    Band("no", "No", 0, Action.PASS),
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of a team's rules."""

    name: str
    version: int
    criteria: tuple[Criterion, ...]
    rules: tuple[Rule, ...] = ()
    bands: tuple[Band, ...] = DEFAULT_BANDS

    @property
    def asked(self) -> tuple[Criterion, ...]:
        """The criteria on a rating sheet."""
        return tuple(one for one in self.criteria if one.is_asked)

    def conditions(self) -> Iterator[Condition]:
        """Every condition tree of the set."""
        for criterion in self.criteria:
            if criterion.applies_when is not None:
                yield criterion.applies_when
        for rule in self.rules:
            yield rule.when

    def facts(self) -> frozenset[str]:
        """The names of all facts that the result can depend on, but for those of the score."""
        asked = frozenset[str]().union(*map(facts_in, self.conditions()))
        read = {one.fact for one in self.criteria if one.fact is not None}
        told = {name for rule in self.rules for name in rule.told_facts}
        return frozenset(name for name in asked | read | told if not is_score_fact(name))

    @property
    def compares_segments(self) -> bool:
        """Whether other interviews of the segment have a say."""
        return any(name.startswith("segment.") for name in self.facts())


def _is_rated(name: str) -> bool:
    return name.partition(".")[0] == "ratings"


def is_score_fact(name: str) -> bool:
    """Whether a fact is only known once the score is."""
    return name.partition(".")[0] == SCORE_FACTS
