"""How far a meeting is: what MEETING_* events and the clock move, and what they may not touch."""

from datetime import datetime, timedelta
from enum import StrEnum

from interview_desk.domain.status import Status

# So long after the end a meeting counts as held, when nothing else was heard.
HELD_AFTER = timedelta(minutes=15)

_SETTLED = frozenset(
    {Status.CANCELLED, Status.DECLINED, Status.NO_SHOW, Status.RESCHEDULE_REQUESTED}
)


class Progress(StrEnum):
    """The furthest point of the meeting that was heard of."""

    NONE = "none"
    STARTED = "started"
    ENDED = "ended"


def with_progress(said: Status, progress: Progress) -> Status:
    """`said` moved on by what was heard of the meeting."""
    if progress is Progress.ENDED and said not in _SETTLED:
        return Status.HELD
    if progress is Progress.STARTED and said is Status.SCHEDULED:
        return Status.IN_PROGRESS
    return said


def held_at(status: Status, end: datetime | None) -> datetime | None:
    """When the clock alone makes this interview `held`, or None where it never does."""
    if end is None or status not in {Status.SCHEDULED, Status.IN_PROGRESS}:
        return None
    return end + HELD_AFTER
