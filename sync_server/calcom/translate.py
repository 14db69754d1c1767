"""What a webhook body means for a booking, in any of the shapes that Cal.com has ever sent."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from interview_desk.domain.bookings import BookingChange, ChangeKind, Person
from sync_server.calcom.absences import Absence, absence_of
from sync_server.calcom.joining import is_guests_place, joining
from sync_server.calcom.people import guests, has_seats, hosts, missing, organizer_zone
from sync_server.calcom.shapes import flag, instant, items, mapping, number, text

_K = ChangeKind
_KINDS: Mapping[str, ChangeKind] = {
    "BOOKING_CREATED": _K.CREATED,
    "BOOKING_REQUESTED": _K.REQUESTED,
    "BOOKING_RESCHEDULED": _K.RESCHEDULED,
    "BOOKING_CANCELLED": _K.CANCELLED,
    "BOOKING_REJECTED": _K.REJECTED,
    "BOOKING_PAID": _K.PAID,
    "BOOKING_PAYMENT_INITIATED": _K.PAYMENT_INITIATED,
    "BOOKING_NO_SHOW_UPDATED": _K.NO_SHOW_UPDATED,
    "BOOKING_LOCATION_UPDATED": _K.LOCATION_UPDATED,
    "BOOKING_REASSIGNED": _K.REASSIGNED,
    "MEETING_STARTED": _K.STARTED,
    "MEETING_ENDED": _K.ENDED,
    "RECORDING_READY": _K.RECORDING_READY,
    "RECORDING_TRANSCRIPTION_GENERATED": _K.TRANSCRIPT_READY,
    "INSTANT_MEETING": _K.INSTANT_REQUESTED,
    "INSTANT_MEETING_ACCEPTED": _K.INSTANT_ACCEPTED,
    "AFTER_HOSTS_CAL_VIDEO_NO_SHOW": _K.HOST_ABSENT,
    "AFTER_GUESTS_CAL_VIDEO_NO_SHOW": _K.GUESTS_ABSENT,
}
_WITHOUT_EFFECT: Mapping[str, str] = {
    "PING": "This is Cal.com's test; the address and the secret are right.",
    "FORM_SUBMITTED": "A routing form is no booking.",
    "FORM_SUBMITTED_NO_EVENT": "A routing form is no booking.",
    "ROUTING_FORM_FALLBACK_HIT": "A routing form is no booking.",
    "WRONG_ASSIGNMENT_REPORT": "A report about an assignment changes no booking.",
    "CALENDAR_ENTRY_REJECTED": "An answer in a calendar changes no booking.",
    "DELEGATION_CREDENTIAL_ERROR": "Cal.com's access to a calendar changes no booking.",
    "DELEGATION_CREDENTIAL_SECRET_ROTATED": "Cal.com's access to a calendar changes no booking.",
    "DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED": (
        "Cal.com's access to a calendar changes no booking."
    ),
    "DELEGATION_CREDENTIAL_ROTATION_REQUIRED": (
        "Cal.com's access to a calendar changes no booking."
    ),
}
_ABSENCE = "OOO_CREATED"
TRIGGERS = frozenset({*_KINDS, _ABSENCE, *_WITHOUT_EFFECT}) - {"PING"}
# Under this name every booking that we make says which request it fulfils.
REQUEST_KEY = "interview_desk_request"
_ASKED_FOR_ANOTHER_TIME = "Please reschedule."


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event says: a change to a booking, an absence, or the reason why there is neither."""

    uid: str | None
    change: BookingChange | None = None
    reason: str | None = None
    # The event should have told of a booking or an absence, but it cannot be said of which.
    unusable: bool = False
    absence: Absence | None = None


def booking_uid(event: Mapping[str, Any]) -> str | None:
    """The uid of the booking that `event` is about, wherever its trigger keeps it."""
    body = body_of(event)
    inner = mapping(body.get("booking"))
    return text(body.get("uid")) or text(body.get("bookingUid")) or text(inner.get("uid"))


def body_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The booking's part of `event`: its payload, or the whole of a flat event."""
    payload = event.get("payload")
    return payload if isinstance(payload, Mapping) else event


def translate(event: Mapping[str, Any]) -> Meaning:
    """What `event` means; nothing in it but `triggerEvent` needs to be there or well-formed."""
    trigger = str(event.get("triggerEvent"))
    uid = booking_uid(event)
    if trigger == _ABSENCE:
        return _absence(uid, event)
    if trigger in _WITHOUT_EFFECT:
        return Meaning(uid, reason=_WITHOUT_EFFECT[trigger])
    kind = _KINDS.get(trigger)
    if kind is None:
        return Meaning(uid, reason="This server does not know this kind of event.")
    if uid is None:
        reason = "The event does not say which booking it is about."
        return Meaning(None, reason=reason, unusable=True)
    return Meaning(uid, change=_change(kind, uid, event))


def _absence(uid: str | None, event: Mapping[str, Any]) -> Meaning:
    absence = absence_of(event)
    if absence is None:
        reason = "The event does not say who is away, or when."
        return Meaning(uid, reason=reason, unusable=True)
    return Meaning(uid, absence=absence)


def _change(kind: ChangeKind, uid: str, event: Mapping[str, Any]) -> BookingChange:
    body = body_of(event)
    place = joining(body, uid, moved=kind is _K.LOCATION_UPDATED)
    reason = text(body.get("cancellationReason")) or text(body.get("rejectionReason"))
    return BookingChange(
        kind=kind,
        uid=uid,
        previous_uid=_previous(body, uid),
        occurred_at=instant(event.get("createdAt")),
        number=_number(event),
        status=text(body.get("status")),
        title=text(body.get("title")) or text(body.get("eventTypeTitle")),
        start=instant(body.get("startTime")),
        end=instant(body.get("endTime")),
        zone=organizer_zone(body),
        location=place.location,
        guests_place=is_guests_place(body, place.location),
        join_service=place.service,
        join_url=place.url,
        event_type_id=_event_type(body),
        hosts=hosts(body),
        people=_people(kind, body),
        seated=has_seats(body),
        series=bool(body.get("recurringEvent") or body.get("recurringEventId")),
        series_uid=text(body.get("recurringEventId")),
        request_reschedule=kind is _K.CANCELLED
        and asks_for_another_time(flag(body.get("requestReschedule")), reason),
        absent_host=_absent_host(kind, body),
        artifact=_artifact(kind, body),
        sequence=number(body.get("iCalSequence")),
        reason=reason,
        request_id=request_of(mapping(body.get("metadata"))),
    )


def request_of(metadata: Mapping[str, Any]) -> str | None:
    """The request of ours that made the booking, where it was one."""
    return text(metadata.get(REQUEST_KEY))


def _previous(body: Mapping[str, Any], uid: str) -> str | None:
    previous = text(body.get("rescheduleUid")) or text(body.get("fromReschedule"))
    return None if previous == uid else previous


def _number(event: Mapping[str, Any]) -> int | None:
    body = body_of(event)
    stated = number(body.get("bookingId"))
    # A whole booking row (flat, or wrapped by some servers) carries its number as `id`.
    return number(body.get("id")) if stated is None else stated


def _event_type(body: Mapping[str, Any]) -> int | None:
    stated = number(body.get("eventTypeId"))
    return number(mapping(body.get("eventType")).get("id")) if stated is None else stated


def _people(kind: ChangeKind, body: Mapping[str, Any]) -> tuple[Person, ...]:
    people = guests(body)
    if kind is not _K.GUESTS_ABSENT:
        return people
    absent = missing(body)
    return tuple(replace(one, absent=True) if one.key in absent else one for one in people)


def asks_for_another_time(stated: bool | None, reason: str | None) -> bool:  # noqa: FBT001  - None: not stated
    """Whether a host has cancelled only for the guest to choose again; `stated` where it says."""
    # Servers before that field only begin the reason with these words.
    return (reason or "").startswith(_ASKED_FOR_ANOTHER_TIME) if stated is None else stated


def _absent_host(kind: ChangeKind, body: Mapping[str, Any]) -> str | None:
    if kind is _K.HOST_ABSENT:
        return text(body.get("hostEmail")) or ""
    return "" if body.get("noShowHost") is True else None


def _artifact(kind: ChangeKind, body: Mapping[str, Any]) -> str | None:
    """A digest that tells recordings apart, because their links are secrets and cannot be kept."""
    if kind is _K.RECORDING_READY:
        return _digest(text(body.get("downloadLink")) or "")
    if kind is not _K.TRANSCRIPT_READY:
        return None
    links = items(mapping(body.get("downloadLinks")).get("transcription"))
    addresses = [text(mapping(link).get("link")) or "" for link in links]
    # The signature behind the question mark differs each time the link is made.
    return _digest("|".join(sorted(address.partition("?")[0] for address in addresses)))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32]
