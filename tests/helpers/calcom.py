"""Cal.com's webhooks as it really sends them, about people who do not exist."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

SECRET = "a secret shared with nobody but the tests"
HEADER = "X-Cal-Signature-256"
SENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

HOST = {"name": "Hana Host", "email": "hana@team.example.org", "timeZone": "Europe/Berlin"}
ADA = {"name": "Ada Guest", "email": "ada@example.org", "timeZone": "Europe/Paris"}
BOB = {"name": "Bob Guest", "email": "bob@example.org", "timeZone": "Asia/Tokyo"}

ZOOM = "https://zoom.us/j/98765432100?pwd=abcDEF123"
MEET = "https://meet.google.com/abc-defg-hij"


def at(minutes: float = 0) -> str:
    """A sending time, so many minutes after the first."""
    moment = SENT + timedelta(minutes=minutes)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock_time(moment: datetime, style: str = "Z") -> str:
    """A time in one of Cal.com's three spellings: `Z`, `+00:00` or `.000Z`."""
    plain = moment.isoformat(timespec="seconds").removesuffix("+00:00")
    return plain + style


def person(known: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An attendee as most events list them."""
    first, _, last = str(known["name"]).partition(" ")
    named = {"firstName": first, "lastName": last, "language": {"locale": "en"}, "utcOffset": 60}
    return {**known, **named, **more}


def booking(uid: str = "u1", **more: Any) -> dict[str, Any]:
    """The payload of a booking event; `more` replaces fields, and `...` leaves one out."""
    payload: dict[str, Any] = {
        "bookerUrl": "https://app.cal.com",
        "type": "discovery-30",
        "title": "Discovery between Hana Host and Ada Guest",
        "description": "",
        "customInputs": {},
        "startTime": clock_time(START),
        "endTime": clock_time(START + timedelta(minutes=30)),
        "organizer": {"id": 5, **HOST, "language": {"locale": "en"}, "utcOffset": 60},
        "responses": {
            "name": {"label": "your_name", "value": "Ada Guest"},
            "email": {"label": "email_address", "value": "ada@example.org"},
            "location": {
                "label": "location",
                "value": {"optionValue": "", "value": "integrations:zoom"},
            },
        },
        "attendees": [person(ADA)],
        "location": "integrations:zoom",
        "eventTypeId": 41,
        "seatsPerTimeSlot": None,
        "iCalUID": f"{uid}@Cal.com",
        "iCalSequence": 0,
        "uid": uid,
        "bookingId": 900,
        "metadata": {"videoCallUrl": ZOOM},
        "status": "ACCEPTED",
    }
    payload.update(more)
    return {name: value for name, value in payload.items() if value is not ...}


def event(trigger: str, payload: Mapping[str, Any], *, minutes: float = 0) -> dict[str, Any]:
    """The usual envelope."""
    return {"triggerEvent": trigger, "createdAt": at(minutes), "payload": dict(payload)}


def created(uid: str = "u1", *, minutes: float = 0, **more: Any) -> dict[str, Any]:
    """A new booking."""
    return event("BOOKING_CREATED", booking(uid, **more), minutes=minutes)


def rescheduled(uid: str, previous: str, *, minutes: float = 10, **more: Any) -> dict[str, Any]:
    """A booking that continues `previous` at another time."""
    start = START + timedelta(days=1)
    moved = {
        "startTime": clock_time(start),
        "endTime": clock_time(start + timedelta(minutes=30)),
        "rescheduleUid": previous,
        "rescheduleStartTime": clock_time(START),
        "bookingId": 901,
        "iCalSequence": 1,
    }
    return event("BOOKING_RESCHEDULED", booking(uid, **{**moved, **more}), minutes=minutes)


def cancelled(uid: str = "u1", *, minutes: float = 20, **more: Any) -> dict[str, Any]:
    """A cancelled booking: other spelling of times, no metadata."""
    stated = {
        "startTime": clock_time(START, "+00:00"),
        "endTime": clock_time(START + timedelta(minutes=30), "+00:00"),
        "metadata": ...,
        "cancellationReason": "Something came up.",
        "requestReschedule": False,
        "status": "CANCELLED",
    }
    return event("BOOKING_CANCELLED", booking(uid, **{**stated, **more}), minutes=minutes)


def no_show(
    uid: str = "u1", *emails: str, marked: bool = True, minutes: float = 2000
) -> dict[str, Any]:
    """Guests marked absent, or no longer so."""
    people = [{"email": email, "noShow": marked} for email in emails or ("ada@example.org",)]
    payload = {"message": "marked", "attendees": people, "bookingUid": uid, "bookingId": 900}
    return event("BOOKING_NO_SHOW_UPDATED", payload, minutes=minutes)


def meeting(trigger: str, uid: str = "u1", **more: Any) -> dict[str, Any]:
    """A flat MEETING_STARTED or MEETING_ENDED: the whole booking row, dated by its creation."""
    flat: dict[str, Any] = {
        "triggerEvent": trigger,
        "id": 900,
        "uid": uid,
        "userPrimaryEmail": HOST["email"],
        "eventTypeId": 41,
        "title": "Discovery between Hana Host and Ada Guest",
        "startTime": clock_time(START, ".000Z"),
        "endTime": clock_time(START + timedelta(minutes=30), ".000Z"),
        "location": "integrations:zoom",
        "createdAt": at(),
        "status": "ACCEPTED",
        "metadata": {"videoCallUrl": ZOOM},
        "noShowHost": False,
        "oneTimePassword": None,
        "fromReschedule": None,
        "user": {**HOST, "username": "hana"},
        "attendees": [{"id": 1, **ADA, "locale": "en", "bookingId": 900, "noShow": False}],
        "references": [],
    }
    return {**flat, **more}


def missed_call(who: str, uid: str = "u1", *, minutes: float = 2000, **more: Any) -> dict[str, Any]:
    """AFTER_HOSTS_ or AFTER_GUESTS_CAL_VIDEO_NO_SHOW; `who` is HOSTS or GUESTS."""
    payload: dict[str, Any] = {
        "title": "Discovery between Hana Host and Ada Guest",
        "bookingId": 900,
        "bookingUid": uid,
        "startTime": clock_time(START, ".000Z"),
        "endTime": clock_time(START + timedelta(minutes=30), ".000Z"),
        "attendees": [{"id": 1, **ADA, "phoneNumber": None, "locale": "en", "noShow": False}],
        "participants": [],
        "eventType": {"id": 41, "teamId": None},
        "webhook": {"id": "w", "subscriberUrl": "https://desk.example.org/webhooks/calcom"},
        "message": "did not join",
    }
    if who == "HOSTS":
        payload["hostEmail"] = HOST["email"]
    return event(f"AFTER_{who}_CAL_VIDEO_NO_SHOW", {**payload, **more}, minutes=minutes)


def recording(uid: str = "u1", name: str = "tok-1", *, minutes: float = 2100) -> dict[str, Any]:
    """A recording that can be fetched; the link is a secret."""
    payload = {
        "type": "Discovery",
        "title": "Discovery between Hana Host and Ada Guest",
        "startTime": clock_time(START, ".000Z"),
        "endTime": clock_time(START + timedelta(minutes=30), ".000Z"),
        "organizer": dict(HOST),
        "attendees": [{"id": 0, **ADA}],
        "uid": uid,
        "downloadLink": f"https://app.cal.com/api/video/recording?token={name}",
    }
    return event("RECORDING_READY", payload, minutes=minutes)


def transcript(uid: str = "u1", name: str = "t1", *, signed: str = "s1") -> dict[str, Any]:
    """A transcript in four formats behind links that expire."""
    formats = ("json", "srt", "txt", "vtt")
    links = [
        {
            "format": kind,
            "link": f"https://files.example.org/{name}.{kind}?X-Amz-Signature={signed}",
        }
        for kind in formats
    ]
    payload = {
        "title": "Discovery between Hana Host and Ada Guest",
        "organizer": dict(HOST),
        "attendees": [{"id": 0, **ADA}],
        "uid": uid,
        "downloadLinks": {
            "transcription": links,
            "recording": f"https://app.cal.com/api/video/recording?token=r-{signed}",
        },
    }
    return event("RECORDING_TRANSCRIPTION_GENERATED", payload, minutes=2200)


def body_of(content: Any) -> bytes:
    """The bytes as Cal.com sends them: compact, raw UTF-8."""
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def signature(body: bytes, secret: str = SECRET) -> str:
    """What stands in the header of a signed body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed_headers(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """All headers that Cal.com sends with a body."""
    return {
        "Content-Type": "application/json",
        HEADER: signature(body, secret),
        "X-Cal-Webhook-Version": "2021-10-20",
    }
