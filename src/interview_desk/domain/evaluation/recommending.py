"""What to do next with an interview, each with its reason."""

from collections.abc import Iterable, Iterator, Sequence

from interview_desk.domain.evaluation.facts import INSUFFICIENT, KNOCKED_OUT
from interview_desk.domain.evaluation.results import Recommendation, RuleResult
from interview_desk.domain.evaluation.rule_sets import Action, Band, Recommend
from interview_desk.domain.evaluation.words import fact_words

_NAMED = 5


def recommended(
    verdict: str,
    *,
    score: float | None,
    bands: Iterable[Band],
    knock_outs: Sequence[str],
    missing: Sequence[str],
    outcomes: Iterable[RuleResult],
) -> tuple[Recommendation, ...]:
    """What follows from the verdict, then what rules recommend; each action once."""
    found = [
        *_from_verdict(verdict, score=score, bands=bands, knock_outs=knock_outs, missing=missing),
        *_from_rules(outcomes),
    ]
    first = {one.action: one for one in reversed(found)}
    return tuple(one for one in found if first[one.action] is one)


def _from_verdict(
    verdict: str,
    *,
    score: float | None,
    bands: Iterable[Band],
    knock_outs: Sequence[str],
    missing: Sequence[str],
) -> Iterator[Recommendation]:
    if verdict == KNOCKED_OUT:
        yield Recommendation(Action.PASS, " ".join(knock_outs))
        return
    if verdict == INSUFFICIENT:
        yield Recommendation(Action.ASK, _asking(missing))
        return
    band = next(band for band in bands if band.key == verdict)
    if band.recommend is not None:
        because = f"{band.label}: {score:g} of 100, from {band.lowest:g} up."
        yield Recommendation(band.recommend, because)


def _from_rules(outcomes: Iterable[RuleResult]) -> Iterator[Recommendation]:
    for outcome in outcomes:
        effect = outcome.rule.effect
        if outcome.truth and isinstance(effect, Recommend):
            yield Recommendation(effect.action, outcome.message)


def _asking(missing: Sequence[str]) -> str:
    if not missing:
        return "Too little of what counts is known."
    named = ", ".join(map(fact_words, missing[:_NAMED]))
    more = len(missing) - _NAMED
    return f"Still open: {named}{f' and {more} more' if more > 0 else ''}."
