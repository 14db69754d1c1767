"""Taking what was typed: updates kept in order, counted once per device."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from interview_desk.domain.ids import note_document_id
from interview_desk.notes import NoteUpdateInvalid, append_text, check_update, text_of
from interview_desk.wire.notes import (
    MAX_UPDATE_BYTES,
    MAX_UPDATES,
    NotePost,
    NotePosted,
    decode_update,
)
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.infra.problems import NotFound
from sync_server.infra.travelling import travels
from sync_server.models.notes import note_counts
from sync_server.sync.authors import Author
from sync_server.sync.counter import lock, position
from sync_server.sync.notes import note_log
from sync_server.sync.notes.note_log import ENTITY, Document, Kept
from sync_server.sync.problems import (
    BatchTooLarge,
    DeviceReused,
    DocumentMismatch,
    EpochChanged,
    Merged,
    NoteUpdateInvalidProblem,
    SequenceGap,
    WrongDevice,
)
from sync_server.sync.read import StoredRecord, read_record, records_of_interview
from sync_server.sync.removal.erased import is_erased
from sync_server.sync.seen.rows import CallerView
from sync_server.sync.write import write_record

__all__ = [
    "Document",
    "NoteAppended",
    "NotesTyped",
    "Numbered",
    "append",
    "check_epoch",
    "check_not_merged",
    "checked",
    "keep_updates",
    "move_notes",
]

_LONGEST_STAGE = 100


@dataclass(frozen=True, slots=True)
class NoteAppended:
    """News: a document has one more update, already durable."""

    workspace_id: str
    doc: str
    interview_id: str
    kept: Kept
    device_id: str | None


@travels("typed")
@dataclass(frozen=True, slots=True)
class NotesTyped:
    """News from another process: a document has the updates from `first` to `last`."""

    workspace_id: str
    doc: str
    interview_id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """An own update of a device, checked."""

    n: int
    update: bytes


def checked(doc: str, post: NotePost) -> list[Numbered]:
    """The updates of `post`, each one that everybody can apply; reads no database."""
    if not 1 <= len(post.stage) <= _LONGEST_STAGE or _id_of(post.interview, post.stage) != doc:
        raise DocumentMismatch
    if len(post.updates) > MAX_UPDATES:
        raise BatchTooLarge
    return [Numbered(item.n, _checked_update(item.update)) for item in post.updates]


def append(
    tx: Tx, caller: Caller, *, doc: str, post: NotePost, updates: Sequence[Numbered]
) -> NotePosted:
    """Keep what is new of `updates`; the document's row moves in the same transaction."""
    if post.device != caller.device_id:
        raise WrongDevice
    lock(tx, caller.workspace_id)
    check_epoch(tx, caller, post.epoch)
    document = Document(doc, caller.workspace_id, post.interview, post.stage)
    _check_open(tx, caller, document.interview_id)
    last_n = _last_n(tx, caller.device_id, doc)
    _check_sequence(updates, last_n)
    _check_replayed(tx, caller.device_id, doc=doc, updates=updates, last_n=last_n)
    fresh = [item for item in updates if item.n > last_n]
    _count(tx, caller.device_id, doc=doc, updates=fresh)
    seq = keep_updates(
        tx,
        document,
        updates=[item.update for item in fresh],
        member_id=caller.member_id,
        device_id=caller.device_id,
    )
    return NotePosted(last_n=last_n + len(fresh), seq=seq)


def keep_updates(
    tx: Tx,
    document: Document,
    *,
    updates: Sequence[bytes],
    member_id: str | None = None,
    device_id: str | None = None,
) -> int:
    """Append `updates` in order and tell everybody; the document's newest seq."""
    seq = note_log.seq_of(tx, document.workspace_id, document.id)
    if not updates:
        return seq
    log = [Kept(place, update, tx.now, member_id) for place, update in enumerate(updates, seq + 1)]
    note_log.add(tx, document, log=log, device_id=device_id)
    first, seq = seq + 1, seq + len(log)
    about = (document.workspace_id, document.id, document.interview_id)
    for kept in log:
        tx.tell(NoteAppended(*about, kept, device_id))
    tx.tell_elsewhere(NotesTyped(*about, first, seq))
    write_record(
        tx,
        workspace_id=document.workspace_id,
        entity=ENTITY,
        id=document.id,
        fields={"interview_id": document.interview_id, "stage": document.stage, "seq": seq},
        author=Author("server", member_id=member_id),
    )
    return seq


def move_notes(tx: Tx, workspace_id: str, *, interview_id: str, into: str) -> None:
    """Write the notes of an interview at the end of those of the one it was merged into."""
    for old in records_of_interview(tx, workspace_id, interview_id, entity=ENTITY):
        stage = str(old.fields["stage"])
        text = text_of(note_log.contents(tx, workspace_id, old.id))
        if not text.strip():
            continue
        target = Document(note_document_id(into, stage), workspace_id, into, stage)
        update = append_text(note_log.contents(tx, workspace_id, target.id), text)
        keep_updates(tx, target, updates=[update])


def check_epoch(tx: Tx, caller: Caller, epoch: str | None) -> None:
    """Refuse a caller who speaks of another epoch."""
    if epoch is not None and epoch != position(tx, caller.workspace_id).epoch:
        raise EpochChanged


def check_not_merged(interview: StoredRecord) -> None:
    """Send whoever asks for notes of a merged interview to the one it went up in."""
    into = interview.fields.get("merged_into")
    if into is not None:
        raise Merged(into=into)


def _id_of(interview: str, stage: str) -> str | None:
    try:
        canonical = str(uuid.UUID(interview)) == interview
    except ValueError:
        return None
    return note_document_id(interview, stage) if canonical else None


def _checked_update(encoded: str) -> bytes:
    try:
        update = decode_update(encoded)
    except ValueError as error:
        raise NoteUpdateInvalidProblem("The update is not base64.") from error
    if len(update) > MAX_UPDATE_BYTES:
        raise NoteUpdateInvalidProblem("The update is larger than 1 MiB.")
    try:
        check_update(update)
    except NoteUpdateInvalid as error:
        raise NoteUpdateInvalidProblem(str(error)) from error
    return update


def _check_open(tx: Tx, caller: Caller, interview_id: str) -> None:
    """Notes belong to an interview that the caller sees and that was not merged into another."""
    interview = read_record(tx, caller.workspace_id, "interviews", interview_id)
    if interview is None or not CallerView(tx, caller).sees(interview):
        raise NotFound
    if is_erased(tx, caller.workspace_id, interview_id):
        raise NotFound
    check_not_merged(interview)


def _last_n(tx: Tx, device_id: str, doc: str) -> int:
    query = sa.select(sa.func.max(note_counts.c.n)).where(
        note_counts.c.doc_id == doc, note_counts.c.device_id == device_id
    )
    return tx.connection.execute(query).scalar_one_or_none() or 0


def _check_sequence(updates: Sequence[Numbered], last_n: int) -> None:
    if not updates:
        return
    first = updates[0].n
    numbers = [item.n for item in updates]
    if first > last_n + 1 or numbers != [*range(first, first + len(numbers))]:
        raise SequenceGap(last_n=last_n)


def _count(tx: Tx, device_id: str, *, doc: str, updates: Sequence[Numbered]) -> None:
    if updates:
        rows = [
            {"doc_id": doc, "device_id": device_id, "n": item.n, "digest": _digest(item.update)}
            for item in updates
        ]
        tx.connection.execute(sa.insert(note_counts), rows)


def _check_replayed(
    tx: Tx, device_id: str, *, doc: str, updates: Sequence[Numbered], last_n: int
) -> None:
    replayed = {item.n: _digest(item.update) for item in updates if item.n <= last_n}
    rows = tx.connection.execute(
        sa.select(note_counts.c.n, note_counts.c.digest).where(
            note_counts.c.doc_id == doc,
            note_counts.c.device_id == device_id,
            note_counts.c.n.in_(replayed),
        )
    )
    if {row.n: row.digest for row in rows} != replayed:
        raise DeviceReused(last_n=last_n)


def _digest(update: bytes) -> str:
    return hashlib.sha256(update).hexdigest()
