"""The clock's one move: what nobody ended is held, a quarter of an hour after its end."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from interview_desk.domain.bookings import held_at
from interview_desk.domain.instants import parse_instant
from interview_desk.domain.status import Status
from sync_server.models.records import field_changes
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord

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


def hold_if_over(records: RecordBatch, interview_id: str) -> datetime | None:
    """Move the interview to `held` if its time has come; else say when to look again.

    The clock moves an interview once for each end: whoever moves it back afterwards is right.
    """
    interview = records.read("interviews", interview_id)
    due = due_at(interview) if interview else None
    now = records.tx.now
    if interview is None or due is None or due > now:
        return due
    by_person = interview.writers.get("status") not in NOT_PEOPLE
    if by_person and _has_moved(records, interview_id, since=due):
        return None
    typed = _last_typed(records, interview_id)
    if typed is not None and now - typed < _CAPTURING:
        return typed + _CAPTURING
    held = {"status": Status.HELD.value}
    records.write("interviews", interview_id, fields=held, author=_CLOCK)
    return None


def _has_moved(records: RecordBatch, interview_id: str, *, since: datetime) -> bool:
    query = sa.select(field_changes.c.id).where(
        field_changes.c.workspace_id == records.workspace_id,
        field_changes.c.entity == "interviews",
        field_changes.c.record_id == interview_id,
        field_changes.c.field == "status",
        field_changes.c.author == _CLOCK.name,
        field_changes.c.at >= since,
    )
    return records.tx.connection.execute(query.limit(1)).first() is not None


def _last_typed(records: RecordBatch, interview_id: str) -> datetime | None:
    notes = records.of_interview(interview_id, "note_documents")
    return max((note.updated_at for note in notes), default=None)
