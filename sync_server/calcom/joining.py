"""Where a booking meets and behind which link, in Cal.com's own order of fields."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from interview_desk.domain.bookings.changes import is_address
from interview_desk.domain.links import link_of_location
from sync_server.calcom.shapes import items, mapping, text

_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_HTTP = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
# Cal Video's rooms live here; their raw address opens only with a token and is never shown.
_RAW_ROOMS = "meetco.daily.co"
_CAL_VIDEO = "integrations:daily"
_OFFLINE = frozenset({"inPerson", "attendeeInPerson", "phone", "userPhone", "somewhereElse"})
_GUESTS_OWN = frozenset({"attendeeInPerson", "phone", "somewhereElse"})
_REFERENCE_TYPES = {
    "integrations:google:meet": ("google_meet_video", "google_calendar"),
    "integrations:zoom": ("zoom_video",),
}


class Joining(NamedTuple):
    """The place as Cal.com names it, and the link with the service it belongs to."""

    location: str | None
    service: str | None
    url: str | None


def joining(body: Mapping[str, Any], uid: str | None, *, moved: bool = False) -> Joining:
    """How people meet; a phone call or an address has no link, whatever else is in the event.

    `moved` says that the location is the very news, so a link beside it may be the old one.
    """
    location = _shown_location(body)
    if is_address(location) and (moved or _is_offline(body, location or "")):
        return Joining(location, None, None)
    for url in _candidates(body, location):
        if _is_usable(url, body):
            return Joining(location, _service(url, body, uid), url)
    return Joining(location, None, None)


def is_guests_place(body: Mapping[str, Any], location: str | None) -> bool | None:
    """Whether the location is the guest's own number or address; None where nobody says."""
    if not is_address(location):
        return False
    kind = _kind(body)
    if kind in _GUESTS_OWN:
        return True
    return False if kind in _OFFLINE else None


def _candidates(body: Mapping[str, Any], location: str | None) -> Iterator[str]:
    call = mapping(body.get("videoCallData"))
    found = [
        mapping(body.get("metadata")).get("videoCallUrl"),
        mapping(body.get("additionalInformation")).get("hangoutLink"),
        location,
        call.get("url") if call.get("type") != "daily_video" else None,
        *_referenced(body, location or ""),
    ]
    for value in found:
        url = text(value)
        if url and _HTTP.match(url.strip()):
            yield url.strip()


def _referenced(body: Mapping[str, Any], location: str) -> list[Any]:
    """Links of the connected calendars and apps, those of the app in `location` first."""
    entries = [mapping(entry) for entry in items(body.get("references"))]
    usable = [entry for entry in entries if entry.get("type") != "daily_video"]
    app = location.removeprefix("integrations:").removesuffix("_video")
    wanted = _REFERENCE_TYPES.get(location, (f"{app}_video",))
    ordered = sorted(usable, key=lambda entry: entry.get("type") not in wanted)
    return [entry.get("meetingUrl") for entry in ordered]


def _is_usable(url: str, body: Mapping[str, Any]) -> bool:
    host = _host(url)
    if host is None or _is_raw_room(url, body):
        return False
    return _UNPRINTABLE.search(url) is None


def _is_raw_room(url: str, body: Mapping[str, Any]) -> bool:
    call = mapping(body.get("videoCallData"))
    is_its_room = call.get("type") == "daily_video" and url == text(call.get("url"))
    return is_its_room or _host(url) == _RAW_ROOMS


def _shown_location(body: Mapping[str, Any]) -> str | None:
    location = text(body.get("location"))
    return _CAL_VIDEO if location and _is_raw_room(location.strip(), body) else location


def _is_offline(body: Mapping[str, Any], location: str) -> bool:
    digits = re.sub(r"[\s()./-]", "", location)
    is_phone = re.fullmatch(r"\+?\d{5,15}", digits) is not None
    return is_phone or _kind(body) in _OFFLINE


def _kind(body: Mapping[str, Any]) -> str | None:
    answer = mapping(mapping(body.get("responses")).get("location"))
    return text(mapping(answer.get("value")).get("value"))


def _service(url: str, body: Mapping[str, Any], uid: str | None) -> str:
    if _is_own_cal_video(url, body, uid):
        return "cal-video"
    found = link_of_location(url)
    return found.service if found else "link"


def _is_own_cal_video(url: str, body: Mapping[str, Any], uid: str | None) -> bool:
    """Cal Video of a self-hosted Cal.com: `/video/<uid>` on the host that takes the bookings."""
    path = urlsplit(url).path.rstrip("/")
    if uid is None or path != f"/video/{uid}":
        return False
    call = mapping(body.get("videoCallData")).get("type")
    is_daily = call == "daily_video" or body.get("location") == _CAL_VIDEO
    return is_daily or _host(url) == _host(text(body.get("bookerUrl")) or "")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
