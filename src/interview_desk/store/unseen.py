"""Rows this user may no longer see: forgotten, with the own unsent work on them set aside."""

import base64
import difflib
import re
from collections.abc import Sequence
from datetime import datetime

from interview_desk.services.ports import StoredNote
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.notes import stored_note
from interview_desk.store.quarantine import quarantine_edit, quarantine_note
from interview_desk.store.rows import show

GONE = "no_longer_visible"


def forget(
    connection: Connection, news: News, *, entity: str, record_id: str, now: datetime
) -> None:
    """Remove the server's row; unsent edits and note updates move to quarantine first.

    An edit whose answer is still out keeps its place in the count; its result will come.
    """
    key = (entity, record_id)
    unsent = connection.execute(
        "SELECT op, entity, id, fields FROM outbox "
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
    clear_row(connection, news, entity=entity, record_id=record_id)


def clear_row(connection: Connection, news: News, *, entity: str, record_id: str) -> None:
    """Remove the server's row and nothing else: what waits stays, on an empty ground."""
    connection.execute(
        "UPDATE records SET ver = 0, fields = '{}', versions = '{}', deleted = 0 "
        "WHERE entity = ? AND id = ?",
        (entity, record_id),
    )
    show(connection, news, entity=entity, record_id=record_id)


def _forget_note(connection: Connection, doc: str, now: datetime) -> None:
    set_own_updates_aside(connection, doc, code=GONE, detail=None, now=now)
    for table in ("note_updates", "own_note_updates", "notes"):
        connection.execute(f"DELETE FROM {table} WHERE doc = ?", (doc,))  # noqa: S608  - our own names


def set_own_updates_aside(
    connection: Connection, doc: str, *, code: str, detail: str | None, now: datetime
) -> None:
    """Move the document's waiting updates to quarantine, with what their author wrote."""
    waiting = connection.execute(
        "SELECT body FROM own_note_updates WHERE doc = ? AND state = 'waiting' ORDER BY position",
        (doc,),
    ).fetchall()
    if not waiting:
        return
    address = connection.execute(
        "SELECT interview_id, stage FROM notes WHERE doc = ?", (doc,)
    ).fetchone()
    content: dict[str, object] = {
        "interview_id": address[0],
        "stage": address[1],
        "updates": [base64.b64encode(row[0]).decode("ascii") for row in waiting],
    }
    text = own_words(stored_note(connection, doc))
    quarantine_note(connection, doc, content=content, text=text, code=code, detail=detail, now=now)
    connection.execute("DELETE FROM own_note_updates WHERE doc = ? AND state = 'waiting'", (doc,))


def own_words(note: StoredNote) -> str:
    """What the pending updates add to the confirmed text: their author's own words."""
    # Only this rare path needs the text engine, which start-up must not wait for.
    from interview_desk.notes.updates import text_of

    before = _words(text_of(note.confirmed))
    after = _words(text_of((*note.confirmed, *note.pending)))
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return "".join("".join(after[start:end]) for step, _, _, start, end in steps if step != "equal")


def _words(text: str) -> Sequence[str]:
    return re.findall(r"\s+|\S+", text)
