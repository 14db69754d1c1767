"""Pages of server rows, taken into the cache under whatever is still waiting."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from interview_desk.domain.values import Json
from interview_desk.store.connection import Connection
from interview_desk.store.erasing import let_go, let_go_of_texts
from interview_desk.store.meta import set_meta
from interview_desk.store.news import News
from interview_desk.store.outbox import (
    SENT_AGAIN,
    drop_acknowledged,
    drop_shown,
    drop_taken,
)
from interview_desk.store.projection import to_json
from interview_desk.store.renaming import follow_merges
from interview_desk.store.rows import indexed, show
from interview_desk.store.unseen import forget

if TYPE_CHECKING:
    from interview_desk.services.exchange import Page, ServerRow

# A row may come again, also an older state of it.
_TAKE: Final = """
    INSERT INTO records (entity, id, interview_id, starts, ends, live, fields, versions, ver,
                         deleted, updated_by, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (entity, id) DO UPDATE SET
        interview_id = excluded.interview_id, starts = excluded.starts, ends = excluded.ends,
        live = excluded.live, fields = excluded.fields, versions = excluded.versions,
        ver = excluded.ver, deleted = excluded.deleted, updated_by = excluded.updated_by,
        updated_at = excluded.updated_at
    WHERE excluded.ver >= records.ver
"""
# The largest number that every JSON reader takes for itself.
_MOST: Final = 2**53
_KNOW_NOTE: Final = """
    INSERT INTO notes (doc, interview_id, stage, known_seq) VALUES (?, ?, ?, ?)
    ON CONFLICT (doc) DO UPDATE SET
        interview_id = excluded.interview_id, stage = excluded.stage,
        known_seq = max(known_seq, excluded.known_seq)
"""
_KNOW_NOTES: Final = """
    INSERT INTO notes (doc, interview_id, stage, known_seq)
    SELECT id, fields->>'interview_id', fields->>'stage',
        CASE json_type(fields, '$.seq') WHEN 'integer' THEN fields->>'seq' ELSE 0 END
    FROM records WHERE entity = 'note_documents' AND deleted = 0
        AND json_type(fields, '$.interview_id') = 'text' AND json_type(fields, '$.stage') = 'text'
    ON CONFLICT (doc) DO UPDATE SET
        interview_id = excluded.interview_id, stage = excluded.stage,
        known_seq = max(known_seq, excluded.known_seq)
"""


def know_notes(connection: Connection) -> None:
    """Know of every document that the records speak of."""
    connection.execute(_KNOW_NOTES)


def take_page(connection: Connection, news: News, *, page: "Page", now: datetime) -> None:
    """Apply the rows and move the cursor; at the end of the last page let go of what it answers."""
    let_go_of_texts(connection, [(row.entity, row.id) for row in page.rows if row.erased])
    rows = [row for row in page.rows if not row.gone]
    connection.executemany(_TAKE, map(_values, rows))
    connection.executemany(_KNOW_NOTE, _note_documents(rows))
    _lay_over_again(connection, news, rows)
    follow_merges(connection, news, _merged(rows))
    last = {(row.entity, row.id): row for row in page.rows}
    for row in page.rows:
        news.record(row.entity, row.id)
        # What is given back later in the page was taken for nothing.
        if row.gone and last[row.entity, row.id] is row:
            forget(connection, news, entity=row.entity, record_id=row.id, now=now)
        if row.erased:
            let_go(connection, news, entity=row.entity, record_id=row.id, now=now)
    set_meta(connection, "cursor", value=page.cursor)
    set_meta(connection, "epoch", value=page.epoch)
    if not page.more:
        drop_taken(connection, news)
        drop_acknowledged(connection, before=now - SENT_AGAIN)


def is_behind(connection: Connection) -> bool:
    """Whether there is more of any note than this desk has."""
    (behind,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM notes WHERE known_seq > seq)"
    ).fetchone()
    return bool(behind)


def _values(row: "ServerRow") -> tuple[Any, ...]:
    return (
        row.entity,
        row.id,
        *indexed(row.fields),
        0 if row.deleted else 1,
        to_json(row.fields),
        to_json(row.field_versions),
        row.ver,
        1 if row.deleted else 0,
        row.updated_by,
        row.updated_at,
    )


def _note_documents(rows: Sequence["ServerRow"]) -> Iterable[tuple[Json, ...]]:
    for row in rows:
        interview, stage = row.fields.get("interview_id"), row.fields.get("stage")
        if row.entity != "note_documents" or row.deleted:
            continue
        # Of a document that does not say where it belongs, there is nothing to show.
        if isinstance(interview, str) and isinstance(stage, str):
            yield (row.id, interview, stage, _counted(row.fields.get("seq")))


def _counted(seq: Json) -> int:
    return seq if isinstance(seq, int) and 0 <= seq <= _MOST else 0


def _merged(rows: Sequence["ServerRow"]) -> dict[str, str]:
    found = {row.id: row.fields.get("merged_into") for row in rows if row.entity == "interviews"}
    return {merged: into for merged, into in found.items() if isinstance(into, str)}


def _lay_over_again(connection: Connection, news: News, rows: Sequence["ServerRow"]) -> None:
    if connection.execute("SELECT 1 FROM outbox LIMIT 1").fetchone() is None:
        return
    for row in rows:
        edited = connection.execute(
            "SELECT 1 FROM outbox INDEXED BY outbox_by_record WHERE entity = ? AND id = ? LIMIT 1",
            (row.entity, row.id),
        ).fetchone()
        if edited:
            drop_shown(connection, entity=row.entity, record_id=row.id, ver=row.ver)
            show(connection, news, entity=row.entity, record_id=row.id)
