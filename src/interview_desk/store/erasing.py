"""Rows that were erased for good: nothing of them stays here, also not what was never sent."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final

from interview_desk.domain.erasure import erased_mark
from interview_desk.store.connection import Connection
from interview_desk.store.meta import DRAFT, ERASED_WORDS, IN_PARTS, TEXT, get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.rows import show
from interview_desk.store.setting_aside import quarantine_edit

ERASED: Final = "erased"
_NOTES: Final = "note_documents"
_INTERVIEWS: Final = "interviews"
# What this computer has of its own, and the interviews that is about.
_SPOKEN_OF: Final = """
    SELECT entity, id FROM outbox UNION SELECT entity, id FROM acknowledged
    UNION SELECT entity, record_id FROM quarantine
    UNION SELECT 'note_documents', doc FROM notes
    UNION SELECT 'interviews', interview_id FROM notes
    UNION SELECT 'interviews', fields->>'interview_id' FROM outbox
        WHERE fields->>'interview_id' IS NOT NULL
    UNION SELECT 'interviews', coalesce(content->>'interview_id',
            content->'fields'->>'interview_id') AS found FROM quarantine WHERE found IS NOT NULL
"""


def let_go(
    connection: Connection, news: News, *, entity: str, record_id: str, now: datetime
) -> None:
    """Remove everything this computer has about the row, and say so where work was lost by it.

    An edit whose answer is still out keeps its place in the count; its result will come.
    """
    set_meta(connection, ERASED_WORDS, value=IN_PARTS)
    if drop(connection, news, entity=entity, record_id=record_id):
        say_so(connection, entity, record_id, now=now)
        news.record("quarantine", record_id)


def let_go_of_texts(
    connection: Connection, keys: Iterable[tuple[str, str]], *, records: str = "records"
) -> None:
    """Remove what was typed beside the records to people who stand in `keys`, while they still do.

    Such a text, a booking that was not sent for instance, belongs to no record; it is known by
    the address in it.
    """
    query = f"SELECT coalesce(shown, fields)->>'email' FROM {records} WHERE entity = ? AND id = ?"  # noqa: S608  - our own name
    found = [connection.execute(query, key).fetchone() for key in keys]
    addresses = {row[0].strip().casefold() for row in found if row is not None and row[0]}
    if not addresses:
        return
    texts = connection.execute("SELECT name, value FROM meta WHERE name GLOB ?", (f"{TEXT}*",))
    for name, value in texts.fetchall():
        if _address_in(json.loads(value)) in addresses:
            set_meta(connection, name, value=None)


def _address_in(text: str) -> str | None:
    with suppress(ValueError):
        typed = json.loads(text)
        if isinstance(typed, dict) and isinstance(typed.get("email"), str):
            return str(typed["email"]).strip().casefold()
    return None


def drop(connection: Connection, news: News, *, entity: str, record_id: str) -> bool:
    """Remove what this computer has about the row; whether anything of it had not been sent.

    With an interview goes what belongs to it and no server has.
    """
    had_work = _drop(connection, news, entity, record_id)
    if entity == _INTERVIEWS:
        set_meta(connection, _mark(record_id), value=True)
        had_work |= _drop_what_is_only_here(connection, news, record_id)
    return had_work


def let_go_of_marked(
    connection: Connection,
    news: News,
    marks: frozenset[str],
    *,
    besides: Iterable[tuple[str, str]],
    now: datetime,
) -> None:
    """Let go of what bears one of `marks` (`domain.erasure.erased_mark`), here or `besides`."""
    if not marks:
        return
    known = {*connection.execute(_SPOKEN_OF), *besides}
    # Interviews last: what belongs to them is told of by itself first.
    for entity, record_id in sorted(known, key=lambda key: (key[0] == _INTERVIEWS, key)):
        if erased_mark(record_id) in marks:
            let_go(connection, news, entity=entity, record_id=record_id, now=now)


def say_so(connection: Connection, entity: str, record_id: str, *, now: datetime) -> None:
    """Tell the person that something of theirs went too; what it was is not kept."""
    said = connection.execute(
        "SELECT 1 FROM quarantine WHERE entity = ? AND record_id = ? AND code = ?",
        (entity, record_id, ERASED),
    ).fetchone()
    if said is None:
        nothing = ("put", entity, record_id, "{}")
        quarantine_edit(connection, nothing, code=ERASED, detail=None, now=now)


def is_erased_here(connection: Connection, interview_id: str) -> bool:
    """Whether this computer was told that the interview is erased."""
    return bool(get_meta(connection, _mark(interview_id), default=False))


def _drop(connection: Connection, news: News, entity: str, record_id: str) -> bool:
    key = (entity, record_id)
    waiting = connection.execute(
        "DELETE FROM outbox WHERE entity = ? AND id = ? AND (n IS NULL OR state = 'taken') "
        "RETURNING state",
        key,
    ).fetchall()
    connection.execute("DELETE FROM acknowledged WHERE entity = ? AND id = ?", key)
    aside = connection.execute(
        "DELETE FROM quarantine WHERE entity = ? AND record_id = ? AND code != ?", (*key, ERASED)
    ).rowcount
    set_meta(connection, f"{DRAFT}{record_id}", value=None)
    typed = entity == _NOTES and _drop_note(connection, record_id)
    show(connection, news, entity=entity, record_id=record_id)
    return typed or aside > 0 or any(state == "waiting" for (state,) in waiting)


def _drop_note(connection: Connection, doc: str) -> bool:
    typed = connection.execute(
        "SELECT 1 FROM own_note_updates WHERE doc = ? AND state = 'waiting'", (doc,)
    ).fetchone()
    for table in ("note_updates", "own_note_updates", "note_archives", "notes"):
        connection.execute(f"DELETE FROM {table} WHERE doc = ?", (doc,))  # noqa: S608  - our own names
    return typed is not None


def _drop_what_is_only_here(connection: Connection, news: News, interview_id: str) -> bool:
    """What belongs to the interview and the server never had."""
    records = connection.execute(
        "SELECT entity, id FROM records WHERE interview_id = ? AND ver = 0", (interview_id,)
    ).fetchall()
    docs = connection.execute(
        "SELECT doc FROM notes WHERE interview_id = ?", (interview_id,)
    ).fetchall()
    found = [*records, *((_NOTES, doc) for (doc,) in docs)]
    dropped = [_drop(connection, news, entity, record_id) for entity, record_id in found]
    aside = connection.execute(
        "DELETE FROM quarantine WHERE ? IN (content->>'interview_id', "
        "content->'fields'->>'interview_id')",
        (interview_id,),
    ).rowcount
    return aside > 0 or any(dropped)


def _mark(interview_id: str) -> str:
    return f"erased:{interview_id}"
