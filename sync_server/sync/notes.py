"""The notes of a stage on the server: updates kept in order, counted once per device."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from interview_desk.domain.ids import note_document_id
from interview_desk.notes import NoteUpdateInvalid, append_text, check_update, text_of
from interview_desk.wire.notes import (
    MAX_PULLED_DOCS,
    MAX_UPDATE_BYTES,
    MAX_UPDATES,
    NOTES_PULL_BYTES,
    NotePost,
    NotePosted,
    NotesPull,
    NotesPulled,
    NoteText,
    NoteUpdates,
    SequencedUpdate,
    decode_update,
    encode_update,
)
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.infra.problems import InvalidRequest, NotFound
from sync_server.models.notes import note_counts, note_snapshots, note_updates
from sync_server.sync.authors import Author
from sync_server.sync.counter import lock, position
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
from sync_server.sync.rows import CallerView
from sync_server.sync.write import write_record

ENTITY = "note_documents"
_LONGEST_STAGE = 100
_OVERHEAD = 64


@dataclass(frozen=True, slots=True)
class NoteAppended:
    """News: a document has one more update, already durable."""

    workspace_id: str
    doc: str
    interview_id: str
    seq: int
    update: bytes
    device_id: str | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """An own update of a device, checked."""

    n: int
    update: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A note document by its natural key."""

    id: str
    workspace_id: str
    interview_id: str
    stage: str


@dataclass(frozen=True, slots=True)
class _Kept:
    seq: int
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
    for item in fresh:
        tx.connection.execute(
            sa.insert(note_counts).values(
                doc_id=doc, device_id=caller.device_id, n=item.n, digest=_digest(item.update)
            )
        )
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
    seq = seq_of(tx, document.workspace_id, document.id)
    if not updates:
        return seq
    for update in updates:
        seq += 1
        _insert(tx, document, seq=seq, update=update, member_id=member_id, device_id=device_id)
        news = NoteAppended(
            document.workspace_id, document.id, document.interview_id, seq, update, device_id
        )
        tx.after_commit(lambda news=news: tx.bus.publish(news))  # type: ignore[misc]  # bound now
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
        text = text_of(_contents(tx, old.id))
        if not text.strip():
            continue
        target = Document(note_document_id(into, stage), workspace_id, into, stage)
        update = append_text(_contents(tx, target.id), text)
        keep_updates(tx, target, updates=[update])


def updates_after(tx: Tx, caller: Caller, doc: str, *, after: int) -> NoteUpdates:
    """What a reader who stands at `after` lacks of the document."""
    _visible_document(tx, caller, doc)
    return _updates(tx, caller.workspace_id, doc, after=after, budget=None)


def text(tx: Tx, caller: Caller, doc: str) -> NoteText:
    """The document as plain text."""
    _visible_document(tx, caller, doc)
    return NoteText(text=text_of(_contents(tx, doc)), seq=seq_of(tx, caller.workspace_id, doc))


def pull_many(tx: Tx, caller: Caller, request: NotesPull) -> NotesPulled:
    """What the reader lacks of many documents, as much as fits into one answer."""
    if len(request.docs) > MAX_PULLED_DOCS:
        raise InvalidRequest(f"At most {MAX_PULLED_DOCS} documents at a time.")
    check_epoch(tx, caller, request.epoch)
    budget = NOTES_PULL_BYTES
    answers: dict[str, NoteUpdates] = {}
    for doc, after in request.docs.items():
        if budget > 0 and _sees(tx, caller, doc):
            answers[doc] = _updates(tx, caller.workspace_id, doc, after=after, budget=budget)
            budget -= _size(answers[doc])
    cut = budget <= 0 or any(answer.more for answer in answers.values())
    return NotesPulled(docs=answers, more=cut)


def seq_of(tx: Tx, workspace_id: str, doc: str) -> int:
    """The document's newest seq; 0 for one that nobody has written in."""
    stored = read_record(tx, workspace_id, ENTITY, doc)
    seq = stored.fields.get("seq") if stored else None
    return seq if isinstance(seq, int) else 0


def visible_docs(tx: Tx, caller: Caller, docs: Sequence[str]) -> frozenset[str]:
    """Those of `docs` that the caller may watch."""
    return frozenset(doc for doc in docs if _sees(tx, caller, doc))


def check_epoch(tx: Tx, caller: Caller, epoch: str | None) -> None:
    """Refuse a caller who speaks of another epoch."""
    if epoch is not None and epoch != position(tx, caller.workspace_id).epoch:
        raise EpochChanged


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
    _check_not_merged(interview)


def _check_not_merged(interview: StoredRecord) -> None:
    into = interview.fields.get("merged_into")
    if into is not None:
        raise Merged(into=into)


def _visible_document(tx: Tx, caller: Caller, doc: str) -> None:
    stored = read_record(tx, caller.workspace_id, ENTITY, doc)
    if stored is None or not CallerView(tx, caller).sees(stored):
        raise NotFound
    interview = read_record(
        tx, caller.workspace_id, "interviews", str(stored.fields["interview_id"])
    )
    if interview is not None:
        _check_not_merged(interview)


def _sees(tx: Tx, caller: Caller, doc: str) -> bool:
    try:
        _visible_document(tx, caller, doc)
    except (NotFound, Merged):
        return False
    return True


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


def _insert(
    tx: Tx,
    document: Document,
    *,
    seq: int,
    update: bytes,
    member_id: str | None,
    device_id: str | None,
) -> None:
    row_id = str(uuid.uuid4())
    tx.connection.execute(
        sa.insert(note_updates).values(
            id=row_id,
            workspace_id=document.workspace_id,
            doc_id=document.id,
            seq=seq,
            content=tx.vault.seal(update, table="note_updates", row=row_id, column="content"),
            size=len(update),
            member_id=member_id,
            device_id=device_id,
            at=tx.now,
        )
    )


def _updates(tx: Tx, workspace_id: str, doc: str, *, after: int, budget: int | None) -> NoteUpdates:
    seq = seq_of(tx, workspace_id, doc)
    snapshot = _snapshot(tx, doc)
    shown = snapshot is not None and snapshot.seq > after
    start = snapshot.seq if snapshot is not None and shown else after
    kept: list[SequencedUpdate] = []
    left = budget
    for item in _log(tx, doc, after=start):
        if left is not None:
            left -= len(item.update) * 4 // 3 + _OVERHEAD
            # One update always goes, or a large one would never arrive.
            if left < 0 and kept:
                break
        kept.append(SequencedUpdate(seq=item.seq, update=encode_update(item.update)))
    reached = kept[-1].seq if kept else max(start, seq)
    return NoteUpdates(
        snapshot=encode_update(snapshot.update) if snapshot and shown else None,
        snapshot_seq=snapshot.seq if snapshot and shown else None,
        updates=kept,
        seq=seq,
        more=reached < seq,
    )


def _size(answer: NoteUpdates) -> int:
    updates = sum(len(item.update) + _OVERHEAD for item in answer.updates)
    return len(answer.snapshot or "") + updates


def _snapshot(tx: Tx, doc: str) -> _Kept | None:
    row = tx.connection.execute(
        sa.select(note_snapshots)
        .where(note_snapshots.c.doc_id == doc)
        .order_by(note_snapshots.c.seq.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    content = tx.vault.open_bytes(row.content, table="note_snapshots", row=row.id, column="content")
    return _Kept(row.seq, content)


def _log(tx: Tx, doc: str, *, after: int) -> list[_Kept]:
    rows = tx.connection.execute(
        sa.select(note_updates)
        .where(note_updates.c.doc_id == doc, note_updates.c.seq > after)
        .order_by(note_updates.c.seq)
    )
    return [
        _Kept(
            row.seq,
            tx.vault.open_bytes(row.content, table="note_updates", row=row.id, column="content"),
        )
        for row in rows
    ]


def _contents(tx: Tx, doc: str) -> list[bytes]:
    snapshot = _snapshot(tx, doc)
    before = [snapshot.update] if snapshot else []
    return [
        *before,
        *(item.update for item in _log(tx, doc, after=snapshot.seq if snapshot else 0)),
    ]


def _digest(update: bytes) -> str:
    return hashlib.sha256(update).hexdigest()
