"""A booking change as it is kept: JSON, before it is sealed."""

import json
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from interview_desk.domain.bookings import BookingChange, ChangeKind, Host, Person

_INSTANTS = ("occurred_at", "start", "end")
_KNOWN = frozenset(field.name for field in fields(BookingChange))


def spelled(change: BookingChange) -> str:
    """`change` as JSON; what it does not say is left out."""
    said = {name: value for name, value in asdict(change).items() if value not in (None, ())}
    return json.dumps(said, default=datetime.isoformat, ensure_ascii=False)


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
