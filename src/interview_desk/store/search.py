"""Searching the words of this desk: an FTS5 index inside the encrypted database.

A change takes the old words out of the index in its own transaction (triggers of the schema), and
marks the row; its new words are read with the next search, or shortly after, whichever is first.
So a search always tells the truth, what is erased is gone from the index at once, and neither
typing nor a first sync waits for the index.
"""

import json
from typing import TYPE_CHECKING, Final

from interview_desk.domain.search_words import HIT_BEGINS, HIT_ENDS
from interview_desk.store.connection import Connection
from interview_desk.store.meta import ERASED_WORDS, IN_PARTS, get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.notes import stored_note
from interview_desk.store.part import Part
from interview_desk.store.search_texts import SearchText, note_text, record_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from interview_desk.services.ports import Listener
    from interview_desk.services.search import Results

# The name under which the migration leaves word that the whole cache is still to be read.
WALK: Final = "search_walk"
_NOTES: Final = "note_documents"
_AT_ONCE: Final = 200
_WALKED_AT_ONCE: Final = 2_000
# A search waits for so many changed rows at most; a first copy is read behind its back.
_WAITED_FOR: Final = 400

# Every page read from the file is deciphered: what a search needs again soon stays in memory.
_CACHE: Final = "PRAGMA cache_size = -16384"
# The index answers in order, so joined to it first nothing is sorted again.
_LOOK_UP: Final = f"""
    SELECT texts.entity, record_id, stage,
           CASE texts.title WHEN '' THEN ''
               ELSE highlight(search, 0, '{HIT_BEGINS}', '{HIT_ENDS}') END,
           highlight(search, 1, '{HIT_BEGINS}', '{HIT_ENDS}'),
           known.id,
           coalesce(nullif(coalesce(shown, fields)->>'$.title', ''),
                    coalesce(shown, fields)->>'$.calcom_title'),
           known.starts
    FROM search CROSS JOIN search_texts AS texts ON texts.id = search.rowid
    LEFT JOIN records AS known ON known.entity = 'interviews'
        AND known.id = texts.interview_id AND known.live = 1
    WHERE search MATCH ? ORDER BY rank LIMIT ?
"""  # noqa: S608  - our own signs


class StoredSearch(Part):
    """The `SearchIndex` port on the encrypted database."""

    async def look_up(self, expression: str, *, limit: int) -> "Results":
        """What matches, best first; rows that changed since are read first."""
        found = await self._engine.read(lambda c: _look_up(c, expression, limit))
        if not found.unread:
            return found
        await self._engine.write(lambda c, _: settle(c, at_most=_WAITED_FOR), durable=False)
        return await self._engine.read(lambda c: _look_up(c, expression, limit))

    async def settle(self) -> bool:
        """Read a few of the rows that changed, or forget a little of what was erased.

        True where more waits.
        """

        def work(connection: Connection, _: News) -> bool:
            _walk(connection)
            settle(connection, at_most=_AT_ONCE)
            return _unread(connection) > 0

        unread, held = await self._engine.read(lambda c: (_unread(c), get_meta(c, ERASED_WORDS)))
        # The parts first: each reading makes a new one, that would have to be merged too.
        if held == IN_PARTS or (held and not unread):
            # Few desks have anything to forget.
            from interview_desk.store.forgetting import forget_a_little

            await forget_a_little(self._engine, held)
        elif unread:
            # What a power cut takes back is marked as changed again with it.
            return await self._engine.write(work, durable=False) or bool(held)
        return bool(held)

    def on_change(self, listener: "Listener") -> "Callable[[], None]":
        """Call `listener` on the loop after each committed change; returns the way to stop."""
        return self._engine.on_change(listener)


def settle(connection: Connection, *, at_most: int) -> None:
    """Read the words of rows that changed into the index."""
    stale = connection.execute("SELECT entity, id FROM search_stale LIMIT ?", (at_most,)).fetchall()
    for entity, record_id in stale:
        text = _text_of(connection, entity, record_id)
        if text is not None:
            connection.execute(
                "INSERT INTO search_texts (entity, record_id, interview_id, stage, title, body) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (entity, record_id, *text),
            )
    connection.executemany("DELETE FROM search_stale WHERE entity = ? AND id = ?", stale)


def rebuild(connection: Connection) -> None:
    """Throw the index away and have everything read again."""
    connection.execute("DELETE FROM search_texts")
    connection.execute("DELETE FROM search_stale")
    set_meta(connection, WALK, value=0)


def _unread(connection: Connection) -> int:
    marked, walked = connection.execute(
        "SELECT count(*), (SELECT value FROM meta WHERE name = ?) FROM search_stale", (WALK,)
    ).fetchone()
    if walked is None:
        return int(marked)
    left = connection.execute("SELECT max(rowid) FROM records").fetchone()[0] or 0
    return int(marked) + max(int(left) - int(walked), 0) + 1


def _walk(connection: Connection) -> None:
    """Mark some of what was there before the index; a new database has nothing to walk."""
    walked = get_meta(connection, WALK)
    if walked is None:
        return
    rows = connection.execute(
        "SELECT rowid, entity, id FROM records WHERE rowid > ? ORDER BY rowid LIMIT ?",
        (walked, _WALKED_AT_ONCE),
    ).fetchall()
    _mark(connection, [(entity, record_id) for _, entity, record_id in rows if entity != _NOTES])
    if len(rows) < _WALKED_AT_ONCE:
        docs = connection.execute("SELECT doc FROM notes").fetchall()
        _mark(connection, [(_NOTES, doc) for (doc,) in docs])
    set_meta(connection, WALK, value=rows[-1][0] if len(rows) == _WALKED_AT_ONCE else None)


def _mark(connection: Connection, rows: list[tuple[str, str]]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO search_stale SELECT ?1, ?2 WHERE NOT EXISTS "
        "(SELECT 1 FROM search_texts WHERE entity = ?1 AND record_id = ?2)",
        rows,
    )


def _text_of(connection: Connection, entity: str, record_id: str) -> SearchText | None:
    if entity == _NOTES:
        return _words_of_note(connection, record_id)
    row = connection.execute(
        "SELECT coalesce(shown, fields) FROM records WHERE entity = ? AND id = ? AND live = 1",
        (entity, record_id),
    ).fetchone()
    return record_text(entity, record_id, json.loads(row[0])) if row else None


def _words_of_note(connection: Connection, doc: str) -> SearchText | None:
    known = connection.execute(
        "SELECT interview_id, stage FROM notes WHERE doc = ?", (doc,)
    ).fetchone()
    if known is None:
        return None
    # The text engine is loaded with the first note that is read.
    from interview_desk.notes import NoteUpdateInvalid, text_of

    note = stored_note(connection, doc)
    try:
        text = text_of((*note.confirmed, *note.pending))
    except NoteUpdateInvalid:
        return None  # one note that cannot be read must not keep the others from being found
    return note_text(known[0], known[1], text)


def _look_up(connection: Connection, expression: str, limit: int) -> "Results":
    from interview_desk.services.search import results_of

    connection.execute(_CACHE)
    rows = connection.execute(_LOOK_UP, (expression, limit)).fetchall()
    return results_of(rows, _unread(connection))
