"""Two interviews that turn out to be one: everything moves to the older, nothing is lost."""

from interview_desk.domain.status import Status
from sync_server.bookings.interviews import title_is_open
from sync_server.bookings.known import KnownBookings
from sync_server.bookings.moving import move_records
from sync_server.bookings.written import Written
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.history import Place, member_before
from sync_server.sync.read import read_record
from sync_server.sync.write import write_record


def merge_into(bookings: KnownBookings, *, survivor: str, other: str) -> None:
    """Make `other` part of `survivor`: rows point there, notes are appended, links say so."""
    state = bookings.last_written(survivor)
    _adopt(state, bookings.last_written(other))
    bookings.remember_written(survivor, state)
    bookings.assign(bookings.uids_of(other), survivor)
    bookings.forget_written(other)
    bookings.flush()
    _carry_title(bookings.tx, bookings.workspace_id, other=other, survivor=survivor)
    move_records(bookings.tx, bookings.workspace_id, other=other, survivor=survivor)
    _close(bookings.tx, bookings.workspace_id, other=other, survivor=survivor)
    bookings.forget()


def _carry_title(tx: Tx, workspace_id: str, *, other: str, survivor: str) -> None:
    """A title that a person gave the other is the survivor's where that has only Cal.com's."""
    given = read_record(tx, workspace_id, "interviews", other)
    kept = read_record(tx, workspace_id, "interviews", survivor)
    if given is None or title_is_open(given) or kept is None or not title_is_open(kept):
        return
    place = Place(workspace_id, "interviews", other)
    writer = member_before(tx, place, field="title", ver=given.ver + 1)
    write_record(
        tx,
        workspace_id=workspace_id,
        entity="interviews",
        id=survivor,
        fields={"title": given.fields["title"]},
        base={"title": kept.versions.get("title", 0)},
        author=Author("member", member_id=writer, device_id=given.writers["title"]),
    )


def _close(tx: Tx, workspace_id: str, *, other: str, survivor: str) -> None:
    write_record(
        tx,
        workspace_id=workspace_id,
        entity="interviews",
        id=other,
        fields={
            "merged_into": survivor,
            "booking_uids": [],
            "status": Status.ARCHIVED.value,
        },
        author=Author("server"),
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
