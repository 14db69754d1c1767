"""What a new version of the rules would change for interviews that were judged before."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from interview_desk.domain.evaluation.results import Evaluation
from interview_desk.domain.evaluation.words import value_words


class Difference(NamedTuple):
    """One interview that would be judged otherwise; `because` says what makes the difference."""

    interview_id: str
    before: str
    after: str
    score_before: float | None
    score_after: float | None
    because: tuple[str, ...]


class Preview(NamedTuple):
    """All that would change; `partial` counts interviews of which not everything may be seen."""

    interviews: int
    differences: tuple[Difference, ...]
    partial: int

    @property
    def words(self) -> str:
        """`14 of 120 interviews would change`."""
        changed = len(self.differences)
        noun = "interview" if self.interviews == 1 else "interviews"
        verb = "is" if self.partial == 1 else "are"
        partial = f"; {self.partial} {verb} judged without ratings you cannot see yet"
        return (
            f"{changed} of {self.interviews} {noun} would change{partial if self.partial else ''}."
        )


def previewed(pairs: Iterable[tuple[str, Evaluation, Evaluation]]) -> Preview:
    """What changes between the judgements of each interview: its id, as it is, as it would be."""
    count = partial = 0
    found = []
    for interview_id, before, after in pairs:
        count += 1
        partial += after.is_partial
        difference = difference_between(interview_id, before, after)
        if difference is not None:
            found.append(difference)
    return Preview(count, tuple(found), partial)


def difference_between(
    interview_id: str, before: Evaluation, after: Evaluation
) -> Difference | None:
    """What changes for one interview; None where verdict, score and effects stay."""
    same = (before.label, before.score, _effects(before)) == (
        after.label,
        after.score,
        _effects(after),
    )
    if same:
        return None
    return Difference(
        interview_id,
        before.label,
        after.label,
        before.score,
        after.score,
        tuple(_reasons(before, after)),
    )


def _effects(evaluation: Evaluation) -> list[object]:
    return [one.effect for one in evaluation.effects]


def _reasons(before: Evaluation, after: Evaluation) -> Iterator[str]:
    """What the new rules say that the old did not, and the other way round."""
    for name, old, new in (
        ("Score", before.score, after.score),
        ("Known of the weight", _percent(before), _percent(after)),
    ):
        if old != new:
            yield f"{name}: {value_words(old)} becomes {value_words(new)}."
    said, says = _said(before), _said(after)
    yield from (f"No longer: {words}" for words in said if words not in says)
    yield from (f"New: {words}" for words in says if words not in said)


def _percent(evaluation: Evaluation) -> float:
    return round(evaluation.coverage * 100, 1)


def _said(evaluation: Evaluation) -> list[str]:
    told = [one.because for one in evaluation.effects]
    return [*evaluation.knock_outs, *(one for one in told if one not in evaluation.knock_outs)]
