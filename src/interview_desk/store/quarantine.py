"""What the server did not take, kept readable until a person has decided."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from interview_desk.domain.records import Edit
from interview_desk.services.ports import NoteAddress
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.part import Part

if TYPE_CHECKING:
    from interview_desk.services.exchange import Quarantined


class StoredQuarantine(Part):
    """The `QuarantineShelf` port on the encrypted database."""

    async def quarantined(self) -> Sequence["Quarantined"]:
        """Everything set aside, newest first."""
        return await self._engine.read(_all_items)

    async def keep_words(self, note: NoteAddress, text: str, *, now: datetime) -> None:
        """Set aside what was being typed in a note that is no longer this user's to see."""
        from interview_desk.store.unseen import keep_words

        await self._engine.write(lambda c, news: keep_words(c, news, note, text, now=now))

    async def discard(self, quarantined_id: int) -> None:
        """Forget one item for good; only a person asks for this."""
        # In an open editor the words still stand, and what is typed next builds on them.
        opened = json.dumps(self._engine.watched_notes())

        def work(connection: Connection, news: News) -> None:
            connection.execute(
                "DELETE FROM own_note_updates WHERE state = 'aside' AND doc IN "
                "(SELECT record_id FROM quarantine WHERE id = ? AND kind = 'note') "
                "AND doc NOT IN (SELECT value FROM json_each(?))",
                (quarantined_id, opened),
            )
            connection.execute("DELETE FROM quarantine WHERE id = ?", (quarantined_id,))
            news.record("quarantine", str(quarantined_id))

        await self._engine.write(work)

    async def retry(self, quarantined_id: int) -> None:
        """Put one item in the outbox again, as a change to how things stand now."""
        await self._engine.write(lambda c, news: _try_again(c, news, quarantined_id))


def _try_again(connection: Connection, news: News, number: int) -> None:
    row = connection.execute(
        "SELECT kind, entity, record_id, content, text FROM quarantine WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        return
    kind, entity, record_id, content, text = row
    news.record("quarantine", str(number))
    connection.execute("DELETE FROM quarantine WHERE id = ?", (number,))
    if kind == "note":
        _send_note_again(connection, news, doc=record_id, content=json.loads(content), text=text)
        return
    from interview_desk.store.rows import enqueue, show

    said = json.loads(content)
    delete = said["op"] == "delete"
    enqueue(connection, Edit(entity, record_id, {} if delete else said["fields"], delete=delete))
    show(connection, news, entity=entity, record_id=record_id)


def _send_note_again(
    connection: Connection, news: News, *, doc: str, content: dict[str, str], text: str
) -> None:
    news.record("note_documents", doc)
    waiting = connection.execute(
        "UPDATE own_note_updates SET state = 'waiting', n = NULL WHERE doc = ? AND state = 'aside'",
        (doc,),
    ).rowcount
    if waiting:
        return
    # Its ground is gone with the rest of the note: only the words can be written again.
    from interview_desk.notes.updates import append_text
    from interview_desk.store.notes import ensure_note, stored_note

    ensure_note(connection, doc, NoteAddress(content["interview_id"], content["stage"]))
    there = stored_note(connection, doc)
    update = append_text((*there.confirmed, *there.pending), text)
    connection.execute("INSERT INTO own_note_updates (doc, body) VALUES (?, ?)", (doc, update))
    news.note(doc, [update])


def _all_items(connection: Connection) -> list["Quarantined"]:
    rows = connection.execute(
        "SELECT id, kind, entity, record_id, content, text, code, detail, at "
        "FROM quarantine ORDER BY id DESC"
    )
    return [_item(row) for row in rows]


def _item(row: tuple[Any, ...]) -> "Quarantined":
    from interview_desk.services.exchange import Quarantined

    number, kind, entity, record_id, content, text, code, detail, at = row
    return Quarantined(
        id=number,
        kind=kind,
        entity=entity,
        record_id=record_id,
        content=json.loads(content),
        text=text,
        code=code,
        detail=detail,
        at=datetime.fromtimestamp(at / 1000, UTC),
    )
