"""Where the updates of notes are kept: the log, the snapshot that shortens it, and the archive.

What is read here is whole and unharmed, or NoteDamaged is raised: a document with a hole in it is
worse than none, because clients would build on it.
"""

import hashlib
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.note_versions import Edit
from sync_server.infra.crypto import KeysUnusable
from sync_server.infra.database import Tx
from sync_server.models.notes import note_archives, note_snapshots, note_updates
from sync_server.sync.problems import NoteDamaged
from sync_server.sync.read import read_record

ENTITY = "note_documents"


@dataclass(frozen=True, slots=True)
class Document:
    """A note document by its natural key."""

    id: str
    workspace_id: str
    interview_id: str
    stage: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One update as it is kept: who sent it is None where the server itself wrote."""

    seq: int
    update: bytes
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All updates up to `seq` as one."""

    seq: int
    update: bytes


@dataclass(frozen=True, slots=True)
class Fold:
    """What a compaction puts in place of the `folded` updates."""

    document_id: str
    before: int
    snapshot: Snapshot
    folded: Sequence[Kept]


def seq_of(tx: Tx, workspace_id: str, doc: str) -> int:
    """The document's newest seq; 0 for one that nobody has written in."""
    stored = read_record(tx, workspace_id, ENTITY, doc)
    seq = stored.fields.get("seq") if stored else None
    return seq if isinstance(seq, int) else 0


def add(tx: Tx, document: Document, *, log: Sequence[Kept], device_id: str | None) -> None:
    """Append updates to the log."""
    rows = [_row(tx, document, kept=kept, device_id=device_id) for kept in log]
    tx.connection.execute(sa.insert(note_updates), rows)


def snapshot_of(tx: Tx, doc: str) -> Snapshot | None:
    """The document's snapshot, where there is one; NoteDamaged when it is not as it was made."""
    row = tx.connection.execute(
        sa.select(note_snapshots)
        .where(note_snapshots.c.doc_id == doc)
        .order_by(note_snapshots.c.seq.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Snapshot(row.seq, _opened(tx, row, table="note_snapshots", sha256=row.sha256))


def log_of(tx: Tx, doc: str, *, after: int, until: int) -> list[Kept]:
    """The updates behind `after` up to `until`, every one of them, or NoteDamaged."""
    rows = tx.connection.execute(
        sa.select(note_updates)
        .where(
            note_updates.c.doc_id == doc,
            note_updates.c.seq > after,
            note_updates.c.seq <= until,
        )
        .order_by(note_updates.c.seq)
    ).all()
    if [row.seq for row in rows] != [*range(after + 1, until + 1)]:
        raise NoteDamaged
    return [
        Kept(row.seq, _opened(tx, row, table="note_updates"), row.at, row.member_id) for row in rows
    ]


def contents(tx: Tx, workspace_id: str, doc: str) -> list[bytes]:
    """All that the document says now, in the order to apply it."""
    snapshot = snapshot_of(tx, doc)
    start = snapshot.seq if snapshot else 0
    log = log_of(tx, doc, after=start, until=max(start, seq_of(tx, workspace_id, doc)))
    return [*([snapshot.update] if snapshot else []), *(kept.update for kept in log)]


def history(tx: Tx, doc: str, *, until: int) -> list[Kept]:
    """Every update up to `until` since the document began, whatever became of the log."""
    rows = tx.connection.execute(
        sa.select(note_archives)
        .where(note_archives.c.doc_id == doc, note_archives.c.first_seq <= until)
        .order_by(note_archives.c.first_seq)
    )
    kept = [one for row in rows for one in _unpacked(tx, row)]
    if [one.seq for one in kept] != [*range(1, len(kept) + 1)]:
        raise NoteDamaged
    return [*kept[:until], *log_of(tx, doc, after=len(kept), until=max(len(kept), until))]


def edits(tx: Tx, doc: str) -> list[Edit]:
    """When each update came and who sent it, without looking into any."""
    archived = tx.connection.execute(
        sa.select(note_archives.c.first_seq, note_archives.c.edits)
        .where(note_archives.c.doc_id == doc)
        .order_by(note_archives.c.first_seq)
    )
    found = [edit for first, said in archived for edit, _ in _edits_said(first, said)]
    rows = tx.connection.execute(
        sa.select(note_updates.c.seq, note_updates.c.at, note_updates.c.member_id)
        .where(note_updates.c.doc_id == doc)
        .order_by(note_updates.c.seq)
    )
    return [*found, *(Edit(row.seq, row.at, row.member_id) for row in rows)]


def keep_fold(tx: Tx, workspace_id: str, fold: Fold) -> bool:
    """Put a fold in place of what it was made from; False where that has changed meanwhile."""
    here = note_updates.c.doc_id == fold.document_id
    old = sa.and_(here, note_updates.c.seq <= fold.snapshot.seq)
    waiting = tx.connection.execute(sa.select(sa.func.count()).where(old)).scalar_one()
    last = sa.select(sa.func.max(note_snapshots.c.seq)).where(
        note_snapshots.c.doc_id == fold.document_id
    )
    if (tx.connection.execute(last).scalar_one() or 0, waiting) != (fold.before, len(fold.folded)):
        return False
    _archive(tx, workspace_id, fold)
    tx.connection.execute(sa.delete(note_updates).where(old))
    tx.connection.execute(
        sa.delete(note_snapshots).where(note_snapshots.c.doc_id == fold.document_id)
    )
    _put(
        tx,
        note_snapshots,
        fold.snapshot.update,
        workspace_id=workspace_id,
        doc_id=fold.document_id,
        seq=fold.snapshot.seq,
        at=tx.now,
    )
    return True


def _row(tx: Tx, document: Document, *, kept: Kept, device_id: str | None) -> dict[str, Any]:
    row_id = str(uuid.uuid4())
    return {
        "id": row_id,
        "workspace_id": document.workspace_id,
        "doc_id": document.id,
        "seq": kept.seq,
        "content": tx.vault.seal(kept.update, table="note_updates", row=row_id, column="content"),
        "size": len(kept.update),
        "member_id": kept.by,
        "device_id": device_id,
        "at": kept.at,
    }


def _archive(tx: Tx, workspace_id: str, fold: Fold) -> None:
    authors = sorted({kept.by for kept in fold.folded if kept.by is not None})
    said = [
        (
            format_instant(kept.at),
            None if kept.by is None else authors.index(kept.by),
            len(kept.update),
        )
        for kept in fold.folded
    ]
    _put(
        tx,
        note_archives,
        zlib.compress(b"".join(kept.update for kept in fold.folded)),
        workspace_id=workspace_id,
        doc_id=fold.document_id,
        first_seq=fold.folded[0].seq,
        last_seq=fold.folded[-1].seq,
        edits={"by": authors, "edits": said},
    )


def _put(tx: Tx, table: sa.Table, content: bytes, **values: Any) -> None:
    row_id = str(uuid.uuid4())
    sealed = tx.vault.seal(content, table=table.name, row=row_id, column="content")
    sha256 = hashlib.sha256(content).hexdigest()
    tx.connection.execute(
        sa.insert(table).values(id=row_id, content=sealed, sha256=sha256, **values)
    )


def _unpacked(tx: Tx, row: Any) -> list[Kept]:
    content = zlib.decompress(_opened(tx, row, table="note_archives", sha256=row.sha256))
    kept, start = [], 0
    for edit, size in _edits_said(row.first_seq, row.edits):
        kept.append(Kept(edit.seq, content[start : start + size], edit.at, edit.by))
        start += size
    return kept


def _edits_said(first: int, said: dict[str, Any]) -> list[tuple[Edit, int]]:
    authors = said["by"]
    return [
        (Edit(seq, parse_instant(at), None if by is None else authors[by]), size)
        for seq, (at, by, size) in enumerate(said["edits"], first)
    ]


def _opened(tx: Tx, row: Any, *, table: str, sha256: str | None = None) -> bytes:
    try:
        content = tx.vault.open_bytes(row.content, table=table, row=row.id, column="content")
    except (KeysUnusable, ValueError) as error:
        raise NoteDamaged from error
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise NoteDamaged
    return content
