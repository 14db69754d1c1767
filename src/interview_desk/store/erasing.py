"""Rows that were erased for good: nothing of them stays here, also not what was never sent."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from interview_desk.store.connection import Connection
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.rows import show
from interview_desk.store.setting_aside import quarantine_edit

if TYPE_CHECKING:
    from interview_desk.services.exchange import ServerRow

ERASED: Final = "erased"
_NOTES: Final = "note_documents"
_INTERVIEWS: Final = "interviews"


def let_go(connection: Connection, news: News, row: "ServerRow", *, now: datetime) -> None:
    """Remove everything this computer has about the row, and say so where work was lost by it.

    An edit whose answer is still out keeps its place in the count; its result will come.
    """
    had_work = _drop(connection, news, row.entity, row.id)
    if row.entity == _INTERVIEWS:
        set_meta(connection, _mark(row.id), value=True)
        had_work |= _drop_what_is_only_here(connection, news, row.id)
    if had_work:
        say_so(connection, row.entity, row.id, now=now)
        news.record("quarantine", row.id)


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
