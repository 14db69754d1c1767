"""What a reader sees: the server's row with the own waiting edits laid over it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from interview_desk.domain.instants import instant_in
from interview_desk.domain.records import ENTITIES, Entity
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
    from interview_desk.domain.merge import applied

    # An edit of a newer program on the same cache may be of a kind that this one does not know.
    kind = ENTITIES.get(entity) or Entity(entity, {}, of_interview=False)
    shown = dict(fields)
    waiting: set[str] = set()
    for edit in edits:
        deleted = edit.op == "delete"
        shown = applied(kind, shown, edit.fields)
        if not edit.taken:
            waiting.update(edit.fields)
    return Shown(shown, deleted, frozenset(waiting))


def base_of(
    names: Iterable[str], *, versions: Mapping[str, int], edits: Iterable[Waiting]
) -> dict[str, int]:
    """The versions a new edit has seen, those of own edits in the way included."""
    from interview_desk.domain.merge import base_of_edit

    own: dict[str, int] = {}
    for edit in edits:
        for name in edit.fields:
            accepted = edit.taken and edit.status == "ok" and edit.ver is not None
            own[name] = edit.ver or 0 if accepted else edit.base.get(name, 0)
    base = base_of_edit(tuple(names), pending=own, seen=versions)
    # An empty base says that the author never saw the record.
    return {name: ver for name, ver in base.items() if ver}


def milliseconds(value: Json) -> int | None:
    """The instant a record's field names, as a number the database can order."""
    moment = instant_in(value)
    return None if moment is None else instant_milliseconds(moment)


def instant_milliseconds(moment: datetime) -> int:
    """`moment` as the database orders it."""
    return round(moment.timestamp() * 1000)


def to_json(value: object) -> str:
    """Compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
