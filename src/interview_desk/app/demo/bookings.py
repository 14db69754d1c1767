"""The bookings of the demo: Cal.com's webhooks as it sends them, about invented people.

The shapes are Cal.com's payload version 2021-10-20; all dates lie around the moment of the demo.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

HOST = ("Mara Lindqvist", "mara@poblysh.example")
COLLEAGUE = ("Jonas Weber", "jonas@poblysh.example")
HOST_ZONE = "Europe/Berlin"


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


def deliveries(now: datetime, secret: str) -> Iterator[Delivery]:
    """What Cal.com sends: bookings, a move, a cancellation, a no-show; last the main booking."""
    main, meet, teams, phone, missed = story(now)
    made = now - timedelta(days=2)
    for count, booking in enumerate((missed, meet, teams, phone)):
        sent = made + timedelta(minutes=count)
        yield _signed("created " + booking.uid, _event("BOOKING_CREATED", sent, booking), secret)
    moved = replace(
        meet,
        uid="dEmoMeetTidalNew3",
        number=41006,
        start=meet.start + timedelta(days=1, hours=1),
    )
    yield _signed("rescheduled " + meet.uid, _rescheduled(now, meet, moved), secret)
    yield _signed("cancelled " + teams.uid, _cancelled(now, teams), secret)
    yield _signed("no-show " + missed.uid, _no_show(now, missed), secret)
    yield _signed("created " + main.uid, _event("BOOKING_CREATED", now, main), secret)


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
            "id": 311,
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
        "eventTypeId": 7001,
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


def _rescheduled(now: datetime, old: Booking, new: Booking) -> dict[str, Any]:
    return _event(
        "BOOKING_RESCHEDULED",
        now - timedelta(hours=3),
        new,
        rescheduleUid=old.uid,
        rescheduleId=old.number,
        rescheduleStartTime=_seconds(old.start),
        rescheduleEndTime=_seconds(old.end),
        rescheduledBy=old.email,
        iCalSequence=1,
    )


def _cancelled(now: datetime, booking: Booking) -> dict[str, Any]:
    event = _event(
        "BOOKING_CANCELLED",
        now - timedelta(hours=2),
        booking,
        status="CANCELLED",
        cancellationReason="Travelling that week",
        cancelledBy=booking.email,
        requestReschedule=False,
    )
    del event["payload"]["metadata"]
    return event


def _no_show(now: datetime, booking: Booking) -> dict[str, Any]:
    return {
        "triggerEvent": "BOOKING_NO_SHOW_UPDATED",
        "createdAt": _milliseconds(now - timedelta(hours=1)),
        "payload": {
            "message": f"{booking.email} marked as no-show",
            "attendees": [{"email": booking.email, "noShow": True}],
            "bookingUid": booking.uid,
            "bookingId": booking.number,
        },
    }


def _seconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _milliseconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
