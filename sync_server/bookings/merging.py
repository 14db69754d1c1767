"""Two interviews that turn out to be one: everything moves to the older, nothing is lost."""

from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from sync_server.bookings.known import KnownBookings
from sync_server.bookings.written import Written
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.merged import agreed_id
from sync_server.sync.notes.taking import move_notes
from sync_server.sync.read import StoredRecord, records_of_interview
from sync_server.sync.write import write_record

_SERVER = Author("server")


def merge_into(bookings: KnownBookings, *, survivor: str, other: str) -> None:
    """Make `other` part of `survivor`: rows point there, notes are appended, links say so."""
    state = bookings.last_written(survivor)
    _adopt(state, bookings.last_written(other))
    bookings.remember_written(survivor, state)
    bookings.assign(bookings.uids_of(other), survivor)
    bookings.forget_written(other)
    bookings.flush()
    _move_records(bookings.tx, bookings.workspace_id, other=other, survivor=survivor)
    bookings.forget()


def _move_records(tx: Tx, workspace_id: str, *, other: str, survivor: str) -> None:
    move_notes(tx, workspace_id, interview_id=other, into=survivor)
    for record in records_of_interview(tx, workspace_id, other):
        if record.entity != "note_documents":
            _move(tx, workspace_id, record, survivor=survivor)
    closing: dict[str, Json] = {
        "merged_into": survivor,
        "booking_uids": [],
        "status": Status.ARCHIVED.value,
    }
    _write(tx, workspace_id, "interviews", other, fields=closing)


def _move(tx: Tx, workspace_id: str, record: StoredRecord, *, survivor: str) -> None:
    """Point a record there; under the id that devices look for it where they make that themselves.

    What the survivor has of it already stays, and what differs is kept as a conflict.
    """
    pointed: dict[str, Json] = {"interview_id": survivor}
    moved = agreed_id(record.entity, record.id, record.fields, into=survivor)
    if moved is None:
        _write(tx, workspace_id, record.entity, record.id, fields=pointed)
        return
    write_record(
        tx,
        workspace_id=workspace_id,
        entity=record.entity,
        id=moved,
        fields={**record.fields, **pointed},
        author=Author("member", member_id=record.updated_by),
    )
    write_record(
        tx,
        workspace_id=workspace_id,
        entity=record.entity,
        id=record.id,
        fields={},
        delete=True,
        author=_SERVER,
    )


def _adopt(state: Written, other: Written) -> None:
    """Know the other's records as our own, so that no guest or recording comes twice.

    A guest or host whom both have keeps the survivor's record; the other's goes at the next fold.
    """
    for known, theirs in (
        (state.guests, other.guests),
        (state.recordings, other.recordings),
        (state.transcripts, other.transcripts),
        (state.assignments, other.assignments),
    ):
        for key, record_id in theirs.items():
            if known.get(key) and record_id:
                known[f"{record_id}|{key}"] = record_id
            elif key in known:
                # One of the two is only known to exist.
                known[key] = known[key] or record_id
            else:
                known[key] = record_id
    # Unknown hosts make the next fold compare the assignments of both.
    state.hosts = []
    for key, values in other.people.items():
        twin = key in state.people
        state.people[f"{other.guests[key]}|{key}" if twin else key] = values


def _write(
    tx: Tx, workspace_id: str, entity: str, record_id: str, *, fields: dict[str, Json]
) -> None:
    write_record(
        tx, workspace_id=workspace_id, entity=entity, id=record_id, fields=fields, author=_SERVER
    )
