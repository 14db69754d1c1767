"""What an evaluation came to, with everything that led there."""

from dataclasses import dataclass
from enum import StrEnum

from interview_desk.domain.evaluation.facts import INSUFFICIENT, KNOCKED_OUT
from interview_desk.domain.evaluation.panel import NOTHING_GIVEN, PanelView
from interview_desk.domain.evaluation.rule_sets import (
    Action,
    Criterion,
    Effect,
    Enrol,
    Rule,
    RuleSet,
    Tag,
    is_score_fact,
)
from interview_desk.domain.evaluation.truth import Seen, Truth, missing_in

# Below this share of the weight there is no verdict.
ENOUGH_COVERAGE = 0.6


class Standing(StrEnum):
    """Whether a criterion counts."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """What one criterion came to.

    `level` is 1 to 5; `missing` names the facts that would make it known; `applies` explains
    whether it applies, where that depends on something.
    """

    criterion: Criterion
    standing: Standing
    level: float | None = None
    panel: PanelView = NOTHING_GIVEN
    missing: tuple[str, ...] = ()
    applies: Seen | None = None

    @property
    def share(self) -> float | None:
        """How much of its weight it earns, 0 to 1."""
        return None if self.level is None else (self.level - 1) / 4

    @property
    def fails(self) -> bool:
        """Whether it is a must-have that is known to be missed."""
        if not self.criterion.must_have or self.level is None:
            return False
        return self.level < self.criterion.minimum

    @property
    def is_open_must(self) -> bool:
        """Whether it is a must-have about which nothing is known yet."""
        return self.criterion.must_have and self.standing is Standing.UNKNOWN


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule came to, and why; `message` has the actual values."""

    rule: Rule
    seen: Seen
    message: str

    @property
    def truth(self) -> Truth:
        """Whether it holds; None where that is not known."""
        return self.seen.truth

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts about the interview that would decide it; nothing where it is decided."""
        return tuple(name for name in missing_in(self.seen) if not is_score_fact(name))


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do next, and why."""

    action: Action
    because: str


@dataclass(frozen=True, slots=True)
class Fired:
    """An effect that follows, and why."""

    rule_id: str
    effect: Effect
    because: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One interview judged by one version of the rules.

    `verdict` is the key of a band, `knocked_out` or `insufficient_evidence`; `score` is 0 to 100
    over what is known, None where nothing is; `coverage` is the known share of the weight, 0 to 1.
    `is_final` says that no more ratings are awaited; only then anything is done in the world.
    `is_partial` says that whoever computed it may not see everything.
    """

    rules: RuleSet
    verdict: str
    score: float | None
    coverage: float
    criteria: tuple[CriterionResult, ...]
    outcomes: tuple[RuleResult, ...]
    knock_outs: tuple[str, ...]
    missing: tuple[str, ...]
    recommendations: tuple[Recommendation, ...]
    inputs_hash: str
    is_final: bool
    is_partial: bool = False

    @property
    def label(self) -> str:
        """The verdict in words."""
        named = {band.key: band.label for band in self.rules.bands}
        return {**_VERDICTS, **named}[self.verdict]

    @property
    def has_verdict(self) -> bool:
        """Whether enough is known to judge."""
        return self.verdict != INSUFFICIENT

    @property
    def effects(self) -> tuple[Fired, ...]:
        """What follows: of effects in the world only what no rating can change any more."""
        return tuple(
            Fired(one.rule.id, one.rule.effect, one.message)
            for one in self.outcomes
            if one.truth and (self.is_final or not isinstance(one.rule.effect, Tag | Enrol))
        )


_VERDICTS = {KNOCKED_OUT: "Knocked out", INSUFFICIENT: "Insufficient evidence"}
