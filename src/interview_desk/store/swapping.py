"""Putting a whole copy in the cache's place: what only this computer has moves over to it.

Until the new file has its final name nothing of the old one is touched, so a crash leaves the one
or the other. Nobody else has the database open meanwhile.
"""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from interview_desk.domain.erasure import erased_mark
from interview_desk.services.server_errors import EpochChangedError
from interview_desk.store.arriving import Arrived, arriving_path
from interview_desk.store.connection import Connection, connect, in_our_words, transaction
from interview_desk.store.erasing import let_go_of_marked, let_go_of_texts
from interview_desk.store.errors import StoreUnavailableError
from interview_desk.store.fingerprints import compare_again
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.outbox import drop_shown
from interview_desk.store.pulled import know_notes
from interview_desk.store.rebuilt import finish_rebuild, rebuilt_path, remove
from interview_desk.store.renaming import follow_merges
from interview_desk.store.rows import show
from interview_desk.store.unseen import forget

# Everything but the records, which come from the server, and the search index, which is made anew.
CARRIED: Final = (
    "meta",
    "outbox",
    "acknowledged",
    "quarantine",
    "notes",
    "note_updates",
    "own_note_updates",
    "own_note_times",
    "note_archives",
)
_NOT_BROUGHT: Final = """
    SELECT entity, id FROM old.records AS was WHERE ver > 0 AND deleted = 0 AND NOT EXISTS
        (SELECT 1 FROM main.records AS now WHERE now.entity = was.entity AND now.id = was.id)
"""
_MERGED: Final = """
    SELECT id, fields->>'merged_into' FROM main.records
    WHERE entity = 'interviews' AND fields->>'merged_into' IS NOT NULL
"""
_CHANGED: Final = """
    SELECT entity, id FROM main.records AS now WHERE NOT EXISTS
        (SELECT 1 FROM old.records AS was
         WHERE was.entity = now.entity AND was.id = now.id AND was.ver = now.ver)
"""

_EVERYTHING: Final = "SELECT entity, id FROM main.records"


def swap_in(path: Path, key: bytes, *, arrived: Arrived, now: datetime) -> News:
    """Put the copy beside `path` in its place; what reads differently afterwards.

    EpochChangedError where the copy is of another epoch than this desk knows of.
    """
    copy = arriving_path(path)
    try:
        news = _carried(path, key, arrived=arrived, now=now)
    except BaseException:
        # It was only good for this moment.
        remove(copy)
        raise
    # Its name says that it is complete; a crash from here on is finished at the next start.
    copy.replace(rebuilt_path(path))
    finish_rebuild(path)
    return news


def _carried(path: Path, key: bytes, *, arrived: Arrived, now: datetime) -> News:
    news = News()
    with closing(connect(arriving_path(path), key)) as fresh:
        with in_our_words():
            fresh.execute(f"ATTACH ? AS old KEY \"x'{key.hex()}'\"", (str(path),))
        with transaction(fresh, durable=False):
            _carry_over(fresh, news, arrived=arrived, now=now)
        with in_our_words():
            fresh.execute("DETACH old")
            _write_whole(fresh)
    return news


def _carry_over(fresh: Connection, news: News, *, arrived: Arrived, now: datetime) -> None:
    for table in CARRIED:
        _carry(fresh, table)
    _carry(fresh, "sqlite_sequence")
    _check_epoch(fresh, arrived.epoch)
    set_meta(fresh, "cursor", value=arrived.cursor)
    set_meta(fresh, "epoch", value=arrived.epoch)
    compare_again(fresh)
    know_notes(fresh)
    missing = fresh.execute(_NOT_BROUGHT).fetchall()
    _forget_what_is_not_ours_to_see(fresh, news, missing, now=now)
    _lay_over(fresh, news)
    gone = [key for key in missing if erased_mark(key[1]) in arrived.erased]
    let_go_of_texts(fresh, gone, records="old.records")
    let_go_of_marked(fresh, news, arrived.erased, besides=missing, now=now)
    follow_merges(fresh, news, dict(fresh.execute(_MERGED)))
    # A first copy has changed everything, which one index says.
    is_first = fresh.execute("SELECT 1 FROM old.records LIMIT 1").fetchone() is None
    news.record_all(fresh.execute(_EVERYTHING if is_first else _CHANGED))
    for sql in arrived.triggers:
        fresh.execute(sql)
    # All that can be searched for is read anew, when nobody waits for anything else.
    set_meta(fresh, "search_walk", value=0)


def _carry(fresh: Connection, table: str) -> None:
    columns = ", ".join(row[1] for row in fresh.execute(f"PRAGMA main.table_info({table})"))
    fresh.execute(f"DELETE FROM main.{table}")  # noqa: S608  - our own names
    fresh.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM old.{table}")  # noqa: S608  - our own names


def _check_epoch(fresh: Connection, epoch: str) -> None:
    known = get_meta(fresh, "epoch")
    if known not in {None, epoch} and not get_meta(fresh, "restoring", default=False):
        raise EpochChangedError


def _forget_what_is_not_ours_to_see(
    fresh: Connection, news: News, missing: Sequence[tuple[str, str]], *, now: datetime
) -> None:
    if get_meta(fresh, "restoring", default=False):
        # The backup is older than the row: what was written on it is sent again.
        news.record_all(missing)
        return
    for entity, record_id in missing:
        forget(fresh, news, entity=entity, record_id=record_id, now=now)


def _lay_over(fresh: Connection, news: News) -> None:
    edited = fresh.execute(
        "SELECT DISTINCT entity, id, (SELECT ver FROM records WHERE records.entity = outbox.entity "
        "AND records.id = outbox.id) FROM outbox"
    ).fetchall()
    for entity, record_id, ver in edited:
        drop_shown(fresh, entity=entity, record_id=record_id, ver=ver or 0)
        show(fresh, news, entity=entity, record_id=record_id)


def _write_whole(fresh: Connection) -> None:
    """Move everything from the log into the file and have it on disk."""
    fresh.execute("PRAGMA synchronous = FULL")
    busy, *_ = fresh.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreUnavailableError
