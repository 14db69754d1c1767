"""What the whole team sees, compressed once and kept: a first copy need not read row by row.

A segment is some hundred rows of one kind as lines of JSON, in the order of their ids, deflated so
that segments can be joined to one stream. They live in memory only and as long as the process:
personal data never lies on a disk beside the sealed records, and neither a new key nor a restored
backup finds anything to bring up to date. What has changed since is found by its version when a
copy is asked for, and only the segments it lies in are made again.
"""

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models.records import records
from sync_server.sync.counter import Position, position
from sync_server.sync.feed import lines
from sync_server.sync.feed.lines import Kept

_ROWS = 512
_BATCH = 4096
# About a million rows. A larger team's copies are made anew each time, so memory stays bounded.
_KEPT_BYTES = 64 * 1024 * 1024
_RAW_DEFLATE = -15

# The id of a row and its line, None where there is nothing to tell any more.
Change = tuple[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Segment:
    """Lines that are shown together; `last` is the id of the last of them."""

    entity: str
    last: str
    count: int
    data: bytes

    def text(self) -> bytes:
        """The lines."""
        return unpacked(self.data)

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """Each line with its id."""
        start = len(f'{{"entity":"{self.entity}","id":"')
        for text in self.text().splitlines(keepends=True):
            yield text[start : text.index(b'"', start)].decode(), text


def packed(text: bytes) -> bytes:
    """`text` deflated, ending where another piece may be put behind it."""
    press = zlib.compressobj(wbits=_RAW_DEFLATE)
    return press.compress(text) + press.flush(zlib.Z_FULL_FLUSH)


def unpacked(data: bytes) -> bytes:
    """The text that was packed."""
    return zlib.decompressobj(wbits=_RAW_DEFLATE).decompress(data)


def cut(entity: str, rows: Iterable[tuple[str, bytes]], *, size: int = _ROWS) -> Iterator[Segment]:
    """The rows, which come in the order of ids, in segments of `size`."""
    remaining = iter(rows)
    while some := list(islice(remaining, size)):
        text = b"".join(line for _, line in some)
        yield Segment(entity, some[-1][0], len(some), packed(text))


def patched(
    entity: str, segments: Sequence[Segment], changes: Sequence[Change]
) -> Iterator[Segment]:
    """`segments` with `changes`, which are in the order of ids; what they miss stays as it is."""
    for place, segment in enumerate(segments):
        # New rows are mostly the newest: they fill the last segment before they begin another.
        grows = place == len(segments) - 1 and segment.count < _ROWS
        end = len(changes) if grows else bisect_right(changes, segment.last, key=itemgetter(0))
        if end:
            yield from _made_again(segment, changes[:end])
            changes = changes[end:]
        else:
            yield segment
    yield from cut(entity, ((key, line) for key, line in changes if line is not None))


def _made_again(segment: Segment, changes: Sequence[Change]) -> Iterator[Segment]:
    held = dict(segment.rows())
    for key, line in changes:
        if line is None:
            held.pop(key, None)
        else:
            held[key] = line
    # In equal parts, so that a full segment does not leave a single row behind.
    parts = max(1, round(len(held) / _ROWS))
    return cut(segment.entity, sorted(held.items()), size=-(-len(held) // parts) or 1)


@dataclass(frozen=True, slots=True)
class Copy:
    """What everybody in the team sees, as it was at `position`."""

    position: Position
    kinds: Mapping[str, Sequence[Segment]]


class Shelf:
    """The segments of one workspace, right as of the last time somebody asked."""

    def __init__(self) -> None:
        self._position: Position | None = None
        self._kinds: dict[str, list[Segment]] = {}

    def copy(self, tx: Tx, workspace_id: str) -> Copy:
        """All that the team sees in `tx`, or in a later one if somebody was here since then."""
        now = position(tx, workspace_id)
        known = self._known(now)
        if known is None:
            self._kinds = dict(_everything(tx, workspace_id))
        elif known.seq < now.seq:
            self._catch_up(tx, workspace_id, since=known.seq)
        if known is None or known.seq < now.seq:
            self._position = now
        copy = Copy(self._position or now, {name: [*rows] for name, rows in self._kinds.items()})
        self._keep_within_bounds()
        return copy

    def _known(self, now: Position) -> Position | None:
        """Where the segments stand, None where what they miss cannot be found any more."""
        known = self._position
        if known is None or known.epoch != now.epoch or known.seq < now.horizon:
            return None
        return known

    def _catch_up(self, tx: Tx, workspace_id: str, *, since: int) -> None:
        self._position = None  # until all of it is done
        while rows := _changed(tx, workspace_id, since=since):
            since = max(row.ver for row in rows)
            rows.sort(key=lambda row: (row.entity, row.id))
            for entity, group in groupby(rows, key=lambda row: row.entity):
                held = self._kinds.get(entity, [])
                self._kinds[entity] = [*patched(entity, held, [*_changes(tx, group)])]

    def _keep_within_bounds(self) -> None:
        held = sum(len(one.data) for segments in self._kinds.values() for one in segments)
        if held > _KEPT_BYTES:
            self._position, self._kinds = None, {}


def _rows_of(workspace_id: str) -> sa.Select[Any]:
    return sa.select(*lines.COLUMNS).where(
        records.c.workspace_id == workspace_id, records.c.entity.not_in(lines.DEPENDING)
    )


def _everything(tx: Tx, workspace_id: str) -> Iterator[tuple[str, list[Segment]]]:
    query = _rows_of(workspace_id).order_by(records.c.entity, records.c.id)
    found = tx.connection.execute(query, execution_options={"yield_per": _ROWS})
    for entity, group in groupby(map(Kept._make, found), key=lambda row: row.entity):
        rows = ((key, text) for key, text in _changes(tx, group) if text is not None)
        yield entity, [*cut(entity, rows)]


def _changed(tx: Tx, workspace_id: str, *, since: int) -> list[Kept]:
    query = _rows_of(workspace_id).where(records.c.ver > since).order_by(records.c.ver)
    return [Kept._make(row) for row in tx.connection.execute(query.limit(_BATCH))]


def _changes(tx: Tx, rows: Iterable[Kept]) -> Iterator[Change]:
    for row in rows:
        yield row.id, None if row.is_deleted else lines.line(tx.vault, row).encode() + b"\n"
