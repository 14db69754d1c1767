"""A booking as the API tells it, as the same kind of change that a webhook brings."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from interview_desk.domain.bookings import BookingChange, ChangeKind, Host, Person
from sync_server.calcom.api.bookings import Booking, BookingAttendee, BookingKind
from sync_server.calcom.joining import is_guests_place, joining
from sync_server.calcom.shapes import mapping, text
from sync_server.calcom.translate import asks_for_another_time, request_of

_SERIES = frozenset({BookingKind.RECURRING, BookingKind.RECURRING_SEATED})


def snapshot_of(booking: Booking, *, read_at: datetime) -> BookingChange:
    """What Cal.com said of `booking` when it was asked at `read_at` (our clock).

    It counts from the time of the booking's last change at Cal.com on. Its people may have
    changed since without that time moving: from when on those count is for who keeps it to say.
    """
    body = _as_event(booking)
    place = joining(body, booking.uid)
    reason = text(booking.cancellation_reason) or text(booking.rescheduling_reason)
    return BookingChange(
        kind=ChangeKind.SNAPSHOT,
        uid=booking.uid,
        previous_uid=_other(booking.rescheduled_from_uid, booking),
        occurred_at=booking.updated_at or booking.created_at,
        founded_at=booking.created_at,
        read_at=read_at,
        number=booking.id,
        status=(booking.status or "").upper() or None,
        title=text(booking.title),
        start=booking.start,
        end=booking.end,
        zone=next((text(host.time_zone) for host in booking.hosts if text(host.time_zone)), None),
        location=place.location,
        guests_place=is_guests_place(body, place.location),
        join_service=place.service,
        join_url=place.url,
        event_type_id=booking.event_type_id,
        hosts=tuple(_hosts(booking)),
        people=tuple(_people(booking)),
        seated=booking.is_seated,
        series=booking.kind in _SERIES,
        series_uid=text(booking.recurring_booking_uid),
        request_reschedule=_has_moved(booking)
        or asks_for_another_time(None, text(booking.cancellation_reason)),
        absent_host="" if booking.absent_host else None,
        reason=reason,
        request_id=request_of(booking.metadata),
    )


def _as_event(booking: Booking) -> Mapping[str, Any]:
    """The parts that say where people meet, as events spell them."""
    answer = mapping(booking.booking_fields_responses.get("location"))
    return {
        "location": booking.location,
        "responses": {"location": {"value": answer}},
        "metadata": booking.metadata,
    }


def _has_moved(booking: Booking) -> bool:
    """Whether another booking has taken its place: of this one, Cal.com says it is cancelled."""
    return booking.status == "cancelled" and bool(_other(booking.rescheduled_to_uid, booking))


def _other(uid: str | None, booking: Booking) -> str | None:
    return None if uid == booking.uid else text(uid)


def _hosts(booking: Booking) -> Iterator[Host]:
    for host in booking.hosts:
        name, email = text(host.name), text(host.display_email) or text(host.email)
        if name or email:
            yield Host(name, email)


def _people(booking: Booking) -> Iterator[Person]:
    """The guests, then those they brought, whom some servers list apart only."""
    known = set()
    for attendee in booking.attendees:
        person = _guest(attendee)
        if person.key:
            known.add(person.key)
            yield person
    if not booking.is_seated:
        brought = (Person(email=text(email)) for email in booking.guests)
        yield from (person for person in brought if person.key and person.key not in known)


def _guest(attendee: BookingAttendee) -> Person:
    return Person(
        name=text(attendee.name),
        email=text(attendee.display_email) or text(attendee.email),
        zone=text(attendee.time_zone),
        language=text(attendee.language),
        phone=text(attendee.phone_number),
        absent=attendee.absent,
        seat=text(attendee.seat_uid),
    )
