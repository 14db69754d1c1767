"""What was typed to book and not sent, as an earlier desk has kept it."""

import json
from dataclasses import dataclass
from datetime import date

from interview_desk.domain.values import Json

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
    )


def _day(text: Json) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
