"""The clock's one move: what nobody ended is held, a quarter of an hour after its end."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from interview_desk.domain.bookings import held_at
from interview_desk.domain.instants import parse_instant
from interview_desk.domain.status import Status
from sync_server.infra.database import Tx
from sync_server.models.records import field_changes
from sync_server.sync.authors import Author
from sync_server.sync.read import StoredRecord, read_record, records_of_interview
from sync_server.sync.write import write_record

_CLOCK = Author("clock")
# Who writes for the server; every other writer is somebody's device.
NOT_PEOPLE = frozenset({"calcom", "server", "clock", "meeting"})
# Somebody who typed this lately is still at it.
_CAPTURING = timedelta(minutes=5)


def due_at(interview: StoredRecord) -> datetime | None:
    """When the clock moves this interview, or None where it never does."""
    end = interview.fields.get("end")
    if interview.deleted or not isinstance(end, str):
        return None
    try:
        return held_at(Status(str(interview.fields.get("status"))), parse_instant(end))
    except ValueError:
        return None


def hold_if_over(tx: Tx, workspace_id: str, interview_id: str) -> datetime | None:
    """Move the interview to `held` if its time has come; else say when to look again.

    The clock moves an interview once for each end: whoever moves it back afterwards is right.
    """
    interview = read_record(tx, workspace_id, "interviews", interview_id)
    due = due_at(interview) if interview else None
    if interview is None or due is None or due > tx.now:
        return due
    by_person = interview.writers.get("status") not in NOT_PEOPLE
    if by_person and _has_moved(tx, workspace_id, interview_id, since=due):
        return None
    typed = _last_typed(tx, workspace_id, interview_id)
    if typed is not None and tx.now - typed < _CAPTURING:
        return typed + _CAPTURING
    write_record(
        tx,
        workspace_id=workspace_id,
        entity="interviews",
        id=interview_id,
        fields={"status": Status.HELD.value},
        author=_CLOCK,
    )
    return None


def _has_moved(tx: Tx, workspace_id: str, interview_id: str, *, since: datetime) -> bool:
    query = sa.select(field_changes.c.id).where(
        field_changes.c.workspace_id == workspace_id,
        field_changes.c.entity == "interviews",
        field_changes.c.record_id == interview_id,
        field_changes.c.field == "status",
        field_changes.c.author == _CLOCK.name,
        field_changes.c.at >= since,
    )
    return tx.connection.execute(query.limit(1)).first() is not None


def _last_typed(tx: Tx, workspace_id: str, interview_id: str) -> datetime | None:
    notes = records_of_interview(tx, workspace_id, interview_id, entity="note_documents")
    return max((note.updated_at for note in notes), default=None)
