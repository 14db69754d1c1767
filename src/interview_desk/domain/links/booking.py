"""The fields of a booking or event in JSON that may name the meeting, the most telling first."""

import json
from collections.abc import Iterator, Mapping

from interview_desk.domain.links.address import address_of
from interview_desk.domain.links.fields import Field, Place
from interview_desk.domain.values import Json

_Booking = Mapping[str, Json]


def booking_fields(text: str) -> Iterator[Field] | None:
    """Read a text that begins with a brace as a booking or the envelope of one, if it is JSON."""
    try:
        read: _Booking = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _fields(read)


def _fields(read: _Booking) -> Iterator[Field]:
    for booking in (read, _part(read, "payload"), _part(read, "data")):
        host = _booker_host(booking)
        for place, value in _values(booking):
            if isinstance(value, str):
                yield Field(value, place, "" if place is Place.TEXT else host)


def _values(booking: _Booking) -> Iterator[tuple[Place, Json]]:
    if "conferenceData" in booking or "entryPoints" in booking:
        yield from ((Place.CONFERENCE, uri) for uri in _entry_points(booking))
    location = booking.get("location")
    yield Place.LOCATION, location.get("link") if isinstance(location, dict) else location
    yield Place.CONFERENCE, _part(booking, "metadata").get("videoCallUrl")
    call = _part(booking, "videoCallData")
    # The raw room behind a Cal Video call opens only with a token.
    if call.get("type") != "daily_video":
        yield Place.CONFERENCE, call.get("url")
    if isinstance(location, str):
        yield from ((Place.CONFERENCE, url) for url in _references(booking, location))
    yield Place.CONFERENCE, booking.get("hangoutLink")
    yield Place.CONFERENCE, _part(booking, "additionalInformation").get("hangoutLink")
    yield Place.CONFERENCE, booking.get("meetingUrl")
    yield Place.TEXT, booking.get("description")


def _entry_points(booking: _Booking) -> Iterator[Json]:
    conference = _part(booking, "conferenceData") or booking
    for entry in _parts(conference.get("entryPoints")):
        if entry.get("entryPointType") == "video":
            yield entry.get("uri")


def _references(booking: _Booking, location: str) -> Iterator[Json]:
    """Only references of the app that the location names: others hold other meetings."""
    if not location.startswith("integrations:"):
        return
    app = _app(location.removeprefix("integrations:"))
    kinds = {app, "google_calendar"} if app == "google_meet" else {app}
    for reference in _parts(booking.get("references")):
        kind = reference.get("type")
        if isinstance(kind, str) and _app(kind) in kinds and not reference.get("deleted"):
            yield reference.get("meetingUrl")


def _app(name: str) -> str:
    """Both `google:meet` and `google_meet_video` are one app."""
    return name.replace(":", "_").removesuffix("_video").removesuffix("_conferencing")


def _booker_host(booking: _Booking) -> str:
    url = booking.get("bookerUrl")
    address = address_of(url.strip()) if isinstance(url, str) else None
    return address.netloc if address else ""


def _part(whole: _Booking, name: str) -> _Booking:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _parts(value: Json) -> Iterator[_Booking]:
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))
