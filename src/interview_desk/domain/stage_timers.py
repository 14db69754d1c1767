"""Soft timers: how long each stage may still take. They colour a label and lock nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from interview_desk.domain.guides import Guide, Stage

_WELL_OVER = 1.25


class Pace(StrEnum):
    """How a stage stands against its time."""

    UNTIMED = "untimed"
    ON_TIME = "on_time"
    OVER = "over"  # amber
    WELL_OVER = "well_over"  # red


@dataclass(frozen=True, slots=True)
class StageTimer:
    """Time allotted to a stage, spent in it, and how that stands."""

    allotted: timedelta | None
    spent: timedelta
    pace: Pace

    @property
    def share(self) -> float:
        """How much of the time is used, 1.0 being all of it; 0 where there is none."""
        return self.spent / self.allotted if self.allotted else 0.0


def stage_timers(
    guide: Guide, spent: Mapping[str, timedelta], current: str
) -> dict[str, StageTimer]:
    """The timer of every stage; what ran over is taken from the stages not begun, evenly."""
    begun = {key for key, time in spent.items() if time} | {current}
    used = sum(
        (_larger(_planned(s), spent.get(s.key)) for s in guide.stages if s.key in begun),
        timedelta(),
    )
    waiting = sum((_planned(s) for s in guide.stages if s.key not in begun), timedelta())
    left = max(timedelta(minutes=guide.minutes) - used, timedelta())
    squeeze = min(1.0, left / waiting) if waiting else 1.0
    return {
        stage.key: _timer(
            stage,
            spent.get(stage.key, timedelta()),
            squeeze=1.0 if stage.key in begun else squeeze,
        )
        for stage in guide.stages
    }


def _planned(stage: Stage) -> timedelta:
    return timedelta(minutes=stage.minutes or 0)


def _larger(planned: timedelta, spent: timedelta | None) -> timedelta:
    return max(planned, spent or timedelta()) if planned else timedelta()


def _timer(stage: Stage, spent: timedelta, *, squeeze: float) -> StageTimer:
    if stage.minutes is None:
        return StageTimer(None, spent, Pace.UNTIMED)
    allotted = _planned(stage) * squeeze
    return StageTimer(allotted, spent, _pace(spent, allotted))


def _pace(spent: timedelta, allotted: timedelta) -> Pace:
    if not spent or spent < allotted:
        return Pace.ON_TIME
    return Pace.WELL_OVER if spent >= allotted * _WELL_OVER else Pace.OVER
