"""Rows this user may no longer see: forgotten, with the own unsent work on them set aside."""

import base64
import difflib
import re
from collections.abc import Sequence
from datetime import datetime

from interview_desk.services.ports import NoteAddress
from interview_desk.store.connection import Connection
from interview_desk.store.erasing import is_erased_here
from interview_desk.store.news import News
from interview_desk.store.notes import document_of, stored_note
from interview_desk.store.rows import show
from interview_desk.store.setting_aside import quarantine_edit, quarantine_note

GONE = "no_longer_visible"


def forget(
    connection: Connection, news: News, *, entity: str, record_id: str, now: datetime
) -> None:
    """Remove the server's row; unsent edits and note updates move to quarantine first.

    An edit whose answer is still out keeps its place in the count; its result will come.
    """
    key = (entity, record_id)
    unsent = connection.execute(
        "SELECT op, entity, id, fields FROM outbox INDEXED BY outbox_by_record "
        "WHERE entity = ? AND id = ? AND state = 'waiting' AND n IS NULL ORDER BY position",
        key,
    ).fetchall()
    for edit in unsent:
        quarantine_edit(connection, edit, code=GONE, detail=None, now=now)
    connection.execute(
        "DELETE FROM outbox WHERE entity = ? AND id = ? AND (n IS NULL OR state = 'taken')", key
    )
    if entity == "note_documents":
        _forget_note(connection, record_id, now)
    connection.execute(
        "UPDATE records SET ver = 0, fields = '{}', versions = '{}', deleted = 0 "
        "WHERE entity = ? AND id = ?",
        key,
    )
    show(connection, news, entity=entity, record_id=record_id)


def _forget_note(connection: Connection, doc: str, now: datetime) -> None:
    set_own_updates_aside(connection, doc, code=GONE, detail=None, now=now)
    for table in ("note_updates", "own_note_updates", "notes"):
        connection.execute(f"DELETE FROM {table} WHERE doc = ?", (doc,))  # noqa: S608  - our own names


def set_own_updates_aside(
    connection: Connection, doc: str, *, code: str, detail: str | None, now: datetime
) -> None:
    """Put what its author wrote in quarantine; the updates stay as the ground for the next ones.

    A document has one item there, which grows: it is tried again as a whole when more is typed.
    """
    waiting = connection.execute(
        "SELECT body FROM own_note_updates WHERE doc = ? AND state = 'waiting' ORDER BY position",
        (doc,),
    ).fetchall()
    if not waiting:
        return
    address = connection.execute(
        "SELECT interview_id, stage FROM notes WHERE doc = ?", (doc,)
    ).fetchone()
    if is_erased_here(connection, address[0]):
        connection.execute("DELETE FROM own_note_updates WHERE doc = ?", (doc,))
        return
    content: dict[str, object] = {
        "interview_id": address[0],
        "stage": address[1],
        "updates": [base64.b64encode(row[0]).decode("ascii") for row in waiting],
    }
    text = own_words(connection, doc)
    take_back_from_quarantine(connection, doc)
    quarantine_note(connection, doc, content=content, text=text, code=code, detail=detail, now=now)
    set_state(connection, doc, "aside")


def keep_words(
    connection: Connection, news: News, note: NoteAddress, text: str, *, now: datetime
) -> None:
    """Set aside what was being typed in a note while its interview was forgotten."""
    doc = document_of(note)
    for table in ("own_note_updates", "notes"):
        connection.execute(f"DELETE FROM {table} WHERE doc = ?", (doc,))  # noqa: S608  - our own names
    if is_erased_here(connection, note.interview_id):
        return
    content: dict[str, object] = {"interview_id": note.interview_id, "stage": note.stage}
    content |= {"updates": []}
    quarantine_note(connection, doc, content=content, text=text, code=GONE, detail=None, now=now)
    news.record("quarantine", doc)


def take_back_from_quarantine(connection: Connection, doc: str) -> None:
    """Drop the document's item: all of it is in a newer one, or on the server."""
    connection.execute(
        "DELETE FROM quarantine WHERE kind = 'note' AND record_id = ? AND code != ?", (doc, GONE)
    )


def set_state(connection: Connection, doc: str, state: str) -> None:
    """Take the document's waiting updates out of the queue."""
    connection.execute(
        "UPDATE own_note_updates SET state = ?, n = NULL WHERE doc = ? AND state = 'waiting'",
        (state, doc),
    )


def own_words(connection: Connection, doc: str) -> str:
    """What the waiting updates add to the note: their author's own words."""
    # Only this rare path needs the text engine, which start-up must not wait for.
    from interview_desk.notes.updates import text_of

    note = stored_note(connection, doc)
    settled = connection.execute(
        "SELECT body FROM own_note_updates WHERE doc = ? AND state != 'waiting' ORDER BY position",
        (doc,),
    ).fetchall()
    before = _words(text_of((*note.confirmed, *(bytes(row[0]) for row in settled))))
    after = _words(text_of((*note.confirmed, *note.pending)))
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return "".join("".join(after[start:end]) for step, _, _, start, end in steps if step != "equal")


def _words(text: str) -> Sequence[str]:
    return re.findall(r"\s+|\S+", text)
