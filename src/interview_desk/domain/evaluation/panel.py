"""What several raters gave, each without seeing the others: median, spread, what to discuss."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from interview_desk.domain.evaluation.rule_sets import HIGHEST, LOWEST, Criterion, CriterionKind
from interview_desk.domain.values import Fields, Json

SUBMITTED = "submitted"
DRAFT = "draft"
# From so many levels between two raters on, they should talk about it.
DISCUSS_FROM = 2
_YES_NO_LEVELS = {True: HIGHEST, False: LOWEST}


@dataclass(frozen=True, slots=True)
class PanelView:
    """What the panel gave to one criterion.

    `levels` are those that count, lowest first; `without_evidence` could not be counted because
    they came without the evidence that the criterion asks for.
    """

    levels: tuple[int, ...] = ()
    without_evidence: int = 0

    @property
    def median(self) -> float | None:
        """The middle of what was given; None while nothing was."""
        return median(self.levels) if self.levels else None

    @property
    def spread(self) -> int | None:
        """The levels between the lowest and the highest."""
        return self.levels[-1] - self.levels[0] if self.levels else None

    @property
    def should_discuss(self) -> bool:
        """Whether the raters are so far apart that they should talk."""
        return (self.spread or 0) >= DISCUSS_FROM


NOTHING_GIVEN = PanelView()


def is_submitted(sheet: Fields) -> bool:
    """Whether a rating sheet counts: its author has handed it in."""
    return sheet.get("state") == SUBMITTED


def panel_view(criterion: Criterion, sheets: Iterable[Fields]) -> PanelView:
    """What the submitted ones among `sheets` say of `criterion`."""
    levels, bare = [], 0
    for sheet in sheets:
        rating = rating_in(sheet, criterion.id)
        level = level_of(criterion, rating)
        if level is None or not is_submitted(sheet):
            continue
        if criterion.evidence_required and not has_evidence(rating):
            bare += 1
        else:
            levels.append(level)
    return PanelView(tuple(sorted(levels)), bare)


def rating_in(sheet: Fields, criterion_id: str) -> Fields:
    """What one sheet says of one criterion: {value, evidence}, empty where nothing."""
    ratings = sheet.get("ratings")
    rating = ratings.get(criterion_id) if isinstance(ratings, Mapping) else None
    return rating if isinstance(rating, Mapping) else {}


def level_of(criterion: Criterion, rating: Fields) -> int | None:
    """The level a rating gives, 1 to 5; None where it gives none that can be."""
    value = rating.get("value")
    if criterion.kind is CriterionKind.BOOLEAN:
        return _YES_NO_LEVELS[value] if isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value in range(LOWEST, HIGHEST + 1) else None


def has_evidence(rating: Fields) -> bool:
    """Whether the rater has said what the rating rests on."""
    return _says_something(rating.get("evidence"))


def _says_something(value: Json) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(map(_says_something, value.values()))
    return isinstance(value, list | tuple) and any(map(_says_something, value))
