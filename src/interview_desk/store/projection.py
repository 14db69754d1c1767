"""What a reader sees: the server's row with the own waiting edits laid over it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from interview_desk.domain.instants import parse_instant
from interview_desk.domain.records import ENTITIES, Policy
from interview_desk.domain.values import Fields, Json


class Waiting(NamedTuple):
    """One own edit in the outbox; `taken` ones are on the server but not yet pulled."""

    op: str
    fields: Fields
    base: Mapping[str, int]
    taken: bool
    status: str | None
    ver: int | None


class Shown(NamedTuple):
    """A row as it reads now, and which of its fields have not been sent."""

    fields: dict[str, Json]
    deleted: bool
    waiting: frozenset[str]


def lay_over(entity: str, fields: Fields, *, deleted: bool, edits: Iterable[Waiting]) -> Shown:
    """Replay `edits`, oldest first, on the server's `fields`."""
    shown = dict(fields)
    waiting: set[str] = set()
    for edit in edits:
        deleted = edit.op == "delete"
        for name, value in edit.fields.items():
            shown[name] = laid(entity, name, before=shown.get(name), value=value)
        if not edit.taken:
            waiting.update(edit.fields)
    return Shown(shown, deleted, frozenset(waiting))


def laid(entity: str, name: str, *, before: Json, value: Json) -> Json:
    """The value of a field after an edit of it: additions and removals for sets."""
    if not _is_set(entity, name) or not isinstance(value, Mapping):
        return value
    current = set(_texts(before))
    return sorted((current - set(_texts(value.get("remove")))) | set(_texts(value.get("add"))))


def base_of(
    names: Iterable[str], *, versions: Mapping[str, int], edits: Iterable[Waiting]
) -> dict[str, int]:
    """The versions a new edit has seen: a field with an own edit in the way inherits its base.

    Reading the version from the cache instead would let a pull that lands under a waiting edit
    raise it, and the next edit would overwrite text its author never saw.
    """
    seen = dict(versions)
    for edit in edits:
        for name in edit.fields:
            if edit.taken and edit.status == "ok" and edit.ver is not None:
                seen[name] = edit.ver
            else:
                seen[name] = edit.base.get(name, 0)
    return {name: seen[name] for name in names if seen.get(name)}


def milliseconds(value: Json) -> int | None:
    """The instant a record's field names, as a number the database can order."""
    if not isinstance(value, str):
        return None
    try:
        return instant_milliseconds(parse_instant(value))
    except ValueError:
        return None


def instant_milliseconds(moment: datetime) -> int:
    """`moment` as the database orders it."""
    return round(moment.timestamp() * 1000)


def to_json(value: object) -> str:
    """Compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_set(entity: str, name: str) -> bool:
    known = ENTITIES.get(entity)
    field = known.fields.get(name) if known else None
    return field is not None and field.policy is Policy.SET


def _texts(value: Json) -> list[str]:
    if not isinstance(value, list | tuple):
        return []
    return [item for item in value if isinstance(item, str)]
