"""Who is at this Cal.com, what can be booked, and what has been."""

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

KEY = "cal_test_0123456789abcdef"
OTHER_KEY = "cal_test_of_another_program"
TEAM = 7
ORGANIZATION = 3

DISCOVERY = 41
ROUND_ROBIN = 42
SEATED = 43
WEEKLY = 44
CONFIRMED = 45
LENGTHS = 46

TRIGGERS = (
    "BOOKING_CREATED",
    "BOOKING_PAYMENT_INITIATED",
    "BOOKING_PAID",
    "BOOKING_RESCHEDULED",
    "BOOKING_REQUESTED",
    "BOOKING_CANCELLED",
    "BOOKING_REJECTED",
    "BOOKING_NO_SHOW_UPDATED",
    "FORM_SUBMITTED",
    "MEETING_ENDED",
    "MEETING_STARTED",
    "RECORDING_READY",
    "INSTANT_MEETING",
    "RECORDING_TRANSCRIPTION_GENERATED",
    "OOO_CREATED",
    "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
    "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
    "FORM_SUBMITTED_NO_EVENT",
    "ROUTING_FORM_FALLBACK_HIT",
    "DELEGATION_CREDENTIAL_ERROR",
    "WRONG_ASSIGNMENT_REPORT",
)
HOSTED_TRIGGERS = (
    *TRIGGERS,
    "BOOKING_LOCATION_UPDATED",
    "BOOKING_REASSIGNED",
    "INSTANT_MEETING_ACCEPTED",
    "CALENDAR_ENTRY_REJECTED",
    "DELEGATION_CREDENTIAL_SECRET_ROTATED",
    "DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED",
    "DELEGATION_CREDENTIAL_ROTATION_REQUIRED",
)


@dataclass(frozen=True)
class User:
    """Somebody with an account."""

    id: int
    name: str
    email: str
    username: str
    zone: str = "Europe/Berlin"


@dataclass
class EventType:
    """What can be booked: personal, or a team's with a host in turn."""

    id: int
    slug: str
    title: str
    minutes: int
    hosts: list[int]
    team_id: int | None = None
    lengths: tuple[int, ...] = ()
    seats: int | None = None
    occurrences: int | None = None
    needs_confirmation: bool = False
    location: str = "https://zoom.us/j/98765432100?pwd=abcDEF123"
    removed: bool = False


@dataclass
class Attendee:
    """A guest of one booking."""

    name: str
    email: str
    zone: str
    phone: str | None = None
    language: str = "en"
    absent: bool = False
    seat_uid: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass
class Booking:
    """One booking, with everything the API and the webhooks tell of it."""

    id: int
    uid: str
    event_type_id: int
    host_id: int
    title: str
    start: datetime
    end: datetime
    status: str
    location: str
    created_at: datetime
    updated_at: datetime
    attendees: list[Attendee]
    guests: list[str] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    absent_host: bool = False
    sequence: int = 0
    ical_uid: str = ""
    rescheduled_from: str | None = None
    rescheduled_to: str | None = None
    rescheduled_by: str | None = None
    rescheduling_reason: str | None = None
    cancellation_reason: str | None = None
    cancelled_by: str | None = None
    series_uid: str | None = None
    recordings: list[dict[str, Any]] = field(default_factory=list)
    transcripts: list[str] = field(default_factory=list)

    @property
    def is_on(self) -> bool:
        """Whether it takes its time."""
        return self.status in {"accepted", "pending"}


@dataclass
class Webhook:
    """A subscription at one place: a user, an event type of a team, or an organisation."""

    id: str
    place: str
    url: str
    triggers: list[str]
    secret: str | None
    active: bool = True
    template: str | None = None
    # So long after the start it is told who did not join.
    minutes: int | None = None


@dataclass
class Reservation:
    """A slot that somebody holds."""

    uid: str
    event_type_id: int
    start: datetime
    until: datetime


class Clock:
    """This Cal.com's clock: the computer's with a skew, or one that is moved by hand.

    Each look is a millisecond after the last one, so that everything that happens has its order.
    """

    def __init__(self) -> None:
        self.skew = timedelta()
        self.stands_at: datetime | None = None
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The present."""
        read = self.stands_at or datetime.now(UTC) + self.skew
        moment = max(read, self._last + timedelta(milliseconds=1))
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        self._last = moment
        return moment

    def set(self, moment: datetime) -> None:
        """Stand at `moment`, also where that is earlier."""
        self.stands_at = moment
        self._last = moment


def _users() -> list[User]:
    return [
        User(5, "Hana Host", "hana@team.example.org", "hana"),
        User(6, "Otto Host", "otto@team.example.org", "otto", "Europe/London"),
        User(8, "Mia Host", "mia@team.example.org", "mia"),
    ]


def _event_types() -> list[EventType]:
    meet = "https://meet.google.com/abc-defg-hij"
    return [
        EventType(DISCOVERY, "discovery-30", "Discovery", 30, [5]),
        EventType(ROUND_ROBIN, "round-robin", "Team interview", 45, [5, 6, 8], team_id=TEAM),
        EventType(SEATED, "group-60", "Group interview", 60, [5], seats=3, location=meet),
        EventType(WEEKLY, "weekly-30", "Weekly talk", 30, [5], occurrences=3),
        EventType(CONFIRMED, "asks-first", "Asks first", 30, [5], needs_confirmation=True),
        EventType(LENGTHS, "choose", "Choose a length", 30, [5], lengths=(15, 30, 60)),
    ]


class World:
    """Everything this Cal.com knows; `random` makes stories that can be told again."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)  # noqa: S311  - a story, no secret
        self.clock = Clock()
        self.users = {user.id: user for user in _users()}
        self.event_types = {one.id: one for one in _event_types()}
        self.keys = {KEY: 5, OTHER_KEY: 5}
        self.organization: int | None = None
        self.triggers: tuple[str, ...] = HOSTED_TRIGGERS
        self.is_hosted = False
        # Whether a webhook may say after how many minutes somebody counts as missing.
        self.knows_delays = True
        # Whether changing a webhook leaves its template as it is.
        self.keeps_templates = False
        self.bookings: dict[str, Booking] = {}
        # Bookings that nobody's key may look at by themselves.
        self.private: list[str] = []
        self.webhooks: dict[str, Webhook] = {}
        self.reservations: dict[str, Reservation] = {}
        self.out_of_office: list[dict[str, Any]] = []
        self.knows_own_absences = True
        # Whether the key's owner is an admin of the team.
        self.leads_team = False
        # What each call that booked something said of itself, in their order.
        self.booked_with: list[dict[str, str]] = []
        self._numbers = itertools.count(900)
        self._names = itertools.count(1)

    def new_uid(self, kind: str = "bk") -> str:
        """A name that was not used before."""
        return f"{kind}{next(self._names)}x{self.random.randrange(16**8):08x}"

    def new_number(self) -> int:
        """A booking's number."""
        return next(self._numbers)

    def hire(self, count: int) -> None:
        """Have so many more hosts, each with event types of their own, and all in turn."""
        for number in range(1, count + 1):
            email = f"host{number}@team.example.org"
            user = User(100 + number, f"Host {number}", email, f"h{number}")
            self.users[user.id] = user
            self.event_types[ROUND_ROBIN].hosts.append(user.id)
            for kind in (DISCOVERY, SEATED, CONFIRMED):
                own = replace(self.event_types[kind], id=own_type(kind, number), hosts=[user.id])
                self.event_types[own.id] = own

    def offer_more(self, number: int) -> None:
        """Have one more event type of the team, with this number."""
        like = self.event_types[ROUND_ROBIN]
        made = replace(like, id=number, slug=f"new-{number}", removed=False)
        self.event_types[number] = made

    def offered(
        self, event_type: EventType, start: datetime, end: datetime, *, moving: str | None = None
    ) -> Iterator[datetime]:
        """The times that can be booked: weekdays from 9 to 17 in the first host's zone."""
        zone = ZoneInfo(self.users[event_type.hosts[0]].zone)
        now = self.clock.now()
        day = start.astimezone(zone).date()
        while day <= end.astimezone(zone).date():
            opens = datetime(day.year, day.month, day.day, 9, tzinfo=zone)
            for step in range(8 * 60 // event_type.minutes):
                slot = (opens + timedelta(minutes=step * event_type.minutes)).astimezone(UTC)
                asked = start <= slot < end and slot > now and day.weekday() < 5
                if asked and self.free_host(event_type, slot, moving=moving) is not None:
                    yield slot
            day += timedelta(days=1)

    def free_host(
        self,
        event_type: EventType,
        start: datetime,
        *,
        minutes: int | None = None,
        moving: str | None = None,
        held: str | None = None,
    ) -> int | None:
        """Who could take a booking then; a hold of somebody else counts as taken."""
        end = start + timedelta(minutes=minutes or event_type.minutes)
        joined = self.joinable(event_type, start)
        if joined is not None:
            return joined.host_id
        for hold in self.reservations.values():
            mine = hold.uid == held or hold.event_type_id != event_type.id
            if not mine and hold.start == start and hold.until > self.clock.now():
                return None
        for host_id in event_type.hosts:
            if not self._is_busy(host_id, start, end, moving=moving):
                return host_id
        return None

    def joinable(self, event_type: EventType, start: datetime) -> Booking | None:
        """The booking with a free seat at this time, where the event type has seats."""
        if event_type.seats is None:
            return None
        for booking in self.bookings.values():
            same = booking.event_type_id == event_type.id and booking.start == start
            if same and booking.is_on and len(booking.attendees) < event_type.seats:
                return booking
        return None

    def _is_busy(self, host_id: int, start: datetime, end: datetime, *, moving: str | None) -> bool:
        return any(
            booking.host_id == host_id
            and booking.is_on
            and booking.uid != moving
            and booking.start < end
            and start < booking.end
            for booking in self.bookings.values()
        )


def own_type(kind: int, number: int) -> int:
    """The event type of this kind of the host who was hired as number so and so."""
    return kind + 100 * number


def seconds() -> float:
    """What the limits are measured with: never the world's own clock."""
    return time.monotonic()
