"""The notes' side of the exchange: own updates up, everybody's down in the server's order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from interview_desk.services.ports import NoteAddress
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.notes import document_of, ensure_note, stored_note
from interview_desk.store.part import Part
from interview_desk.store.projection import instant_milliseconds

if TYPE_CHECKING:
    from interview_desk.services.exchange import (
        NoteBatch,
        NotePage,
        NoteReceipt,
        SequencedUpdate,
    )

# As many as go to the server at once.
_MOST_UPDATES: Final = 500
# Which of many updates are under way is not looked for among all that wait, or were taken.
_SENT: Final = "own_note_updates INDEXED BY own_note_updates_sent"


class StoredNoteExchange(Part):
    """What `SyncStore` says about notes, on the encrypted database."""

    async def note_batches(self, *, limit: int, size: int) -> Sequence["NoteBatch"]:
        """Own note updates that wait, for up to `limit` documents, numbered for good."""

        def work(connection: Connection, _: News) -> list["NoteBatch"]:
            oldest = connection.execute(
                "SELECT doc FROM own_note_updates WHERE state = 'waiting' "
                "ORDER BY position LIMIT ?",
                (_MOST_UPDATES,),
            ).fetchall()
            docs = list(dict.fromkeys(row[0] for row in oldest))[:limit]
            return [_number(connection, doc, size) for doc in docs]

        # A power cut takes the numbers back at most; what they count is safe already.
        return await self._engine.write(work, durable=False)

    async def settle_notes(self, doc: str, receipt: "NoteReceipt") -> None:
        """The server has the document's own updates up to the receipt's number."""

        def work(connection: Connection, news: News) -> None:
            taken = connection.execute(
                f"UPDATE {_SENT} SET state = 'taken' "  # noqa: S608  - our own names
                "WHERE doc = ? AND n <= ? AND state = 'waiting'",
                (doc, receipt.last_n),
            ).rowcount
            connection.execute(
                "UPDATE notes SET last_n = max(last_n, ?), taken_seq = ?, "
                "known_seq = max(known_seq, ?) WHERE doc = ?",
                (receipt.last_n, receipt.seq, receipt.seq, doc),
            )
            # Those that were heard of before the answer came, at the end of the server's log.
            _drop_told(connection, doc, told=_bodies(connection, doc, receipt.seq - taken))
            if not _has_untaken(connection, doc):
                from interview_desk.store.unseen import take_back_from_quarantine

                take_back_from_quarantine(connection, doc)
            news.record("note_documents", doc)

        await self._engine.write(work, durable=False)

    async def renumber_notes(self, doc: str, last_n: int) -> None:
        """Count the document's waiting updates from `last_n + 1`."""

        def work(connection: Connection, _: News) -> None:
            connection.execute("UPDATE own_note_updates SET n = NULL WHERE doc = ?", (doc,))
            connection.execute("UPDATE notes SET last_n = ? WHERE doc = ?", (last_n, doc))

        await self._engine.write(work)

    async def set_note_aside(
        self, doc: str, *, code: str, detail: str | None, now: datetime
    ) -> None:
        """Move a document's waiting updates, which the server will never take, to quarantine."""

        def work(connection: Connection, news: News) -> None:
            from interview_desk.store.unseen import set_own_updates_aside

            set_own_updates_aside(connection, doc, code=code, detail=detail, now=now)
            news.record("note_documents", doc)

        await self._engine.write(work)

    async def move_note(self, doc: str, into: str) -> None:
        """Write what waits of a document at the end of the same stage of the interview `into`."""
        await self._engine.write(lambda connection, news: _move(connection, news, doc, into))

    async def notes_behind(self, limit: int) -> Mapping[str, int]:
        """Documents the server has more of: document -> the sequence this desk has."""
        rows = await self._engine.read(
            lambda connection: connection.execute(
                "SELECT doc, seq FROM notes WHERE known_seq > seq LIMIT ?", (limit,)
            ).fetchall()
        )
        return dict(rows)

    async def apply_notes(self, page: "NotePage") -> bool:
        """Take updates strictly in order; False where one is missing, and nothing was taken."""
        return await self._engine.write(
            lambda connection, news: _take(connection, news, page), durable=False
        )


def _move(connection: Connection, news: News, doc: str, into: str) -> None:
    # Only this rare path needs the text engine, which start-up must not wait for.
    from interview_desk.notes.updates import append_text
    from interview_desk.store.unseen import own_words, set_state

    (stage,) = connection.execute("SELECT stage FROM notes WHERE doc = ?", (doc,)).fetchone()
    target = NoteAddress(into, stage)
    target_doc = document_of(target)
    ensure_note(connection, target_doc, target)
    there = stored_note(connection, target_doc)
    text = own_words(connection, doc)
    update = append_text((*there.confirmed, *there.pending), text)
    connection.execute(
        "INSERT INTO own_note_updates (doc, body) VALUES (?, ?)", (target_doc, update)
    )
    set_state(connection, doc, "moved")
    # An editor that has the survivor open shows it like anybody else's writing.
    news.note(target_doc, [update])
    for changed in (doc, target_doc):
        news.record("note_documents", changed)


def _number(connection: Connection, doc: str, size: int) -> "NoteBatch":
    from interview_desk.services.exchange import NoteBatch, NumberedUpdate

    # What was refused is the ground of what is typed now: the two go together or not at all.
    connection.execute(
        "UPDATE own_note_updates SET state = 'waiting' WHERE doc = ? AND state = 'aside'", (doc,)
    )
    interview, stage, last_n = connection.execute(
        "SELECT interview_id, stage, last_n FROM notes WHERE doc = ?", (doc,)
    ).fetchone()
    highest = connection.execute(
        f"SELECT max(n) FROM {_SENT} "  # noqa: S608  - our own names
        "WHERE doc = ? AND state = 'waiting' AND n IS NOT NULL",
        (doc,),
    ).fetchone()[0]
    following = max(highest or 0, last_n) + 1
    updates: list[NumberedUpdate] = []
    total = 0
    for position, n, body in connection.execute(
        "SELECT position, n, body FROM own_note_updates WHERE doc = ? AND state = 'waiting' "
        "ORDER BY position LIMIT ?",
        (doc, _MOST_UPDATES),
    ).fetchall():
        total += len(body)
        if updates and total > size:
            break
        if n is None:
            connection.execute(
                "UPDATE own_note_updates SET n = ? WHERE position = ?", (following, position)
            )
            n, following = following, following + 1  # noqa: PLW2901  - the row has its number now
        updates.append(NumberedUpdate(n, bytes(body)))
    return NoteBatch(doc, NoteAddress(interview, stage), tuple(updates))


def _take(connection: Connection, news: News, page: "NotePage") -> bool:
    known = connection.execute("SELECT seq FROM notes WHERE doc = ?", (page.doc,)).fetchone()
    if known is None:
        return False
    seq = known[0]
    if page.after > seq:
        connection.execute(
            "UPDATE notes SET known_seq = max(known_seq, ?) WHERE doc = ?", (page.seq, page.doc)
        )
        return False
    if _is_poorer(connection, page, seq):
        return False
    own = _sent_bodies(connection, page.doc)
    reached, bodies = _keep(connection, page, seq)
    connection.execute(
        "UPDATE notes SET seq = ?, known_seq = max(known_seq, ?) WHERE doc = ?",
        (reached, max(reached, page.seq), page.doc),
    )
    _drop_told(connection, page.doc, told=own.intersection(bodies))
    if page.snapshot in bodies:
        from interview_desk.store.note_log import drop_confirmed

        drop_confirmed(connection, page.doc)
    theirs = [body for body in bodies if body not in own]
    if theirs:
        news.note(page.doc, theirs)
    news.record("note_documents", page.doc)
    return True


def _is_poorer(connection: Connection, page: "NotePage", seq: int) -> bool:
    """Whether the page's snapshot lacks what this computer has already been told."""
    if page.snapshot is None or not 0 < seq < page.snapshot_seq:
        return False
    from interview_desk.notes.encoding import NoteUpdateInvalid
    from interview_desk.notes.updates import bring_news

    told = connection.execute("SELECT body FROM note_updates WHERE doc = ?", (page.doc,))
    try:
        return any(bring_news((page.snapshot,), (bytes(row[0]) for row in told.fetchall())))
    except NoteUpdateInvalid:
        return True


def _sent_bodies(connection: Connection, doc: str) -> set[bytes]:
    """Own updates that the server may tell of."""
    rows = connection.execute(
        f"SELECT body FROM {_SENT} WHERE doc = :doc AND state = 'waiting' AND n IS NOT NULL "  # noqa: S608  - our own names
        "UNION ALL SELECT body FROM own_note_updates WHERE doc = :doc AND state = 'taken'",
        {"doc": doc},
    )
    return {bytes(row[0]) for row in rows}


def _keep(connection: Connection, page: "NotePage", seq: int) -> tuple[int, list[bytes]]:
    from interview_desk.services.exchange import SequencedUpdate

    bodies: list[bytes] = []
    if page.snapshot is not None and page.snapshot_seq > seq:
        connection.execute("DELETE FROM note_updates WHERE doc = ?", (page.doc,))
        snapshot = SequencedUpdate(page.snapshot_seq, page.snapshot)
        from hashlib import sha256  # with the first such page: it loads OpenSSL

        digest = sha256(page.snapshot).digest()
        _insert(connection, page.doc, snapshot, digest=digest)
        seq = page.snapshot_seq
        bodies.append(page.snapshot)
    for update in sorted(page.updates, key=_place):
        # What comes behind a gap waits for what fills it.
        if update.seq == seq + 1:
            _insert(connection, page.doc, update)
            seq = update.seq
            bodies.append(update.update)
    return seq, bodies


def _place(update: "SequencedUpdate") -> int:
    return update.seq


def _insert(
    connection: Connection, doc: str, update: "SequencedUpdate", *, digest: bytes | None = None
) -> None:
    at = None if update.at is None else instant_milliseconds(update.at)
    connection.execute(
        "INSERT INTO note_updates (doc, seq, body, author, typed_at, digest) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (doc, update.seq, update.update, update.by, at, digest),
    )


def _has_untaken(connection: Connection, doc: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM own_note_updates WHERE doc = ? AND state IN ('waiting', 'aside') LIMIT 1",
        (doc,),
    ).fetchone()
    return row is not None


def _bodies(connection: Connection, doc: str, after: int) -> set[bytes]:
    rows = connection.execute(
        "SELECT body FROM note_updates WHERE doc = ? AND seq > ?", (doc, after)
    )
    return {bytes(row[0]) for row in rows}


def _drop_told(connection: Connection, doc: str, *, told: set[bytes]) -> None:
    """Let go of taken updates that have come back as they were sent.

    What comes back in other words is compared when the note is opened.
    """
    if not told:
        return
    taken = connection.execute(
        "SELECT position, body FROM own_note_updates WHERE doc = ? AND state = 'taken'", (doc,)
    ).fetchall()
    connection.executemany(
        "DELETE FROM own_note_updates WHERE position = ?",
        [(position,) for position, body in taken if bytes(body) in told],
    )
