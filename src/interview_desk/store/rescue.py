"""A damaged database: kept aside as it is, everything readable carried over to a fresh one."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2 as cipher
from typing_extensions import override

from interview_desk.domain.errors import DeskError
from interview_desk.store.connection import Connection, connect, migrate, transaction
from interview_desk.store.mirror import MIRRORED, mirror_path
from interview_desk.store.news import News
from interview_desk.store.rebuilt import SIDE_FILES, finish_rebuild, rebuilt_path, remove
from interview_desk.store.rows import show

# What only this computer has comes first; the rest can be pulled again.
_OURS: Final = ("meta", "outbox", "own_note_updates", "notes", "quarantine", "acknowledged")
_READING: Final = ("own_note_times", "note_archives")
_SERVERS: Final = ("records", "note_updates")


@dataclass(frozen=True, slots=True)
class Rescue:
    """What happened to a damaged database; `str()` is what its user is told."""

    kept_at: Path
    edits: int
    notes: int
    complete: bool

    @override
    def __str__(self) -> str:
        saved = f"{self.edits + self.notes} unsent changes were rescued"
        if not self.complete:
            saved += ", and some could not be read"
        return (
            f"Your desk's data on this computer was damaged and has been rebuilt: {saved}. "
            f"The damaged file is kept at {self.kept_at}."
        )


def rebuild(path: Path, key: bytes) -> Rescue:
    """Put a fresh database at `path` with everything that could be read of the old one."""
    kept_at = _keep_aside(path)
    building = path.with_name(path.name + ".rebuilding")
    remove(building)
    with closing(connect(building, key)) as fresh:
        migrate(fresh)
        with transaction(fresh):
            whole = _carry_over(path, key, fresh)
            _keep_counting(fresh)
            _forget_the_servers_place(fresh, notes_too=not whole["note_updates"])
            _show_unsent(fresh)
        edits = _count(fresh, "outbox")
        notes = _count(fresh, "own_note_updates")
        fresh.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    # Its name says that it is complete; a crash from here on is finished at the next start.
    building.replace(rebuilt_path(path))
    finish_rebuild(path)
    return Rescue(kept_at, edits, notes, complete=all(whole[table] for table in MIRRORED))


def _keep_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept_at = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in ("", *SIDE_FILES):
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copy2(source, kept_at.with_name(kept_at.name + suffix))
    return kept_at


def _carry_over(path: Path, key: bytes, fresh: Connection) -> dict[str, bool]:
    return {
        table: _carry_table(path, key, fresh, table) for table in (*_OURS, *_READING, *_SERVERS)
    }


def _carry_table(path: Path, key: bytes, fresh: Connection, table: str) -> bool:
    columns = [row[1] for row in fresh.execute(f"PRAGMA table_info({table})")]
    listed = ", ".join(columns)
    insert = (
        f"INSERT OR IGNORE INTO {table} ({listed}) "  # noqa: S608  - our own names
        f"VALUES ({', '.join('?' * len(columns))})"
    )
    # From both ends: one unreadable page then costs only the rows on it. What is still missing
    # may be in the mirror.
    for rows in _sources(path, key, table, listed):
        fresh.executemany(insert, rows)
        if rows.whole:
            return True
    return False


def _sources(path: Path, key: bytes, table: str, listed: str) -> Iterator["_Readable"]:
    order = f"ORDER BY {_ORDER[table]}"
    select = f"SELECT {listed} FROM {table} {order}"  # noqa: S608  - our own names
    yield _Readable(path, key, select)
    yield _Readable(path, key, f"{select} DESC")
    if table in MIRRORED:
        yield _Readable(mirror_path(path), key, f"SELECT {listed} FROM unsent_{table} {order}")  # noqa: S608  - our own names


class _Readable:
    """The rows of one table up to the first that cannot be read."""

    def __init__(self, path: Path, key: bytes, select: str) -> None:
        self._path = path
        self._key = key
        self._select = select
        self.whole = False

    def __iter__(self) -> Iterator[Sequence[Any]]:
        if not self._path.exists():
            return
        # After one bad page the cipher refuses a connection for good: each try opens its own.
        try:
            with closing(connect(self._path, self._key, read_only=True)) as damaged:
                yield from damaged.execute(self._select)
                self.whole = True
        except (DeskError, cipher.Error):
            return


_ORDER: Final = {
    "meta": "name",
    "outbox": "position",
    "own_note_updates": "position",
    "notes": "doc",
    "quarantine": "id",
    "acknowledged": "position",
    "records": "rowid",
    "note_updates": "doc",
    "own_note_times": "position",
    "note_archives": "id",
}


def _forget_the_servers_place(fresh: Connection, *, notes_too: bool) -> None:
    fresh.execute("DELETE FROM meta WHERE name = 'cursor'")
    if notes_too:
        # Updates with one missing between them must never be applied: fetch them all again.
        fresh.execute("DELETE FROM note_updates")
        fresh.execute("UPDATE notes SET seq = 0")


def _keep_counting(fresh: Connection) -> None:
    """An edit made later never takes the place of an acknowledged one that is kept."""
    fresh.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
    fresh.execute(
        "INSERT INTO sqlite_sequence SELECT 'outbox', max(position) FROM "
        "(SELECT position FROM outbox UNION SELECT position FROM acknowledged) "
        "HAVING max(position) IS NOT NULL"
    )


def _show_unsent(fresh: Connection) -> None:
    edited = fresh.execute("SELECT DISTINCT entity, id FROM outbox").fetchall()
    for entity, record_id in edited:
        show(fresh, News(), entity=entity, record_id=record_id)


def _count(fresh: Connection, table: str) -> int:
    waiting = f"SELECT count(*) FROM {table} WHERE state = 'waiting'"  # noqa: S608  - our own names
    return int(fresh.execute(waiting).fetchone()[0])
