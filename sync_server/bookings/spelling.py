"""A booking change as it is kept: JSON, before it is sealed."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from interview_desk.domain.bookings import BookingChange, ChangeKind, Host, Person

_INSTANTS = ("occurred_at", "start", "end", "founded_at", "read_at", "people_at")
_NAMES = tuple(field.name for field in fields(BookingChange))
_KNOWN = frozenset(_NAMES)
_PERSON = tuple(field.name for field in fields(Person))


def spelled(change: BookingChange) -> str:
    """`change` as JSON; what it does not say is left out."""
    said = _said(change, _NAMES)
    said["hosts"] = [{"name": host.name, "email": host.email} for host in change.hosts]
    said["people"] = [_said(person, _PERSON) for person in change.people]
    return json.dumps(said, default=datetime.isoformat, ensure_ascii=False)


def _said(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    values = ((name, getattr(value, name)) for name in names)
    return {name: value for name, value in values if value not in (None, ())}


def read(text: str) -> BookingChange:
    """The change that `text` spells; fields of a newer server are passed over."""
    said: dict[str, Any] = {k: v for k, v in json.loads(text).items() if k in _KNOWN}
    for name in _INSTANTS:
        if name in said:
            said[name] = datetime.fromisoformat(said[name])
    said["kind"] = ChangeKind(said["kind"])
    said["hosts"] = tuple(Host(**host) for host in said.get("hosts", ()))
    said["people"] = tuple(Person(**person) for person in said.get("people", ()))
    return BookingChange(**said)
