"""What all events of one chain of bookings come to."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from interview_desk.domain.bookings.changes import Host
from interview_desk.domain.bookings.progress import Progress, with_progress
from interview_desk.domain.status import Status


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest of the booking and whether they were marked absent."""

    key: str
    name: str | None
    email: str | None
    zone: str | None
    language: str | None
    phone: str | None
    no_show: bool


class Made(NamedTuple):
    """A request of ours, and the booking that it made."""

    request_id: str
    uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedInterview:
    """One interview as Cal.com tells it.

    `said` is Cal.com's word and `unmarked` the same without absences; how far the meeting is
    (`progress`) is kept apart, because a person's own move outweighs it and not Cal.com's word.
    """

    booking_uids: tuple[str, ...]
    said: Status
    unmarked: Status
    progress: Progress
    title: str | None
    start: datetime | None
    end: datetime | None
    zone: str | None
    location: str | None
    location_is_guests: bool | None
    join_service: str | None
    join_url: str | None
    event_type_id: int | None
    hosts: tuple[Host, ...]
    guests: tuple[Guest, ...]
    recordings: tuple[str, ...]
    transcripts: tuple[str, ...]
    # The booking that another one continues, where this one wanted to continue it too.
    lost_fork_of: str | None
    # What our own requests made of it, oldest first.
    made: tuple[Made, ...] = ()
    # Whether it is one occurrence of several that were booked at once.
    series: bool = False
    series_uid: str | None = None

    @property
    def status(self) -> Status:
        """Where the interview stands when nobody but Cal.com has spoken."""
        return with_progress(self.said, self.progress)
