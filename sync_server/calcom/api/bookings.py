"""Bookings as the API tells and takes them: single, recurring, seated, and both at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from interview_desk.domain.instants import format_instant
from sync_server.calcom.api.shapes import Answer, Listed, Moment, each


class BookingKind(StrEnum):
    """Which of Cal.com's four shapes a booking has; told apart by its keys, nothing else says."""

    SINGLE = "single"
    RECURRING = "recurring"
    SEATED = "seated"
    RECURRING_SEATED = "recurring_seated"


class BookingHost(Answer):
    """Somebody of our side."""

    id: int | None = None
    name: str | None = None
    email: str | None = None
    display_email: str | None = None
    username: str | None = None
    time_zone: str | None = None


class BookingAttendee(Answer):
    """A guest; `seat_uid` is set where guests book single seats."""

    name: str | None = None
    email: str | None = None
    display_email: str | None = None
    time_zone: str | None = None
    language: str | None = None
    absent: bool = False
    phone_number: str | None = None
    seat_uid: str | None = None
    metadata: dict[str, Any] | None = None


class BookedEventType(Answer):
    """The event type of a booking."""

    id: int
    slug: str | None = None


class Booking(Answer):
    """A booking as it stands now.

    `location` is the link to join where there is one, else an app's code, an address or a phone
    number. `status` is lower case: accepted, pending, cancelled, rejected. One that has
    `rescheduled_to_uid` was moved: another one has taken its place, whatever its own status says.
    """

    uid: str
    kind: BookingKind = BookingKind.SINGLE
    id: int | None = None
    title: str | None = None
    description: str | None = None
    status: str | None = None
    hosts: Listed[BookingHost] = ()
    cancellation_reason: str | None = None
    cancelled_by_email: str | None = None
    rescheduling_reason: str | None = None
    rescheduled_by_email: str | None = None
    rescheduled_from_uid: str | None = None
    rescheduled_to_uid: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    duration: int | None = None
    event_type: BookedEventType | None = None
    location: str | None = None
    absent_host: bool = False
    created_at: Moment | None = None
    updated_at: Moment | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    ics_uid: str | None = None
    attendees: Listed[BookingAttendee] = ()
    guests: Listed[str] = ()
    booking_fields_responses: dict[str, Any] = Field(default_factory=dict)
    recurring_booking_uid: str | None = None
    seat_uid: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _told_apart(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or "kind" in value:
            return value
        known = {name: inner for name, inner in value.items() if inner is not None}
        if "eventType" not in known and "eventTypeId" in known:
            known["eventType"] = {"id": known["eventTypeId"]}
        return {**known, "kind": _kind_of(known)}

    @property
    def event_type_id(self) -> int | None:
        """Cal.com's number of the event type."""
        return self.event_type.id if self.event_type else None

    @property
    def is_seated(self) -> bool:
        """Whether guests book single seats: then a cancelled seat does not end the booking."""
        return self.kind in {BookingKind.SEATED, BookingKind.RECURRING_SEATED}


def _kind_of(booking: Mapping[str, Any]) -> BookingKind:
    recurring = "recurringBookingUid" in booking
    attendees = booking.get("attendees") or ()
    seated = "seatUid" in booking or any(
        isinstance(one, Mapping) and "seatUid" in one for one in attendees
    )
    # Without attendees (they may be hidden) only the answers to the form tell: with seats they
    # are each attendee's.
    if seated or (not attendees and "bookingFieldsResponses" not in booking):
        return BookingKind.RECURRING_SEATED if recurring else BookingKind.SEATED
    return BookingKind.RECURRING if recurring else BookingKind.SINGLE


def bookings_in(data: Any) -> tuple[Booking, ...]:
    """The bookings of an answer that is one of them or, for a series, a list."""
    return each(Booking, data if isinstance(data, list) else [data])


@dataclass(frozen=True, slots=True)
class BookingPage:
    """A page of bookings, and whether there is another."""

    bookings: tuple[Booking, ...]
    has_next: bool


@dataclass(frozen=True, slots=True)
class BookingQuery:
    """Which bookings to list; what is None does not count.

    Offsets shift while bookings change, so a walk over many pages sorts by `updated` and asks
    again from the last `updated_at` rather than with a larger `skip`.
    """

    updated_after: datetime | None = None
    updated_before: datetime | None = None
    start_after: datetime | None = None
    end_before: datetime | None = None
    created_after: datetime | None = None
    attendee_email: str | None = None
    event_type_id: int | None = None
    # One of upcoming, recurring, past, cancelled, unconfirmed; all when None.
    status: str | None = None
    # Cal.com's parameter: sortUpdatedAt, sortStart, sortEnd, sortCreated.
    sort: str = "sortUpdatedAt"
    take: int = 100
    skip: int = 0

    def parameters(self) -> dict[str, str]:
        """As the API takes them."""
        stated = {
            "afterUpdatedAt": _instant(self.updated_after),
            "beforeUpdatedAt": _instant(self.updated_before),
            "afterStart": _instant(self.start_after),
            "beforeEnd": _instant(self.end_before),
            "afterCreatedAt": _instant(self.created_after),
            "attendeeEmail": self.attendee_email,
            "eventTypeId": None if self.event_type_id is None else str(self.event_type_id),
            "status": self.status,
            self.sort: "asc",
            "take": str(self.take),
            "skip": str(self.skip) if self.skip else None,
        }
        return {name: value for name, value in stated.items() if value is not None}


@dataclass(frozen=True, slots=True)
class NewAttendee:
    """The guest of a new booking: an e-mail address or a phone number has to be there."""

    name: str
    zone: str
    email: str | None = None
    phone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class NewBooking:
    """A booking to be made; `minutes` only where the event type has several lengths."""

    event_type_id: int
    start: datetime
    attendee: NewAttendee
    guests: tuple[str, ...] = ()
    minutes: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    location: Mapping[str, Any] | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """As the API takes it."""
        attendee = {
            "name": self.attendee.name,
            "timeZone": self.attendee.zone,
            "email": self.attendee.email,
            "phoneNumber": self.attendee.phone,
            "language": self.attendee.language,
        }
        return stated(
            eventTypeId=self.event_type_id,
            start=format_instant(self.start),
            attendee=stated(**attendee),
            guests=list(self.guests) or None,
            lengthInMinutes=self.minutes,
            metadata=dict(self.metadata) or None,
            location=dict(self.location) if self.location else None,
            bookingFieldsResponses=dict(self.answers) or None,
        )


def stated(**members: Any) -> dict[str, Any]:
    """The members that say something."""
    return {name: value for name, value in members.items() if value is not None}


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)
