"""How far the raters of the team agree, criterion by criterion, over many interviews."""

from dataclasses import dataclass

from interview_desk.domain.evaluation.agreement import (
    GOOD,
    TENTATIVE,
    Scale,
    krippendorff_alpha,
)
from interview_desk.domain.evaluation.panel import panel_view
from interview_desk.domain.evaluation.rule_sets import Criterion, CriterionKind, RuleSet
from interview_desk.services.evaluation_inputs import inputs_of_all
from interview_desk.services.ports import Records

_PAIR = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement on one criterion.

    `alpha` is 1 where all agree and 0 where they agree by chance, None where nothing varies;
    `interviews` and `ratings` say how many it rests on: those that two or more have rated.
    """

    criterion: Criterion
    alpha: float | None
    interviews: int
    ratings: int

    @property
    def words(self) -> str:
        """What the number means, with what it rests on."""
        noun = "interview" if self.interviews == 1 else "interviews"
        rests_on = f"{self.ratings} ratings of {self.interviews} {noun}"
        if self.alpha is None:
            return f"Not to be said yet ({rests_on})"
        meaning = "too little agreement to rely on"
        if self.alpha >= TENTATIVE:
            meaning = "good agreement" if self.alpha >= GOOD else "enough for tentative conclusions"
        return f"{self.alpha:.2f}: {meaning} ({rests_on})"


async def agreement_on(rules: RuleSet, records: Records) -> tuple[Agreement, ...]:
    """The agreement on each rated criterion, over all sheets that this person is shown."""
    sheets = [
        [sheet.fields for sheet in inputs.sheets]
        async for inputs in inputs_of_all(records, with_peers=False)
    ]
    return tuple(
        _agreement(criterion, [panel_view(criterion, some).levels for some in sheets])
        for criterion in rules.asked
    )


def _agreement(criterion: Criterion, units: list[tuple[int, ...]]) -> Agreement:
    counted = [unit for unit in units if len(unit) >= _PAIR]
    is_yes_or_no = criterion.kind is CriterionKind.BOOLEAN
    scale = Scale.NOMINAL if is_yes_or_no else Scale.ORDINAL
    alpha = krippendorff_alpha(counted, scale)
    return Agreement(criterion, alpha, len(counted), sum(map(len, counted)))
