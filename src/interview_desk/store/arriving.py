"""A new cache that is being filled beside the old one, encrypted with the same key.

Rows go from the server's text into the file without becoming objects on the way: the database
itself takes them apart. Each part is committed, but nothing waits for the disk before all is here;
a program that ends in between goes on from there.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlcipher3 import dbapi2 as cipher

from interview_desk.domain.errors import DeskError
from interview_desk.services.server_errors import CopyDamagedError
from interview_desk.services.snapshot_reader import CopyHead, SnapshotReader, require_json
from interview_desk.services.whole_copy import CopyPlace, CopyProgress
from interview_desk.store.connection import Connection, connect, migrate, transaction
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.projection import milliseconds
from interview_desk.store.rebuilt import remove

# A row stays taken apart until all of its values are out: `json_each` writes it as text again.
# Times as the server writes them; any other form is left to the same function as everywhere else.
_DAY, _HOUR = "-".join("[0-9]" * n for n in (4, 2, 2)), ":".join(("[0-9][0-9]",) * 3)
_PLAIN_TIME: Final = f"{_DAY}T{_HOUR}*Z"
_TIME: Final = """CASE
    WHEN value->>'entity' != 'interviews' OR value->>'$.fields.{name}' IS NULL THEN NULL
    WHEN value->>'$.fields.{name}' GLOB '{plain}'
            AND value->>'$.fields.{name}' BETWEEN '1000' AND '9000'
        THEN CAST(round(unixepoch(value->>'$.fields.{name}', 'subsec') * 1000) AS INTEGER)
    ELSE milliseconds(value->>'$.fields.{name}') END"""
_LOAD: Final = """
    INSERT INTO records (entity, id, interview_id, starts, ends, live, fields, versions, ver,
                         deleted, updated_by, updated_at)
    SELECT value->>'entity', value->>'id', value->>'$.fields.interview_id', {starts}, {ends}, 1,
        value->'fields', value->'field_versions', value->>'ver', 0, value->>'updated_by',
        value->>'updated_at'
    FROM jsonb_each(?)
"""
# Only interviews are looked up by their times, and looking for times takes its own.
_LOAD_PLAIN: Final = _LOAD.format(starts="NULL", ends="NULL")
_LOAD_TIMED: Final = _LOAD.format(
    starts=_TIME.format(name="start", plain=_PLAIN_TIME),
    ends=_TIME.format(name="end", plain=_PLAIN_TIME),
)
_NO_ROW: Final = """
    SELECT 1 FROM records WHERE typeof(ver) != 'integer' OR substr(fields, 1, 1) != '{'
        OR substr(versions, 1, 1) != '{' OR updated_at IS NOT NULL AND CASE
            WHEN (updated_at GLOB :plain OR updated_at GLOB :in_parts)
                AND updated_at > '0001' AND date(updated_at) = substr(updated_at, 1, 10) THEN 0
            ELSE milliseconds(updated_at) IS NULL END
    LIMIT 1
"""
_TIMES: Final = {"plain": f"{_DAY}T{_HOUR}Z", "in_parts": f"{_DAY}T{_HOUR}.{'[0-9]' * 3}Z"}
# Half of a sign as JSON spells it, and as long as a number has to be to be beyond all reading.
_HALF_A_SIGN: Final = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
_LONG_LINE: Final = 4000
# A meeting that ends before it starts is kept under its start.
_SET_ENDS: Final = """
    UPDATE records SET ends = starts
    WHERE entity = 'interviews' AND starts IS NOT NULL AND coalesce(ends, starts - 1) < starts
"""
_STATE: Final = "arriving"
_CACHE_KIB: Final = 32 * 1024


class Arrived(NamedTuple):
    """A copy that is whole: its cursor and epoch, and the triggers it gets back at the end.

    `erased` has the marks of what nothing may stay of.
    """

    cursor: str
    epoch: str
    triggers: Sequence[str]
    erased: frozenset[str] = frozenset()


class Arriving:
    """The file and how far it is filled; every call is made on one thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = arriving_path(path)
        self._key = key
        self._connection: Connection | None = None
        self._reader = SnapshotReader()
        self._rows = 0
        self._epoch = ""

    def begin(self) -> CopyPlace | None:
        """Be ready for an answer; where an earlier one was cut off, the place to go on from."""
        self.pause()
        self._reader = SnapshotReader()
        if self.path.exists():
            with suppress(DeskError, cipher.Error):
                self._open()
                return self._place()
            self.drop()
        return None

    def take(self, part: bytes) -> CopyProgress:
        """Take the answer's next bytes; CopyDamagedError drops what came so far."""
        try:
            lines = self._reader.feed(part)
            if self._reader.head is not None and (lines or self._connection is None):
                self._keep(self._reader.head, lines)
        except (CopyDamagedError, cipher.Error) as error:
            self.drop()
            raise CopyDamagedError from error
        return CopyProgress(self._rows, self._total())

    def seal(self) -> Arrived:
        """Prove that all of it came; where the answer was cut off, what came stays."""
        try:
            self._reader.finish()
            connection = self._ready()
            state = get_meta(connection, _STATE)
            with transaction(connection, durable=False):
                _complete(connection, state)
                set_meta(connection, _STATE, value=None)
            # Nobody goes on from here: it is synced once, by whoever puts it in its place.
            connection.execute("PRAGMA synchronous = OFF")
        except (CopyDamagedError, cipher.Error) as error:
            self.drop()
            raise CopyDamagedError from error
        self.pause()
        erased = frozenset(state.get("erased", ()))
        return Arrived(state["cursor"], state["epoch"], state["triggers"], erased)

    def pause(self) -> None:
        """Close the file; what came is kept."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def drop(self) -> None:
        """Forget what came."""
        self.pause()
        self._rows = 0
        remove(self.path)

    def _keep(self, head: CopyHead, lines: bytes) -> None:
        connection = self._connection or self._begun(head)
        if head.epoch != self._epoch:
            raise CopyDamagedError
        with transaction(connection, durable=False):
            self._rows += _load(connection, lines)

    def _begun(self, head: CopyHead) -> Connection:
        self.drop()
        self.path.touch(mode=0o600)
        connection = self._open()
        migrate(connection)
        with transaction(connection, durable=False):
            state: dict[str, Any] = {"cursor": head.cursor, "epoch": head.epoch}
            state |= {"erased": head.erased}
            state |= {"counts": head.counts, "indexes": _aside(connection, "index")}
            state |= {"triggers": _aside(connection, "trigger")}
            set_meta(connection, _STATE, value=state)
        self._epoch = head.epoch
        return connection

    def _open(self) -> Connection:
        self._connection = connection = connect(self.path, self._key)
        # Parts are only appended to the log; the whole is written and synced once, at the end.
        connection.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.create_function("milliseconds", 1, milliseconds, deterministic=True)
        return connection

    def _ready(self) -> Connection:
        if self._connection is None:
            raise CopyDamagedError
        return self._connection

    def _place(self) -> CopyPlace | None:
        connection = self._ready()
        state = get_meta(connection, _STATE)
        last = connection.execute(
            "SELECT entity || '/' || id, count(*) OVER () FROM records ORDER BY rowid DESC LIMIT 1"
        ).fetchone()
        if state is None or last is None:
            self.drop()
            return None
        after, self._rows = last
        self._epoch = state["epoch"]
        with transaction(connection, durable=False):
            # Rows may have come and gone since: the counts of the beginning prove nothing now.
            set_meta(connection, _STATE, value={**state, "counts": None})
        return CopyPlace(after, state["cursor"])

    def _total(self) -> int | None:
        counts = self._reader.head.counts if self._reader.head else None
        return sum(counts.values()) if counts is not None else None


def arriving_path(path: Path) -> Path:
    """Where the copy for the database at `path` is built."""
    return path.with_name(path.name + ".arriving")


def _load(connection: Connection, lines: bytes) -> int:
    try:
        rows = lines.decode().split("\n")[:-1]
    except UnicodeDecodeError as error:
        raise CopyDamagedError from error
    for row in rows:
        if len(row) > _LONG_LINE or _HALF_A_SIGN.search(row):
            require_json(row)
    for plain, some in groupby(rows, _has_no_time):
        text = f"[{','.join(some)}]"
        connection.execute(_LOAD_PLAIN if plain else _LOAD_TIMED, (text,))
    return len(rows)


def _has_no_time(line: str) -> bool:
    """Whether the row is certainly no interview; the server writes the kind first."""
    return line.startswith('{"entity":"') and not line.startswith('{"entity":"interviews"')


def _aside(connection: Connection, kind: str) -> list[str]:
    """Take what would follow every single row off the tables; how to bring it back."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL "
        "AND (type = 'trigger' OR tbl_name = 'records')",
        (kind,),
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP {kind} {name}")
    return [sql for _, sql in found]


def _complete(connection: Connection, state: dict[str, Any]) -> None:
    # A row that came twice shows here.
    for sql in state["indexes"]:
        connection.execute(sql)
    found = dict(connection.execute("SELECT entity, count(*) FROM records GROUP BY entity"))
    if state["counts"] is not None and found != {k: n for k, n in state["counts"].items() if n}:
        raise CopyDamagedError
    if connection.execute(_NO_ROW, _TIMES).fetchone():
        raise CopyDamagedError
    connection.execute(_SET_ENDS)
