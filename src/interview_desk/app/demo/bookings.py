"""The bookings of the demo: Cal.com's webhooks as it sends them, about invented people.

The shapes are Cal.com's payload version 2021-10-20; all dates lie around the moment of the demo.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

HOST = ("Mara Lindqvist", "mara@poblysh.example")
COLLEAGUE = ("Jonas Weber", "jonas@poblysh.example")
HOST_ZONE = "Europe/Berlin"
# Cal.com's numbers of the host and of what is booked.
HOST_NUMBER = 311
EVENT_TYPE = 7001


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking of the demo as its guest made it."""

    uid: str
    number: int
    title: str
    guest: str
    email: str
    zone: str
    start: datetime
    minutes: int
    location: str
    join_url: str | None = None
    video: str | None = None

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(minutes=self.minutes)


class StepKind(StrEnum):
    """What happens to a booking."""

    CREATED = "created"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    NO_SHOW = "no-show"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens to a booking at a time; one that moves has been `before`."""

    kind: StepKind
    at: datetime
    booking: Booking
    before: Booking | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook, ready to be posted."""

    name: str
    body: bytes
    signature: str


def story(now: datetime) -> tuple[Booking, ...]:
    """The five bookings, the first of which begins in a few minutes."""
    soon = now.replace(second=0, microsecond=0) + timedelta(minutes=6)
    day = soon.replace(hour=9, minute=0) + timedelta(days=1)
    return (
        Booking(
            "dEmoZoomLumen7Hq2",
            41001,
            "Why Lumen left spreadsheets",
            "Ada Nwosu",
            "ada@lumen.example",
            "Africa/Lagos",
            soon,
            60,
            "integrations:zoom",
            "https://poblysh.zoom.us/j/86112239014?pwd=TGVhdmVTaGVldHMu.1",
            "zoom_video",
        ),
        Booking(
            "dEmoMeetTidal4Kw9",
            41002,
            "How Tidal chose a payroll tool",
            "Bruno Costa",
            "bruno@tidal.example",
            "America/Sao_Paulo",
            day,
            45,
            "integrations:google:meet",
            "https://meet.google.com/kfw-pzyx-mcd",
            "google_meet_video",
        ),
        Booking(
            "dEmoTeamsOrbit1Xe",
            41003,
            "Orbit's first week with an ERP",
            "Chiara Moretti",
            "chiara@orbit.example",
            "Europe/Rome",
            day + timedelta(hours=3),
            60,
            "integrations:office365_video",
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_T3JiaXRFUlA%40thread.v2/0"
            "?context=%7b%22Tid%22%3a%22b0a7%22%7d",
            "office365_video",
        ),
        Booking(
            "dEmoPhoneFerrum5Z",
            41004,
            "What Ferrum did before dispatching",
            "Dilan Kaya",
            "dilan@ferrum.example",
            "Europe/Istanbul",
            day + timedelta(days=2, hours=-1),
            30,
            "+905550142233",
        ),
        Booking(
            "dEmoMissedNimbus8",
            41005,
            "Nimbus and the second CRM",
            "Eilidh Fraser",
            "eilidh@nimbus.example",
            "Europe/London",
            day - timedelta(days=2, hours=-5),
            45,
            "integrations:google:meet",
            "https://meet.google.com/qrs-abcd-tuv",
            "google_meet_video",
        ),
    )


def steps(now: datetime) -> tuple[Step, ...]:
    """What happens at Cal.com: four are made, moved, cancelled, missed; last the main one."""
    main, meet, teams, phone, missed = story(now)
    made = now - timedelta(days=2)
    first = [
        Step(StepKind.CREATED, made + timedelta(minutes=count), booking)
        for count, booking in enumerate((missed, meet, teams, phone))
    ]
    moved = replace(
        meet,
        uid="dEmoMeetTidalNew3",
        number=41006,
        start=meet.start + timedelta(days=1, hours=1),
    )
    return (
        *first,
        Step(StepKind.RESCHEDULED, now - timedelta(hours=3), moved, before=meet),
        Step(StepKind.CANCELLED, now - timedelta(hours=2), teams),
        Step(StepKind.NO_SHOW, now - timedelta(hours=1), missed),
        Step(StepKind.CREATED, now, main),
    )


def deliveries(now: datetime, secret: str) -> Iterator[Delivery]:
    """The webhooks that Cal.com sends of it."""
    for step in steps(now):
        name = f"{step.kind} {(step.before or step.booking).uid}"
        yield _signed(name, _EVENTS[step.kind](step), secret)


def _signed(name: str, event: Mapping[str, Any], secret: str) -> Delivery:
    body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(name, body, digest)


def _event(trigger: str, sent: datetime, booking: Booking, **more: Any) -> dict[str, Any]:
    return {
        "triggerEvent": trigger,
        "createdAt": _milliseconds(sent),
        "payload": {**_payload(booking), **more},
    }


def _payload(booking: Booking) -> dict[str, Any]:
    name, email = HOST
    payload: dict[str, Any] = {
        "type": "jobs-interview",
        "title": booking.title,
        "description": "",
        "additionalNotes": "",
        "customInputs": {},
        "startTime": _seconds(booking.start),
        "endTime": _seconds(booking.end),
        "organizer": {
            "id": HOST_NUMBER,
            "name": name,
            "email": email,
            "username": "mara",
            "timeZone": HOST_ZONE,
            "language": {"locale": "en"},
            "timeFormat": "HH:mm",
        },
        "attendees": [
            {
                "email": booking.email,
                "name": booking.guest,
                "timeZone": booking.zone,
                "language": {"locale": "en"},
            }
        ],
        "responses": {
            "name": {"label": "your_name", "value": booking.guest, "isHidden": False},
            "email": {"label": "email_address", "value": booking.email, "isHidden": False},
        },
        "location": booking.location,
        "destinationCalendar": None,
        "uid": booking.uid,
        "bookingId": booking.number,
        "eventTypeId": EVENT_TYPE,
        "eventTitle": "Jobs interview",
        "length": booking.minutes,
        "seatsPerTimeSlot": None,
        "requiresConfirmation": False,
        "status": "ACCEPTED",
        "iCalUID": f"{booking.uid}@Cal.com",
        "iCalSequence": 0,
        "metadata": {},
    }
    if booking.join_url:
        payload["metadata"] = {"videoCallUrl": booking.join_url}
        payload["videoCallData"] = {
            "type": booking.video,
            "id": str(booking.number),
            "password": "",
            "url": booking.join_url,
        }
    return payload


def _created(step: Step) -> dict[str, Any]:
    return _event("BOOKING_CREATED", step.at, step.booking)


def _rescheduled(step: Step) -> dict[str, Any]:
    old = step.before
    assert old is not None  # noqa: S101  - what has moved was somewhere
    return _event(
        "BOOKING_RESCHEDULED",
        step.at,
        step.booking,
        rescheduleUid=old.uid,
        rescheduleId=old.number,
        rescheduleStartTime=_seconds(old.start),
        rescheduleEndTime=_seconds(old.end),
        rescheduledBy=old.email,
        iCalSequence=1,
    )


def _cancelled(step: Step) -> dict[str, Any]:
    event = _event(
        "BOOKING_CANCELLED",
        step.at,
        step.booking,
        status="CANCELLED",
        cancellationReason="Travelling that week",
        cancelledBy=step.booking.email,
        requestReschedule=False,
    )
    del event["payload"]["metadata"]
    return event


def _no_show(step: Step) -> dict[str, Any]:
    booking = step.booking
    return {
        "triggerEvent": "BOOKING_NO_SHOW_UPDATED",
        "createdAt": _milliseconds(step.at),
        "payload": {
            "message": f"{booking.email} marked as no-show",
            "attendees": [{"email": booking.email, "noShow": True}],
            "bookingUid": booking.uid,
            "bookingId": booking.number,
        },
    }


_EVENTS: Mapping[StepKind, Callable[[Step], dict[str, Any]]] = {
    StepKind.CREATED: _created,
    StepKind.RESCHEDULED: _rescheduled,
    StepKind.CANCELLED: _cancelled,
    StepKind.NO_SHOW: _no_show,
}


def _seconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _milliseconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
