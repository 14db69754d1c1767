"""From criteria to a score: what is known is weighed, what is not is never counted as no."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum

from interview_desk.domain.evaluation.conditions import Value
from interview_desk.domain.evaluation.panel import PanelView
from interview_desk.domain.evaluation.results import CriterionResult, RuleResult, Standing
from interview_desk.domain.evaluation.rule_sets import (
    HIGHEST,
    LOWEST,
    AddScore,
    Band,
    Criterion,
    CriterionKind,
    KnockOut,
)
from interview_desk.domain.evaluation.truth import Facts, Seen, missing_in
from interview_desk.domain.evaluation.words import value_words

_BEST = 100.0


def judged(
    criterion: Criterion, facts: Facts, *, panel: PanelView, applies: Seen | None
) -> CriterionResult:
    """What `criterion` comes to; `applies` explains whether it applies, where that depends."""
    if applies is not None and applies.truth is False:
        return CriterionResult(criterion, Standing.NOT_APPLICABLE, applies=applies)
    undecided = () if applies is None else missing_in(applies)
    level = computed_level(criterion, facts) if criterion.fact else panel.median
    own = () if level is not None else (criterion.fact or criterion.rated_fact,)
    missing = (*undecided, *own)
    if missing:
        level = None
    standing = Standing.UNKNOWN if level is None else Standing.KNOWN
    return CriterionResult(criterion, standing, level, panel, missing, applies)


def computed_level(criterion: Criterion, facts: Facts) -> float | None:
    """The level that the criterion's fact means; None where it is not known."""
    value = facts.get(criterion.fact or "")
    if isinstance(value, bool):
        return HIGHEST if value else LOWEST
    if not isinstance(value, int | float):
        return None
    falling = criterion.levels[0] > criterion.levels[-1] if criterion.levels else False
    reached = (value <= step if falling else value >= step for step in criterion.levels)
    return LOWEST + sum(reached)


def score_of(criteria: Sequence[CriterionResult], outcomes: Iterable[RuleResult]) -> float | None:
    """0 to 100 over the known criteria, with the points of rules; None where none is known."""
    known = [(one.share, one.criterion.weight) for one in criteria if one.share is not None]
    weight = fsum(weight for _, weight in known)
    if not weight:
        return None
    base = fsum(share * weight for share, weight in known) / weight * _BEST
    effects = (one.rule.effect for one in outcomes if one.truth)
    extra = fsum(effect.points for effect in effects if isinstance(effect, AddScore))
    return round(min(max(base + extra, 0.0), _BEST), 2)


def coverage_of(criteria: Sequence[CriterionResult]) -> float:
    """The known share of the weight of what applies, 0 to 1."""
    applying = [one for one in criteria if one.standing is not Standing.NOT_APPLICABLE]
    weight = fsum(one.criterion.weight for one in applying)
    if not weight:
        return 0.0
    known = fsum(one.criterion.weight for one in applying if one.standing is Standing.KNOWN)
    return round(known / weight, 4)


def knock_outs_of(
    criteria: Iterable[CriterionResult], outcomes: Iterable[RuleResult]
) -> Iterator[str]:
    """Why it is a no whatever the score: missed must-haves, and rules that knock out."""
    for one in criteria:
        if one.fails:
            wanted = value_words(one.criterion.minimum)
            yield (
                f"{one.criterion.label} is {value_words(one.level)} of {HIGHEST}; "
                f"at least {wanted} is a must."
            )
    for outcome in outcomes:
        if outcome.truth and isinstance(outcome.rule.effect, KnockOut):
            yield outcome.message


def band_of(bands: Sequence[Band], score: float) -> Band:
    """The band that `score` lies in, the lowest where it is below all."""
    rising = sorted(bands, key=lambda band: band.lowest)
    reached = [band for band in rising if score >= band.lowest]
    return (reached or rising)[-1 if reached else 0]


def panel_facts(
    criteria: Iterable[Criterion], panel: Mapping[str, PanelView]
) -> Iterator[tuple[str, Value]]:
    """What conditions can ask of the ratings, by the names of the catalogue."""
    for criterion in criteria:
        view = panel[criterion.id]
        median = view.median
        if criterion.kind is CriterionKind.BOOLEAN:
            # Half and half is neither yes nor no.
            agreed = {float(HIGHEST): True, float(LOWEST): False}
            yield criterion.rated_fact, None if median is None else agreed.get(float(median))
        else:
            yield criterion.rated_fact, median
            yield f"{criterion.rated_fact}.spread", view.spread
