"""Notes on this computer: appended, never rewritten, on disk before the typist is told so."""

from collections.abc import Callable, Sequence
from datetime import datetime

from interview_desk.services.ports import KeptUpdate, NoteAddress, StoredNote
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.part import Part
from interview_desk.store.projection import instant_milliseconds


class StoredNotes(Part):
    """The `NoteJournal` port on the encrypted database."""

    async def load(self, note: NoteAddress) -> StoredNote:
        """Everything this computer knows of the document; empty for a new one."""
        from interview_desk.store.note_log import wants_care

        doc = document_of(note)

        def work(connection: Connection) -> StoredNote | None:
            return None if wants_care(connection, doc) else stored_note(connection, doc)

        found = await self._engine.read(work)
        if found is None:
            await self.tidy(note)
            found = await self._engine.read(lambda connection: stored_note(connection, doc))
        return found

    async def append(self, note: NoteAddress, update: bytes, *, at: datetime | None = None) -> None:
        """Keep one update of our own, typed until `at`; it is fsynced when this returns."""
        doc = document_of(note)

        def work(connection: Connection, news: News) -> None:
            ensure_note(connection, doc, note)
            written = connection.execute(
                "INSERT INTO own_note_updates (doc, body) VALUES (?, ?)", (doc, update)
            )
            if at is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO own_note_times VALUES (?, ?)",
                    (written.lastrowid, instant_milliseconds(at)),
                )
            news.record("note_documents", doc)

        await self._engine.write(work)

    async def tidy(self, note: NoteAddress) -> None:
        """Make the document quick to open, ask again for what was lost, send again what was."""
        from interview_desk.store.note_log import take_care

        doc = document_of(note)
        await self._engine.write(lambda connection, news: take_care(connection, news, doc))

    async def history(self, note: NoteAddress) -> Sequence[KeptUpdate]:
        """Every update of the document that this computer has, in order."""
        from interview_desk.store.note_log import kept_updates

        doc = document_of(note)
        return await self._engine.read(lambda connection: kept_updates(connection, doc))

    def on_remote_updates(
        self, note: NoteAddress, listener: Callable[[Sequence[bytes]], None]
    ) -> Callable[[], None]:
        """Call `listener` on the loop with others' updates as they arrive in server order."""
        return self._engine.on_notes(document_of(note), listener)

    def watched_notes(self) -> list[str]:
        """The documents somebody has open, whose updates are wanted at once."""
        return self._engine.watched_notes()

    def on_watched(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when the open documents change; returns the way to stop."""
        return self._engine.on_watched(listener)


def ensure_note(connection: Connection, doc: str, note: NoteAddress) -> None:
    """Know the document's address."""
    connection.execute(
        "INSERT OR IGNORE INTO notes (doc, interview_id, stage) VALUES (?, ?, ?)", (doc, *note)
    )


def stored_note(connection: Connection, doc: str) -> StoredNote:
    """The document's updates in the order in which they are applied."""
    confirmed = connection.execute(
        "SELECT body, digest FROM note_updates WHERE doc = ? ORDER BY seq", (doc,)
    ).fetchall()
    own = connection.execute(
        "SELECT body FROM own_note_updates WHERE doc = ? ORDER BY position", (doc,)
    ).fetchall()
    known = connection.execute("SELECT seq FROM notes WHERE doc = ?", (doc,)).fetchone()
    return StoredNote(
        confirmed=tuple(bytes(row[0]) for row in confirmed),
        pending=tuple(bytes(row[0]) for row in own),
        seq=known[0] if known else 0,
        checked=1 if confirmed and confirmed[0][1] is not None else 0,
    )


def document_of(note: NoteAddress) -> str:
    """The id of a note's document."""
    # Reading and writing UUIDs is for whoever opens a note, not for the first page.
    from interview_desk.domain.ids import note_document_id

    return note_document_id(*note)
