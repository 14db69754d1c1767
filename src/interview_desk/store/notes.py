"""Notes on this computer: appended, never rewritten, on disk before the typist is told so."""

from collections.abc import Callable, Sequence

from interview_desk.services.ports import NoteAddress, StoredNote
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.part import Part


class StoredNotes(Part):
    """The `NoteJournal` port on the encrypted database."""

    async def load(self, note: NoteAddress) -> StoredNote:
        """Everything this computer knows of the document; empty for a new one."""
        doc = document_of(note)
        return await self._engine.read(lambda connection: stored_note(connection, doc))

    async def append(self, note: NoteAddress, update: bytes) -> None:
        """Keep one update of our own; it is fsynced when this returns."""
        doc = document_of(note)

        def work(connection: Connection, news: News) -> None:
            ensure_note(connection, doc, note)
            connection.execute(
                "INSERT INTO own_note_updates (doc, body) VALUES (?, ?)", (doc, update)
            )
            news.record("note_documents", doc)

        await self._engine.write(work)

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
        "SELECT body FROM note_updates WHERE doc = ? ORDER BY seq", (doc,)
    ).fetchall()
    own = connection.execute(
        "SELECT body FROM own_note_updates WHERE doc = ? ORDER BY position", (doc,)
    ).fetchall()
    known = connection.execute("SELECT seq FROM notes WHERE doc = ?", (doc,)).fetchone()
    return StoredNote(
        confirmed=tuple(bytes(row[0]) for row in confirmed),
        pending=tuple(bytes(row[0]) for row in own),
        seq=known[0] if known else 0,
    )


def document_of(note: NoteAddress) -> str:
    """The id of a note's document."""
    # Reading and writing UUIDs is for whoever opens a note, not for the first page.
    from interview_desk.domain.ids import note_document_id

    return note_document_id(*note)
