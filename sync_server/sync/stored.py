"""Changed records on their way into the tables: one or many, always with their history."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic_core import to_json

from interview_desk.domain.merge import DELETED, Merge
from interview_desk.domain.values import Fields
from sync_server.infra.database import Tx
from sync_server.infra.prepared import PreparedChange
from sync_server.models.records import blind_index, records
from sync_server.sync import history
from sync_server.sync.authors import Author
from sync_server.sync.history import Place, Step, Taken
from sync_server.sync.read import StoredRecord, read_record

_SCOPES_BY_OWN_ID = frozenset({"interviews", "startups", "guides"})
_LINKS = ("interview_id", "member_id", "startup_id", "guide_id")
# The server's own bookkeeping: who typed when is in the notes themselves.
_WITHOUT_HISTORY = frozenset({"note_documents"})
_KEY = [column.name for column in records.primary_key]
_SAID = [column.name for column in records.columns if column.name not in (*_KEY, "created_ver")]
_INSERT = PreparedChange(sa.insert(records), [*_KEY, "created_ver", *_SAID])
_THIS = sa.update(records).where(*(records.c[name] == sa.bindparam(f"of_{name}") for name in _KEY))
_PLACED = (*_LINKS, "scope_id")
_EDIT = PreparedChange(_THIS, [name for name in _SAID if name not in _PLACED])
# Writes the entries of two more indexes anew, also where they say what they said.
_MOVE = PreparedChange(_THIS, _SAID)
_FIND = PreparedChange(sa.insert(blind_index), blind_index.columns.keys())
_LOSE = PreparedChange(
    sa.delete(blind_index).where(
        *(column == sa.bindparam(f"of_{column.name}") for column in blind_index.primary_key)
    )
)


@dataclass(frozen=True, slots=True)
class Change:
    """One record before and after a merge decided about it.

    `known` is what it held before and still counts: nothing for a record that starts afresh.
    """

    place: Place
    before: StoredRecord | None
    after: StoredRecord
    known: Fields
    merged: Merge
    author: Author


def changed(
    place: Place,
    *,
    stored: StoredRecord | None,
    merged: Merge,
    author: Author,
    ver: int,
    now: datetime,
) -> Change:
    """What `merged` makes of `stored` at version `ver`."""
    known = stored if stored and not merged.resets else None
    fields: Fields = {**(known.fields if known else {}), **merged.changes}
    after = StoredRecord(
        entity=place.entity,
        id=place.record_id,
        ver=ver,
        created_ver=stored.created_ver if stored else ver,
        shown_ver=_shown_ver(place, fields, stored=stored, ver=ver),
        deleted=merged.deletes,
        interview_id=_id_in(fields, "interview_id"),
        fields=fields,
        versions={**(known.versions if known else {}), **dict.fromkeys(merged.changes, ver)},
        writers=_signed(known.writers if known else {}, merged, author),
        updated_by=author.member_id,
        updated_at=now,
    )
    return Change(place, stored, after, known.fields if known else {}, merged, author)


def put(tx: Tx, changes: Sequence[Change]) -> None:
    """Store `changes` in their order: rows, what finds them, and history."""
    for statement, rows in _rows(tx, changes).items():
        statement.run(tx, rows)
    _index(tx, changes)
    history.remember_all(tx, map(_taken, changes))


def _rows(
    tx: Tx, changes: Sequence[Change]
) -> Mapping[PreparedChange, Sequence[Mapping[str, Any]]]:
    """The rows of each statement; of several changes to one record, the last."""
    last = {change.place: change for change in changes}
    is_new = {change.place for change in changes if change.before is None}
    moves = {change.place for change in changes if _may_move(change)}
    rows = defaultdict(list)
    for place, change in last.items():
        values = _values(tx, change)
        key = {"workspace_id": place.workspace_id, "entity": place.entity, "id": place.record_id}
        of_key = {f"of_{name}": value for name, value in key.items()}
        if place in is_new:
            links = _links(tx, place, change.after.fields)
            rows[_INSERT].append(
                {**key, "created_ver": change.after.created_ver, **values, **links}
            )
        elif place in moves:
            rows[_MOVE].append({**of_key, **values, **_links(tx, place, change.after.fields)})
        else:
            rows[_EDIT].append({**of_key, **values})
    return rows


def _may_move(change: Change) -> bool:
    """Whether the record may belong elsewhere afterwards, or be given to others."""
    if change.place.entity == "conflicts" or change.merged.resets:
        return True
    return any(name in change.merged.changes for name in _LINKS)


def _values(tx: Tx, change: Change) -> dict[str, Any]:
    after = change.after
    text = to_json(after.fields)
    return {
        "ver": after.ver,
        "shown_ver": after.shown_ver,
        "deleted_at": after.updated_at if after.deleted else None,
        "fields": tx.vault.seal(text, table="records", row=after.id, column="fields"),
        "versions": after.versions,
        "writers": after.writers,
        "updated_by": after.updated_by,
        "updated_at": after.updated_at,
    }


def _signed(writers: Mapping[str, str], merged: Merge, author: Author) -> dict[str, str]:
    signed = {**writers, **dict.fromkeys(merged.changes, author.writer)}
    if merged.deletes:
        signed[DELETED] = author.writer
    return signed


def _links(tx: Tx, place: Place, fields: Fields) -> dict[str, str | None]:
    """The ids by which the row is found and given, also for a conflict: its record's."""
    if place.entity == "conflicts":
        about = Place(place.workspace_id, str(fields["entity"]), str(fields["record_id"]))
        target = read_record(tx, place.workspace_id, about.entity, about.record_id)
        if target is None:
            return dict.fromkeys((*_LINKS, "scope_id"))
        return _links(tx, about, target.fields) | {"member_id": None}
    links = {name: _id_in(fields, name) for name in _LINKS}
    own = place.record_id if place.entity in _SCOPES_BY_OWN_ID else links["interview_id"]
    return {**links, "scope_id": own}


def _id_in(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None


def _shown_ver(
    place: Place, fields: Fields, *, stored: StoredRecord | None, ver: int
) -> int | None:
    if place.entity == "rating_sheets" and fields.get("state") == "submitted":
        return ver
    return stored.shown_ver if stored else None


def _index(tx: Tx, changes: Sequence[Change]) -> None:
    """Keep the records findable by their addresses."""
    said = [change for change in changes if "email" in change.merged.changes]
    last = {change.place: change for change in said}
    is_new = {change.place for change in said if change.before is None}
    gone = [_indexed(place, prefix="of_") for place in last if place not in is_new]
    _LOSE.run(tx, gone)
    rows = []
    for place, change in last.items():
        email = change.after.fields["email"]
        if isinstance(email, str) and email:
            rows.append({**_indexed(place), "digest": tx.vault.blind_index(email)})
    _FIND.run(tx, rows)


def _indexed(place: Place, *, prefix: str = "") -> dict[str, str]:
    key = {
        "workspace_id": place.workspace_id,
        "entity": place.entity,
        "record_id": place.record_id,
        "field": "email",
    }
    return {f"{prefix}{name}": value for name, value in key.items()}


def _taken(change: Change) -> Taken:
    return Taken(change.place, change.after.ver, _steps(change), change.author)


def _steps(change: Change) -> list[Step]:
    if change.place.entity in _WITHOUT_HISTORY:
        return []
    stored, merged = change.before, change.merged
    before: Fields = stored.fields if stored else {}
    steps = [Step(name, before.get(name), to) for name, to in merged.changes.items()]
    if merged.deletes or (merged.revives and stored):
        steps.append(Step(DELETED, not merged.deletes, merged.deletes))
    return steps
