"""Whole copies: everything a caller sees, as gzipped lines, fixed at one cursor.

What all of the team sees comes from the shelf of segments; what depends on who asks is read row by
row. All of it is at hand, compressed, before the first byte goes out: a reader on a slow line holds
no transaction, and sees nothing that was written meanwhile. The head also has the marks of all ids
that were erased: who was away for too long hears of no tombstone, and may have unsent words about
them.
"""

import asyncio
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from interview_desk.domain.erasure import erased_marks
from interview_desk.domain.refusals import ChangeRefusedError
from interview_desk.domain.roles import Role
from interview_desk.domain.shapes import checked_id, entity_named
from sync_server.auth.caller import Caller
from sync_server.infra.database import Database, Tx
from sync_server.infra.problems import InvalidRequest
from sync_server.models.records import records
from sync_server.sync.counter import position
from sync_server.sync.feed.cursor import at_end, decode, encode
from sync_server.sync.feed.lines import DEPENDING
from sync_server.sync.feed.pull import only_given
from sync_server.sync.feed.segments import Copy, Segment, Shelf, cut, packed, unpacked
from sync_server.sync.problems import ResyncRequired
from sync_server.sync.read import opened
from sync_server.sync.removal.erased import erased_of
from sync_server.sync.seen.rows import CallerView

# Deflate, no name, no time, unknown system.
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_CHUNK_BYTES = 64 * 1024
_BATCH = 500


class _Turn:
    """The shelf of one database, and the order in which it is looked after."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        # Only one at a time brings it up to date; the others wait without a thread.
        self.lock = asyncio.Lock()


_TURNS: WeakKeyDictionary[Database, _Turn] = WeakKeyDictionary()


async def team_copy(database: Database, workspace_id: str) -> Copy:
    """What everybody in the team sees now; brings the kept segments up to date."""
    turn = _TURNS.setdefault(database, _Turn())
    async with turn.lock:
        return await database.read(lambda tx: turn.shelf.copy(tx, workspace_id))


@dataclass(frozen=True, slots=True)
class Behind:
    """The row that a reader has already; the rest comes behind it."""

    entity: str
    id: str

    @classmethod
    def parse(cls, after: str | None) -> "Behind | None":
        """What `entity/id` names; InvalidRequest where that can be no row."""
        if after is None:
            return None
        entity, _, record_id = after.partition("/")
        try:
            return cls(entity_named(entity).name, checked_id(record_id))
        except ChangeRefusedError as refusal:
            # Whoever took it for a place behind everything would think that nothing is missing.
            raise InvalidRequest("`after` is the last row that came, as entity/id.") from refusal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One copy on its way out."""

    head: dict[str, Any]
    segments: Sequence[Segment]

    def chunks(self) -> Iterator[bytes]:
        """The gzipped lines: head, rows, and the SHA-256 of all bytes before the last line."""
        body = _Body()
        yield _GZIP_HEAD + body.added(_line(self.head))
        waiting: list[bytes] = []
        for segment in self.segments:
            waiting.append(body.joined(segment.data))
            if sum(map(len, waiting)) >= _CHUNK_BYTES:
                yield b"".join(waiting)
                waiting.clear()
        yield b"".join(waiting) + body.ended()


async def snapshot(
    database: Database, caller: Caller, *, after: str | None, cursor: str | None
) -> Snapshot:
    """All live rows of the caller; with `after`, those behind it for a reader who holds `cursor`.

    ResyncRequired where `cursor` is none of ours or too old, InvalidRequest where `after` can be no
    row.
    """
    behind = Behind.parse(after)
    team = None
    if caller.role is not Role.EXTERNAL:
        team = await team_copy(database, caller.workspace_id)
    return await database.read(
        lambda tx: _assembled(tx, caller, team=team, behind=behind, cursor=cursor)
    )


def _assembled(
    tx: Tx, caller: Caller, *, team: Copy | None, behind: Behind | None, cursor: str | None
) -> Snapshot:
    now = position(tx, caller.workspace_id)
    place = decode(tx, cursor, caller, now) if cursor else None
    if place is not None and place.turning is not None:
        # The first part of this copy was for other eyes.
        raise ResyncRequired
    segments = [*_own(tx, caller, behind)]
    if team is not None:
        segments += _rest_of(team, behind)
        # What is newer here comes again with the first pull.
        now = team.position
    segments.sort(key=lambda segment: (segment.entity, segment.last))
    held = encode(tx, place or at_end(now, now.horizon), caller, now)
    head: dict[str, Any] = {"cursor": held, "epoch": now.epoch}
    if behind is None:
        head["counts"] = _counts(segments)
        erased = erased_of(tx, caller.workspace_id)
        if erased:
            head["erased"] = sorted(erased_marks(erased))
    return Snapshot(head, segments)


def _counts(segments: Iterable[Segment]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for segment in segments:
        counts[segment.entity] += segment.count
    return counts


def _rest_of(team: Copy, behind: Behind | None) -> Iterator[Segment]:
    for segments in team.kinds.values():
        for segment in segments:
            if behind is None or (behind.entity, behind.id) < (segment.entity, ""):
                yield segment
            elif (segment.entity, segment.last) > (behind.entity, behind.id):
                rows = ((key, text) for key, text in segment.rows() if key > behind.id)
                yield from cut(segment.entity, rows, size=segment.count)


def _own(tx: Tx, caller: Caller, behind: Behind | None) -> Iterator[Segment]:
    """What only rights can tell: everything for an external member, scores for the team."""
    for entity, rows in groupby(_own_rows(tx, caller, behind), key=lambda row: str(row["entity"])):
        yield from cut(entity, ((row["id"], _line(row)) for row in rows))


def _own_rows(tx: Tx, caller: Caller, behind: Behind | None) -> Iterator[dict[str, Any]]:
    view = CallerView(tx, caller)
    view.sight.learn_scores()
    query = sa.select(records).where(
        records.c.workspace_id == caller.workspace_id, records.c.deleted_at.is_(None)
    )
    if caller.role is not Role.EXTERNAL:
        query = query.where(records.c.entity.in_(DEPENDING))
    if behind is not None:
        query = query.where(_is_behind(behind))
    query = only_given(query, caller).order_by(records.c.entity, records.c.id)
    found = tx.connection.execute(query, execution_options={"yield_per": _BATCH})
    for stored in found:
        row = view.row(opened(tx.vault, stored))
        if row is not None:
            yield row


def _is_behind(behind: Behind) -> sa.ColumnElement[bool]:
    return sa.or_(
        records.c.entity > behind.entity,
        sa.and_(records.c.entity == behind.entity, records.c.id > behind.id),
    )


def _line(item: dict[str, Any]) -> bytes:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class _Body:
    """Counts and signs what goes out."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._check = 0
        self._size = 0

    def added(self, text: bytes) -> bytes:
        """`text`, deflated."""
        self._count(text)
        return packed(text)

    def joined(self, data: bytes) -> bytes:
        """What was deflated before, as it is."""
        self._count(unpacked(data))
        return data

    def ended(self) -> bytes:
        """The last line and the end of the stream."""
        text = _line({"sha256": self._digest.hexdigest()})
        self._count(text)
        press = zlib.compressobj(wbits=-15)
        last = press.compress(text) + press.flush()
        return last + self._check.to_bytes(4, "little") + (self._size % 2**32).to_bytes(4, "little")

    def _count(self, text: bytes) -> None:
        self._digest.update(text)
        self._check = zlib.crc32(text, self._check)
        self._size += len(text)
