"""What was typed to book and not sent, as an earlier desk has kept it."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.values import Json
from interview_desk.services.holds import Hold

_LINES = ("name", "email", "phone", "title")


@dataclass(frozen=True, slots=True)
class TypedBooking:
    """As much of it as can be read: another version may have written it, or not all of it.

    `lines` are never all empty. `event_type`, `minutes` and `language` are looked for among what
    can be chosen, so that they may be anything.
    """

    lines: dict[str, str]
    event_type: Json
    minutes: Json
    language: Json
    zone: str | None
    day: date | None
    start: datetime | None
    hold: Hold | None


def typed_booking(words: str | None, member_id: str) -> TypedBooking | None:
    """What a form has kept, or None where nothing that this member typed can be read.

    A desk that joins another team belongs to another member: a guest is not taken from team to
    team.
    """
    try:
        found = json.loads(words or "")
    except ValueError:
        return None
    if not isinstance(found, dict) or found.get("typed_by") != member_id:
        return None
    lines = {key: text for key in _LINES if isinstance(text := found.get(key), str)}
    if not any(text.strip() for text in lines.values()):
        return None
    zone = found.get("zone")
    return TypedBooking(
        lines,
        event_type=found.get("event_type"),
        minutes=found.get("minutes"),
        language=found.get("language"),
        zone=zone if isinstance(zone, str) else None,
        day=_day(found.get("day")),
        start=_instant(found.get("start")),
        hold=_hold(found.get("hold")),
    )


def words_of_hold(hold: Hold | None) -> Json:
    """What is kept of a slot that is kept from others."""
    return [hold.id, format_instant(hold.until)] if hold else None


def _day(text: Json) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _instant(text: Json) -> datetime | None:
    try:
        return parse_instant(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _hold(found: Json) -> Hold | None:
    if not isinstance(found, list) or len(found) != 2:  # noqa: PLR2004  - the id and until when
        return None
    hold_id, until = found[0], _instant(found[1])
    return Hold(hold_id, until) if isinstance(hold_id, str) and until else None
