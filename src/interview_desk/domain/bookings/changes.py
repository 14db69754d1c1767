"""What one event says about one booking, whatever shape it came in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby

# An event that does not say when it happened counts as the oldest.
BEGINNING = datetime.min.replace(tzinfo=UTC)


class ChangeKind(StrEnum):
    """What happened to the booking, in the order of its life (earlier first at equal times)."""

    INSTANT_REQUESTED = "instant_requested"
    PAYMENT_INITIATED = "payment_initiated"
    REQUESTED = "requested"
    PAID = "paid"
    # The booking as Cal.com answered when it was asked, in place of an event that may be lost.
    SNAPSHOT = "snapshot"
    CREATED = "created"
    RESCHEDULED = "rescheduled"
    INSTANT_ACCEPTED = "instant_accepted"
    REASSIGNED = "reassigned"
    LOCATION_UPDATED = "location_updated"
    STARTED = "started"
    ENDED = "ended"
    NO_SHOW_UPDATED = "no_show_updated"
    HOST_ABSENT = "host_absent"
    GUESTS_ABSENT = "guests_absent"
    RECORDING_READY = "recording_ready"
    TRANSCRIPT_READY = "transcript_ready"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


_K = ChangeKind
_RANK = {kind: rank for rank, kind in enumerate(ChangeKind)}

# The booking as it is at that moment; the other kinds only mention it, some from an old snapshot.
STATING = frozenset(_K) - {
    _K.STARTED,
    _K.ENDED,
    _K.NO_SHOW_UPDATED,
    _K.HOST_ABSENT,
    _K.GUESTS_ABSENT,
    _K.RECORDING_READY,
    _K.TRANSCRIPT_READY,
}
# Those whose location and link are the ones in force; others repeat the app's name without a link.
PLACING = frozenset(
    {
        _K.REQUESTED,
        _K.CREATED,
        _K.RESCHEDULED,
        _K.INSTANT_ACCEPTED,
        _K.REASSIGNED,
        _K.LOCATION_UPDATED,
    }
)
# The birth of a booking; which of two successors is later is decided by these alone.
FOUNDING = frozenset({_K.REQUESTED, _K.CREATED, _K.RESCHEDULED})


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody of the team who is booked."""

    name: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """A guest as an event names them; what it does not say is None."""

    name: str | None = None
    email: str | None = None
    zone: str | None = None
    language: str | None = None
    phone: str | None = None
    absent: bool | None = None
    seat: str | None = None

    @property
    def key(self) -> str:
        """What tells this guest from others of the same booking."""
        return (self.email or self.phone or self.name or "").strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingChange:
    """One event about one booking; only `kind` and `uid` are certain to be there."""

    kind: ChangeKind
    uid: str
    previous_uid: str | None = None
    occurred_at: datetime | None = None
    number: int | None = None
    status: str | None = None
    title: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    zone: str | None = None
    location: str | None = None
    # Whether the location is the guest's own address or number; None where nobody says.
    guests_place: bool | None = None
    join_service: str | None = None
    join_url: str | None = None
    event_type_id: int | None = None
    hosts: tuple[Host, ...] = ()
    people: tuple[Person, ...] = ()
    seated: bool = False
    series: bool = False
    # What all occurrences of the series have in common, where the event says it.
    series_uid: str | None = None
    request_reschedule: bool = False
    # Which host was absent, where the event says so: an e-mail, or "" for the only one.
    absent_host: str | None = None
    # What tells one recording or transcript of the booking from another.
    artifact: str | None = None
    sequence: int | None = None
    reason: str | None = None
    # The host whom an older change calls absent was there.
    host_came: bool = False
    # Our own request that made the booking.
    request_id: str | None = None
    # Of a snapshot: when the booking was made, when we asked, and from when on its people count.
    # Cal.com changes guests and absences without touching the time of the booking's last change.
    founded_at: datetime | None = None
    read_at: datetime | None = None
    people_at: datetime | None = None

    @property
    def when(self) -> datetime:
        """When it happened at Cal.com."""
        return self.occurred_at or BEGINNING

    @property
    def people_when(self) -> datetime:
        """From when on what it says of people counts."""
        return self.people_at or self.when

    @property
    def order(self) -> tuple[datetime, int, int, str]:
        """One order for any set of changes, so that arrival cannot matter."""
        return (*self.rank, repr(self))

    @property
    def rank(self) -> tuple[datetime, int, int]:
        """The same as far as it goes without spelling the change out, which takes longest."""
        return (self.when, _RANK[self.kind], -1 if self.sequence is None else self.sequence)


def in_order(changes: Collection[BookingChange]) -> list[BookingChange]:
    """`changes`, each there once, in their `order`."""
    ranked = sorted(changes, key=lambda change: change.rank)
    ordered: list[BookingChange] = []
    for _, group in groupby(ranked, key=lambda change: change.rank):
        alike = list(group)
        ordered += sorted(alike, key=repr) if len(alike) > 1 else alike
    return ordered


def is_app(location: str | None) -> bool:
    """Whether `location` only names an app at Cal.com (or nothing), rather than a place."""
    return not location or location.startswith("integrations:") or location == "conferencing"


def is_address(location: str | None) -> bool:
    """Whether people meet somewhere, or on the phone, rather than behind a link."""
    return not is_app(location) and not (location or "").startswith(("http://", "https://"))
