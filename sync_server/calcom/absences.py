"""Who cannot be booked for days, as Cal.com says it in an event or in a list."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from interview_desk.domain.instants import instant_in
from sync_server.calcom.api.shapes import OutOfOffice
from sync_server.calcom.shapes import instant, mapping, number, text

# Cal.com's own reasons are keys of its texts; what people have named themselves is a text.
_REASON_KEY = "ooo_reasons_"
_REASONS = {"sick_leave": "sick"}
_SECOND = timedelta(seconds=1)
_LAST_SECOND = 24 * 60 * 60 - 1


class Absence(NamedTuple):
    """One entry of one person; `end` is exclusive, `told_at` is when Cal.com said so."""

    key: str
    user_id: int | None
    start: datetime
    end: datetime
    name: str | None = None
    email: str | None = None
    reason: str | None = None
    zone: str | None = None
    told_at: datetime | None = None


def absence_of(event: Mapping[str, Any]) -> Absence | None:
    """What an event says of an absence; None where it does not say whose, or when.

    Cal.com sends the same event when an entry is made and when it is changed, and none when it is
    taken back.
    """
    entry = mapping(mapping(event.get("payload")).get("oooEntry"))
    user = mapping(entry.get("user"))
    zone = text(user.get("timeZone"))
    start, end = (_told(entry.get(side), zone) for side in ("start", "end"))
    key = text(entry.get("uuid")) or text(str(number(entry.get("id")) or ""))
    if key is None or start is None or end is None or end <= start:
        return None
    return Absence(
        key,
        number(user.get("id")),
        start,
        end,
        text(user.get("name")) or text(user.get("username")),
        text(user.get("email")),
        _reason(text(mapping(entry.get("reason")).get("reason"))),
        zone,
        instant(event.get("createdAt")),
    )


def listed_absence(listed: OutOfOffice, zone: str | None) -> Absence:
    """The same from a list, where times are those of the person's own clock, marked as UTC."""
    local = zone_named(zone)
    start, end = (
        _until(moment.replace(tzinfo=local)).astimezone(UTC)
        for moment in (listed.start, listed.end)
    )
    reason = None if listed.reason == "unspecified" else listed.reason
    return Absence(listed.uuid, listed.user_id, start, end, reason=reason, zone=zone)


def zone_named(name: str | None) -> ZoneInfo:
    """The zone, or UTC where there is none of this name."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _told(value: Any, zone: str | None) -> datetime | None:
    """A time as an event spells it: with the person's offset; without one it is their clock's."""
    written = text(value)
    try:
        moment = datetime.fromisoformat((written or "").strip())
        local = moment if moment.tzinfo else moment.replace(tzinfo=zone_named(zone))
        return instant_in(_until(local).isoformat())
    except (ValueError, OverflowError):
        return None


def _until(moment: datetime) -> datetime:
    """The midnight that is meant by the last second of a day."""
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    if seconds < _LAST_SECOND:
        return moment
    return moment.replace(microsecond=0) + _SECOND


def _reason(said: str | None) -> str | None:
    if said is None or not said.startswith(_REASON_KEY):
        return said
    key = said.removeprefix(_REASON_KEY)
    return None if key == "unspecified" else _REASONS.get(key, key)
