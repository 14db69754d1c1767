"""All events of one booking (one uid), read together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from interview_desk.domain.bookings.changes import (
    FOUNDING,
    PLACING,
    STATING,
    BookingChange,
    ChangeKind,
    Host,
    Person,
    is_address,
)
from interview_desk.domain.bookings.folded import Guest
from interview_desk.domain.bookings.people import guests_of, host_is_absent, listed, seated
from interview_desk.domain.bookings.progress import Progress
from interview_desk.domain.status import Status

_T = TypeVar("_T")
_K = ChangeKind
_PENDING = frozenset({_K.REQUESTED, _K.PAYMENT_INITIATED, _K.INSTANT_REQUESTED})
_OVER = frozenset({_K.CANCELLED, _K.REJECTED})


class Place(NamedTuple):
    """Where people meet, whether that is the guest's own place, and behind which link."""

    location: str | None = None
    is_guests: bool | None = None
    service: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Booking:
    """One booking: its `changes` in canonical order, and those of others that continue it."""

    uid: str
    changes: tuple[BookingChange, ...]
    movers: tuple[BookingChange, ...]

    @property
    def is_described(self) -> bool:
        """Whether any event says what the booking is, rather than only who missed it."""
        return any(change.kind is not _K.NO_SHOW_UPDATED for change in self.changes)

    @property
    def is_seated(self) -> bool:
        """Whether guests book single seats of it."""
        return any(change.seated for change in self.changes)

    @property
    def founded_at(self) -> datetime | None:
        """When the booking came to be, where an event of its birth says so."""
        times = [c.occurred_at for c in self.changes if c.kind in FOUNDING and c.occurred_at]
        return min(times, default=None)

    @property
    def number(self) -> int | None:
        """Cal.com's own number of the booking."""
        return max((c.number for c in self.changes if c.number is not None), default=None)

    @property
    def continues(self) -> list[str]:
        """The bookings that this one says it continues."""
        return sorted({c.previous_uid for c in self.changes if c.previous_uid} - {self.uid})

    @property
    def continued_by(self) -> set[str]:
        """The bookings that carry this one on.

        One seat that moves to another booking does not: the others still meet here.
        """
        if self.is_seated and self.people:
            return {change.uid for change in self.movers if not change.people}
        return {change.uid for change in self.movers}

    @property
    def people(self) -> tuple[Person, ...]:
        """The guests who are expected."""
        return seated(self.changes, self.movers) if self.is_seated else listed(self.changes)

    @property
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

    @property
    def hosts(self) -> tuple[Host, ...]:
        """Who is booked on our side, the organizer first."""
        return self._newest(lambda change: change.hosts or None) or ()

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
        over = [change for change in self.changes if self._ends_it(change)]
        if over:
            return _last_word(over[-1])
        if self._is_emptied:
            return Status.CANCELLED
        stating = [change for change in self.changes if change.kind in STATING - _OVER]
        waits = bool(stating) and all(_is_pending(change) for change in stating)
        return Status.REQUESTED if waits else Status.SCHEDULED

    @property
    def place(self) -> Place:
        """Where people meet now: the newest placing event, with a link that still belongs to it."""
        placing = [c for c in self.changes if c.kind in PLACING and (c.location or c.join_url)]
        mentions = [c for c in self.changes if c.kind not in PLACING]
        if not placing:
            return self._mentioned(mentions)
        newest = placing[-1]
        if newest.join_url or is_address(newest.location):
            return _place(newest)
        linked = _link_before(placing, mentions)
        return _place(newest, linked or newest)

    def artifacts(self, kind: ChangeKind) -> set[str]:
        """What tells apart the recordings or transcripts that are ready."""
        return {c.artifact or "" for c in self.changes if c.kind is kind}

    def _mentioned(self, mentions: list[BookingChange]) -> Place:
        told = [change for change in mentions if change.location or change.join_url]
        linked = [change for change in told if change.join_url]
        for change in (linked or told)[-1:]:
            return _place(change)
        return Place()

    @property
    def _is_emptied(self) -> bool:
        cancelled = any(change.kind is _K.CANCELLED for change in self.changes)
        return self.is_seated and cancelled and not self.people

    def _ends_it(self, change: BookingChange) -> bool:
        if change.kind is _K.CANCELLED:
            return change.request_reschedule or not self.is_seated
        return change.kind is _K.REJECTED

    def _newest(self, read: Callable[[BookingChange], _T | None]) -> _T | None:
        """What the newest event that describes the booking says; then what others mention."""
        stating = [change for change in reversed(self.changes) if change.kind in STATING]
        mentions = [change for change in reversed(self.changes) if change.kind not in STATING]
        values = (read(change) for change in [*stating, *mentions])
        return next((value for value in values if value is not None), None)


def _place(change: BookingChange, linked: BookingChange | None = None) -> Place:
    link = linked or change
    return Place(change.location, change.guests_place, link.join_service, link.join_url)


def _last_word(change: BookingChange) -> Status:
    if change.kind is _K.REJECTED:
        return Status.DECLINED
    return Status.RESCHEDULE_REQUESTED if change.request_reschedule else Status.CANCELLED


def _is_pending(change: BookingChange) -> bool:
    return change.kind in _PENDING or (change.status or "").upper() == "PENDING"


def _link_before(
    placing: list[BookingChange], mentions: list[BookingChange]
) -> BookingChange | None:
    """The newest link not older than the last move; a snapshot's only where nothing moved."""
    for change in reversed(placing):
        if change.join_url:
            return change
        if change.kind is ChangeKind.LOCATION_UPDATED:
            return None
    return next((change for change in reversed(mentions) if change.join_url), None)
