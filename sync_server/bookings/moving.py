"""The records of an interview that went up in another: all are the survivor's, none comes twice."""

from collections.abc import Mapping
from functools import partial

from interview_desk.domain.merge import DELETED, Merge
from interview_desk.domain.roles import AssignmentState
from interview_desk.domain.values import Json, same_value
from sync_server.bookings.clock import NOT_PEOPLE
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.history import Place
from sync_server.sync.merged import id_under
from sync_server.sync.notes.taking import move_notes
from sync_server.sync.read import (
    StoredRecord,
    read_record,
    records_of_interview,
    records_of_kind,
)
from sync_server.sync.write import keep, write_record

_SERVER = Author("server")
_ASSIGNMENTS = "interview_assignments"
# Notes have a way of their own, and conflicts go where their record went.
_ELSEWHERE = ("note_documents", "conflicts")
# What of an assignment can differ between two of the same member.
_PART = ("role", "state")


def move_records(tx: Tx, workspace_id: str, *, other: str, survivor: str) -> None:
    """Give all that belongs to `other` to the survivor, conflicts about it too.

    What the survivor has of it already stays, and what differs is kept as a conflict.
    """
    move_notes(tx, workspace_id, interview_id=other, into=survivor)
    moved = {("interviews", other): survivor}
    for record in records_of_interview(tx, workspace_id, other):
        if record.entity not in _ELSEWHERE:
            elsewhere = _move(tx, workspace_id, record, survivor=survivor)
            moved[record.entity, record.id] = elsewhere or record.id
    for conflict in records_of_kind(tx, workspace_id, "conflicts"):
        _follow(tx, workspace_id, conflict, moved)


def _move(tx: Tx, workspace_id: str, record: StoredRecord, *, survivor: str) -> str | None:
    """Point a record there; the id under which it goes on, where that is another one."""
    write = partial(write_record, tx, workspace_id=workspace_id, entity=record.entity)
    if record.entity == "rating_forms":
        # The server writes the survivor its own.
        write(id=record.id, fields={}, delete=True, author=_SERVER)
        return None
    pointed: dict[str, Json] = {"interview_id": survivor}
    moved = id_under(tx, workspace_id, record.entity, record.id, record.fields, into=survivor)
    if moved is None:
        write(id=record.id, fields=pointed, author=_SERVER)
        return None
    author = Author("member", member_id=record.updated_by)
    fields: Mapping[str, Json] = {**record.fields, **pointed}
    base: Mapping[str, int] = {}
    if record.entity == _ASSIGNMENTS:
        kept = read_record(tx, workspace_id, record.entity, moved)
        fields, base = _part_of_both(record, kept)
    write(id=moved, fields=fields, base=base, author=author)
    write(id=record.id, fields={}, delete=True, author=_SERVER)
    return moved


def _part_of_both(
    record: StoredRecord, kept: StoredRecord | None
) -> tuple[dict[str, Json], dict[str, int]]:
    """What people have said of the part, and what of the other record gives way to it.

    What the server has chosen, or somebody has only proposed, is no word against what was said.
    """
    said = {name: record.fields[name] for name in _PART if _is_said(record, name)}
    open_yet = [name for name in _PART if kept is not None and not _is_said(kept, name)]
    return said, {name: kept.versions.get(name, 0) for name in open_yet if kept is not None}


def _is_said(part: StoredRecord, name: str) -> bool:
    by_person = name in part.fields and part.writers.get(name) not in NOT_PEOPLE
    return by_person and part.fields[name] != AssignmentState.PROPOSED


def _follow(
    tx: Tx, workspace_id: str, conflict: StoredRecord, moved: Mapping[tuple[str, str], str]
) -> None:
    """Let a conflict speak of the record that goes on, and of what this says.

    It is written anew in any case, so that it is found as one of the survivor's.
    """
    said = conflict.fields
    entity, name = str(said.get("entity")), str(said.get("field"))
    record_id = moved.get((entity, str(said.get("record_id"))))
    if record_id is None:
        return
    fields: dict[str, Json] = {"record_id": record_id}
    now = read_record(tx, workspace_id, entity, record_id)
    if now is not None and said.get("state") == "open" and name != DELETED:
        kept = now.fields.get(name)
        settled = same_value(kept, said.get("lost"))
        fields |= {"kept": kept, "state": "settled" if settled else "open"}
    place = Place(workspace_id, conflict.entity, conflict.id)
    keep(tx, place, stored=conflict, merged=Merge(fields), author=_SERVER)
