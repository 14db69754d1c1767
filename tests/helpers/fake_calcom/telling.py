"""Bookings in the two forms in which Cal.com tells them: API v2 objects and webhook payloads."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.helpers.fake_calcom.world import Attendee, Booking, EventType, World

_LEFT_OUT = {"BOOKING_CANCELLED": "metadata", "BOOKING_REJECTED": "metadata"}


def moment(at: datetime) -> str:
    """An instant as the API writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_answer(world: World, booking: Booking, *, seat_uid: str | None = None) -> dict[str, Any]:
    """A booking as `GET /v2/bookings` has it; which of the four shapes follows from its kind."""
    event_type = world.event_types[booking.event_type_id]
    host = world.users[booking.host_id]
    told: dict[str, Any] = {
        "id": booking.id,
        "uid": booking.uid,
        "title": booking.title,
        "description": "",
        "hosts": [
            {
                "id": host.id,
                "name": host.name,
                "email": host.email,
                "displayEmail": host.email,
                "username": host.username,
                "timeZone": host.zone,
            }
        ],
        "status": booking.status,
        "start": moment(booking.start),
        "end": moment(booking.end),
        "duration": int((booking.end - booking.start).total_seconds() // 60),
        "eventTypeId": event_type.id,
        "eventType": {"id": event_type.id, "slug": event_type.slug},
        "meetingUrl": booking.location,
        "location": booking.location,
        "absentHost": booking.absent_host,
        "createdAt": moment(booking.created_at),
        "updatedAt": moment(booking.updated_at),
        "metadata": dict(booking.metadata),
        "rating": None,
        "icsUid": booking.ical_uid,
        "attendees": [_attendee(one, event_type) for one in booking.attendees],
    }
    said = {
        "cancellationReason": booking.cancellation_reason,
        "cancelledByEmail": booking.cancelled_by,
        "reschedulingReason": booking.rescheduling_reason,
        "rescheduledByEmail": booking.rescheduled_by,
        "rescheduledFromUid": booking.rescheduled_from,
        "rescheduledToUid": booking.rescheduled_to,
        "recurringBookingUid": booking.series_uid,
        "seatUid": seat_uid,
    }
    told.update({name: value for name, value in said.items() if value is not None})
    if event_type.seats is None:
        told["guests"] = list(booking.guests)
        told["bookingFieldsResponses"] = dict(booking.answers)
    return told


def _attendee(attendee: Attendee, event_type: EventType) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": attendee.name,
        "email": attendee.email,
        "displayEmail": attendee.email,
        "timeZone": attendee.zone,
        "language": attendee.language,
        "absent": attendee.absent,
    }
    if attendee.phone:
        told["phoneNumber"] = attendee.phone
    if event_type.seats is not None:
        own = {"seatUid": attendee.seat_uid, "metadata": dict(attendee.metadata)}
        told |= {**own, "bookingFieldsResponses": {}}
    return told


def as_payload(
    world: World, trigger: str, booking: Booking, *, people: list[Attendee], more: dict[str, Any]
) -> dict[str, Any]:
    """The payload of a booking's webhook."""
    event_type = world.event_types[booking.event_type_id]
    host = world.users[booking.host_id]
    payload: dict[str, Any] = {
        "bookerUrl": "https://app.cal.com",
        "type": event_type.slug,
        "title": booking.title,
        "description": "",
        "customInputs": {},
        "startTime": moment(booking.start),
        "endTime": moment(booking.end),
        "organizer": {
            "id": host.id,
            "name": host.name,
            "email": host.email,
            "username": host.username,
            "timeZone": host.zone,
            "language": {"locale": "en"},
            "utcOffset": _offset(host.zone, booking.start),
        },
        "responses": {
            "name": {"label": "your_name", "value": people[0].name if people else ""},
            "email": {"label": "email_address", "value": people[0].email if people else ""},
        },
        "attendees": [_person(one, booking.start) for one in people],
        "location": booking.location,
        "eventTypeId": event_type.id,
        "seatsPerTimeSlot": event_type.seats,
        "iCalUID": booking.ical_uid,
        "iCalSequence": booking.sequence,
        "uid": booking.uid,
        "bookingId": booking.id,
        "metadata": {**booking.metadata, "videoCallUrl": booking.location},
        "status": booking.status.upper(),
        **more,
    }
    payload.pop(_LEFT_OUT.get(trigger, ""), None)
    return payload


def _person(attendee: Attendee, start: datetime) -> dict[str, Any]:
    first, _, last = attendee.name.partition(" ")
    return {
        "name": attendee.name,
        "email": attendee.email,
        "timeZone": attendee.zone,
        "firstName": first,
        "lastName": last,
        "language": {"locale": attendee.language},
        "phoneNumber": attendee.phone,
        "utcOffset": _offset(attendee.zone, start),
    }


def _offset(zone: str, at: datetime) -> int:
    return int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds() // 60)


def as_event_type(world: World, event_type: EventType) -> dict[str, Any]:
    """An event type as the API has it."""
    people = [world.users[host_id] for host_id in event_type.hosts]
    told: dict[str, Any] = {
        "id": event_type.id,
        "lengthInMinutes": event_type.minutes,
        "title": event_type.title,
        "slug": event_type.slug,
        "description": "",
        "locations": [{"type": "integration", "integration": "zoom"}],
        "bookingFields": [],
        "metadata": {},
        "hidden": False,
        "seats": {"disabled": event_type.seats is None, "seatsPerTimeSlot": event_type.seats},
        "recurrence": {"disabled": True},
        "confirmationPolicy": {"disabled": not event_type.needs_confirmation},
    }
    if event_type.occurrences:
        told["recurrence"] = {
            "interval": 1,
            "occurrences": event_type.occurrences,
            "frequency": "weekly",
        }
    if event_type.lengths:
        told["lengthInMinutesOptions"] = list(event_type.lengths)
    if event_type.team_id is None:
        told["ownerId"] = people[0].id
        told["users"] = [
            {"id": one.id, "name": one.name, "username": one.username} for one in people
        ]
    else:
        told["teamId"] = event_type.team_id
        told["schedulingType"] = "roundRobin"
        told["hosts"] = [
            {"userId": one.id, "name": one.name, "username": one.username, "mandatory": False}
            for one in people
        ]
    return told
