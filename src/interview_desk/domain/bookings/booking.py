"""All events of one booking (one uid), read together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from interview_desk.domain.bookings.changes import (
    FOUNDING,
    STATING,
    BookingChange,
    ChangeKind,
    Host,
    Person,
)
from interview_desk.domain.bookings.folded import Guest
from interview_desk.domain.bookings.people import guests_of, host_is_absent, listed, seated
from interview_desk.domain.bookings.places import Place, place_of
from interview_desk.domain.bookings.progress import Progress
from interview_desk.domain.status import Status

_T = TypeVar("_T")
_K = ChangeKind
_PENDING = frozenset({_K.REQUESTED, _K.PAYMENT_INITIATED, _K.INSTANT_REQUESTED})
_OVER = frozenset({_K.CANCELLED, _K.REJECTED})
_NO = Status.DECLINED
_ENDED_BY_NO = "REJECTED"
_ENDED = frozenset({"CANCELLED", _ENDED_BY_NO})


@dataclass(frozen=True)
class Booking:
    """One booking: its `changes` in canonical order, and those of others that continue it.

    What is asked for more than once is worked out once.
    """

    uid: str
    changes: tuple[BookingChange, ...]
    movers: tuple[BookingChange, ...]

    @property
    def is_described(self) -> bool:
        """Whether any event says what the booking is, rather than only who missed it."""
        return any(change.kind is not _K.NO_SHOW_UPDATED for change in self.changes)

    @cached_property
    def is_seated(self) -> bool:
        """Whether guests book single seats of it."""
        return any(change.seated for change in self.changes)

    @property
    def is_series(self) -> bool:
        """Whether it was booked together with others."""
        return any(change.series for change in self.changes)

    @property
    def series_uid(self) -> str | None:
        """What it has in common with those it was booked together with."""
        return next((change.series_uid for change in self.changes if change.series_uid), None)

    @cached_property
    def founded_at(self) -> datetime | None:
        """When the booking came to be, where an event of its birth says so."""
        times = [c.occurred_at for c in self.changes if c.kind in FOUNDING and c.occurred_at]
        answered = [c.founded_at for c in self.changes if c.founded_at]
        return min(times or answered, default=None)

    @property
    def number(self) -> int | None:
        """Cal.com's own number of the booking."""
        return max((c.number for c in self.changes if c.number is not None), default=None)

    @property
    def requests(self) -> list[str]:
        """The requests of ours that say they made it."""
        return sorted({c.request_id for c in self.changes if c.request_id})

    @property
    def continues(self) -> list[str]:
        """The bookings that this one says it continues."""
        return sorted({c.previous_uid for c in self.changes if c.previous_uid} - {self.uid})

    @cached_property
    def continued_by(self) -> set[str]:
        """The bookings that carry this one on.

        One seat that moves to another booking does not: the others still meet here.
        """
        if self.is_seated and self.people:
            return {change.uid for change in self.movers if not change.people}
        return {change.uid for change in self.movers}

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """The guests who are expected."""
        return seated(self.changes, self.movers) if self.is_seated else listed(self.changes)

    @cached_property
    def guests(self) -> tuple[Guest, ...]:
        """The guests who are expected, with their marks."""
        people = self.people
        return () if self.is_seated and not people else guests_of(people, self.changes)

    @property
    def title(self) -> str | None:
        """The newest title."""
        return self._newest(lambda change: change.title or None)

    @property
    def start(self) -> datetime | None:
        """The newest start."""
        return self._newest(lambda change: change.start)

    @property
    def end(self) -> datetime | None:
        """The newest end."""
        return self._newest(lambda change: change.end)

    @property
    def zone(self) -> str | None:
        """The organizer's zone."""
        return self._newest(lambda change: change.zone or None)

    @property
    def event_type_id(self) -> int | None:
        """Cal.com's number of the event type."""
        return self._newest(lambda change: change.event_type_id)

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """Who is booked on our side, the organizer first."""
        told = self._newest(lambda change: change.hosts or None) or ()
        listed = [c.hosts for c in self.changes if c.hosts and c.kind is not _K.SNAPSHOT]
        # Asked for a booking, Cal.com names the organizer only; an event names the others too.
        is_same = len(told) == 1 and bool(listed) and listed[-1][0].email == told[0].email
        return listed[-1] if is_same else told

    @property
    def progress(self) -> Progress:
        """How far the meeting is by Cal.com's clock."""
        kinds = {change.kind for change in self.changes}
        if _K.ENDED in kinds:
            return Progress.ENDED
        return Progress.STARTED if _K.STARTED in kinds else Progress.NONE

    @property
    def said(self) -> Status:
        """Cal.com's word on the booking."""
        word = self.unmarked
        if word not in {Status.SCHEDULED, Status.REQUESTED}:
            return word
        guests = self.guests
        nobody_came = bool(guests) and all(guest.no_show for guest in guests)
        missed = nobody_came or host_is_absent(self.hosts, self.changes)
        return Status.NO_SHOW if missed else word

    @property
    def unmarked(self) -> Status:
        """Cal.com's word on the booking, were nobody marked absent."""
        over = self._last_words
        if over:
            return _word(over)
        if self._is_emptied:
            return Status.CANCELLED
        return Status.REQUESTED if self._waits else Status.SCHEDULED

    @property
    def place(self) -> Place:
        """Where people meet now."""
        return place_of(self.changes)

    def artifacts(self, kind: ChangeKind) -> set[str]:
        """What tells apart the recordings or transcripts that are ready."""
        return {c.artifact or "" for c in self.changes if c.kind is kind}

    @cached_property
    def _last_words(self) -> list[BookingChange]:
        """What ended the booking; nothing where Cal.com answered later that it is on."""
        alive = [c.order for c in self.changes if c.kind is _K.SNAPSHOT and not self._ends_it(c)]
        since = max(alive, default=None)
        over = [change for change in self.changes if self._ends_it(change)]
        return [change for change in over if since is None or change.order > since]

    @property
    def _waits(self) -> bool:
        """Whether nobody has said yes, or paid, so far."""
        stating = [change for change in self.changes if change.kind in STATING - _OVER]
        return bool(stating) and all(self._leaves_waiting(change) for change in stating)

    def _leaves_waiting(self, change: BookingChange) -> bool:
        if change.kind is not _K.SNAPSHOT:
            return _is_pending(change)
        # Cal.com calls a booking accepted before it is paid.
        unpaid = [c for c in self.changes if c.kind is _K.PAYMENT_INITIATED]
        return _is_pending(change) or any(c.order > change.order for c in unpaid)

    @property
    def _is_emptied(self) -> bool:
        cancelled = any(change.kind is _K.CANCELLED for change in self.changes)
        return self.is_seated and cancelled and not self.people

    def _ends_it(self, change: BookingChange) -> bool:
        if change.kind is _K.CANCELLED:
            return change.request_reschedule or not self.is_seated
        return change.kind is _K.REJECTED or _is_over(change)

    def _newest(self, read: Callable[[BookingChange], _T | None]) -> _T | None:
        """What the newest event that describes the booking says; then what others mention."""
        values = map(read, self._weightiest_first)
        return next((value for value in values if value is not None), None)

    @cached_property
    def _weightiest_first(self) -> list[BookingChange]:
        stating = [change for change in reversed(self.changes) if change.kind in STATING]
        return stating + [change for change in reversed(self.changes) if change.kind not in STATING]


def _is_over(change: BookingChange) -> bool:
    return change.kind is _K.SNAPSHOT and change.status in _ENDED


def _word(over: list[BookingChange]) -> Status:
    """The last of these words; an event's where a snapshot says the same in fewer words."""
    words = [_status(change) for change in over]
    if _is_over(over[-1]):
        events = [word for word, c in zip(words, over, strict=True) if not _is_over(c)]
        same = [word for word in events if (word is _NO) == (words[-1] is _NO)]
        return same[-1] if same else words[-1]
    return words[-1]


def _status(change: BookingChange) -> Status:
    is_no = change.kind is _K.SNAPSHOT and change.status == _ENDED_BY_NO
    if change.kind is _K.REJECTED or is_no:
        return _NO
    return Status.RESCHEDULE_REQUESTED if change.request_reschedule else Status.CANCELLED


def _is_pending(change: BookingChange) -> bool:
    return change.kind in _PENDING or (change.status or "").upper() == "PENDING"
