"""Records and outbox entries as rows, and the one place that computes what is shown."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from interview_desk.domain.instants import instant_in
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.understood import understood
from interview_desk.domain.values import Fields, Json
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.projection import (
    Waiting,
    base_of,
    lay_over,
    milliseconds,
    to_json,
)

RECORD_COLUMNS: Final = (
    "entity, id, coalesce(shown, fields), ver, versions, waiting, updated_by, updated_at"
)
_FIELDS: Final = 2
# Enough for what several places show at once; a long text is read anew rather than kept.
_KEPT: Final = 1024
_LONG: Final = 4096


def record_of(row: tuple[Any, ...]) -> Record:
    """The record in a row of RECORD_COLUMNS.

    Nearly all rows of a list are those that it showed before, so what was read is kept.
    """
    return _read(row) if len(row[_FIELDS]) > _LONG else _known(row)


@lru_cache(_KEPT)
def _known(row: tuple[Any, ...]) -> Record:
    return _read(row)


def forget_read() -> None:
    """Keep nothing of the records that were read: some of them have been erased."""
    _known.cache_clear()


def _read(row: tuple[Any, ...]) -> Record:
    entity, record_id, fields, ver, versions, waiting, updated_by, updated_at = row
    return Record(
        entity=entity,
        id=record_id,
        fields=understood(entity, json.loads(fields)),
        ver=ver,
        field_versions=json.loads(versions),
        pending=frozenset(json.loads(waiting)) if waiting else frozenset(),
        updated_by=updated_by,
        updated_at=instant_in(updated_at),
    )


def waiting_edits(connection: Connection, entity: str, record_id: str) -> list[Waiting]:
    """The own edits of one record that its server row does not show yet, oldest first."""
    rows = connection.execute(
        "SELECT op, fields, base, state, status, ver FROM outbox "
        "WHERE entity = ? AND id = ? ORDER BY position",
        (entity, record_id),
    )
    return [
        Waiting(op, json.loads(fields), json.loads(base), state == "taken", status, ver)
        for op, fields, base, state, status, ver in rows
    ]


def enqueue(connection: Connection, edit: Edit) -> None:
    """Put one edit in the outbox with the versions and values its author saw."""
    edits = waiting_edits(connection, edit.entity, edit.id)
    fields, versions, deleted = _server_row(connection, edit.entity, edit.id)
    before = lay_over(edit.entity, fields, deleted=deleted, edits=edits).fields
    names = before.keys() if edit.delete else edit.fields.keys() | edit.rests_on
    connection.execute(
        "INSERT INTO outbox (op, entity, id, fields, base, seen) VALUES (?, ?, ?, ?, ?, ?)",
        (
            "delete" if edit.delete else "put",
            edit.entity,
            edit.id,
            "{}" if edit.delete else _in_whole_signs(to_json(edit.fields)),
            to_json(base_of(names, versions=_looked_at(versions, edit), edits=edits)),
            to_json({name: before[name] for name in sorted(names - edit.unseen) if name in before}),
        ),
    )


def _looked_at(versions: Mapping[str, int], edit: Edit) -> Mapping[str, int]:
    """The versions that the author of `edit` saw: of what is unseen, an older one than ours."""
    return {**versions, **{name: max(versions.get(name, 0) - 1, 0) for name in edit.unseen}}


def _in_whole_signs(text: str) -> str:
    """`text`, with halves of surrogate pairs put together or, where one is alone, U+FFFD."""
    if text.isascii():
        return text
    # As notes do. Neither this database nor a server keeps half of a sign.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _server_row(
    connection: Connection, entity: str, record_id: str
) -> tuple[Fields, Mapping[str, int], bool]:
    row = connection.execute(
        "SELECT fields, versions, deleted FROM records WHERE entity = ? AND id = ?",
        (entity, record_id),
    ).fetchone()
    if row is None:
        return {}, {}, False
    return json.loads(row[0]), json.loads(row[1]), bool(row[2])


def show(connection: Connection, news: News, *, entity: str, record_id: str) -> None:
    """Compute again what a record reads as, and tell of it; a row nobody vouches for goes."""
    news.record(entity, record_id)
    edits = waiting_edits(connection, entity, record_id)
    key = (entity, record_id)
    known = connection.execute(
        "SELECT ver FROM records WHERE entity = ? AND id = ?", key
    ).fetchone()
    if not edits and (known is None or known[0] == 0):
        connection.execute("DELETE FROM records WHERE entity = ? AND id = ?", key)
        return
    if known is None:
        connection.execute(
            "INSERT INTO records (entity, id, live, fields, versions, ver, deleted) "
            "VALUES (?, ?, 1, '{}', '{}', 0, 0)",
            key,
        )
    _write_shown(connection, key, edits)


def _write_shown(connection: Connection, key: tuple[str, str], edits: list[Waiting]) -> None:
    fields, _, deleted = _server_row(connection, *key)
    shown = lay_over(key[0], fields, deleted=deleted, edits=edits)
    connection.execute(
        "UPDATE records SET shown = ?, waiting = ?, live = ?, interview_id = ?, starts = ?, "
        "ends = ? WHERE entity = ? AND id = ?",
        (
            to_json(shown.fields) if edits else None,
            to_json(sorted(shown.waiting)) if any(not edit.taken for edit in edits) else None,
            0 if shown.deleted else 1,
            *indexed(shown.fields),
            *key,
        ),
    )


def indexed_again(connection: Connection) -> None:
    """Look every row up by what its fields say now."""
    rows = connection.execute("SELECT rowid, coalesce(shown, fields) FROM records").fetchall()
    connection.executemany(
        "UPDATE records SET interview_id = ?, starts = ?, ends = ? WHERE rowid = ?",
        ((*indexed(json.loads(fields)), row) for row, fields in rows),
    )


def indexed(fields: Mapping[str, Json]) -> tuple[str | None, int | None, int | None]:
    """What the database looks rows up by: their interview, start and end."""
    interview = fields.get("interview_id")
    starts = milliseconds(fields.get("start"))
    ends = milliseconds(fields.get("end"))
    if starts is not None and (ends is None or ends < starts):
        ends = starts
    return (interview if isinstance(interview, str) else None, starts, ends)
