"""Handing out what changed, and what appeared or disappeared for this caller.

Two streams in one order: rows by their version, and rows of a scope (an interview, its startup,
its guide, its scores) at the version at which the caller gained or lost sight of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.infra.prepared import Prepared
from sync_server.models.records import records, sights
from sync_server.sync.counter import Position, position_and_count
from sync_server.sync.feed import lines
from sync_server.sync.feed.cursor import Cursor, at_end, decode, encode
from sync_server.sync.feed.lines import Kept
from sync_server.sync.feed.turned import Turned
from sync_server.sync.read import StoredRecord
from sync_server.sync.seen.rows import CallerView, gone_row
from sync_server.sync.seen.sight import GIVEN, SCORES, TEAM

# Rows that are read and written in about a millisecond.
_FEW = 50
_OF_SCORES = ("rating_sheets", "evaluations", "conflicts")


class _Entry(NamedTuple):
    """One step of the stream; `text` is None where the caller sees nothing of it."""

    key: tuple[int, str, str]
    text: str | None


def pull(tx: Tx, caller: Caller, *, cursor: str | None, limit: int) -> str:
    """One page as JSON text: rows and `last_n` of one snapshot."""
    return _written(tx, caller, _page(tx, caller, cursor=cursor, limit=limit))


def short_pull(tx: Tx, caller: Caller, *, cursor: str | None, limit: int) -> str | None:
    """The same where it takes only a moment; None for a reader who lacks more than a few rows."""
    page = _page(tx, caller, cursor=cursor, limit=min(limit, _FEW))
    return None if page.more and limit > _FEW else _written(tx, caller, page)


class _Page(NamedTuple):
    """What is said, and where the reader stands who has taken it."""

    now: Position
    last_n: int
    rows: Iterable[str | None]
    end: Cursor
    more: bool


def _page(tx: Tx, caller: Caller, *, cursor: str | None, limit: int) -> _Page:
    now, last_n = position_and_count(tx, caller.workspace_id, caller.device_id)
    start = decode(tx, cursor, caller, now)
    if start.turning is not None:
        # What is newer comes behind that, so there is always more.
        return _Page(now, last_n, *_turned(tx, caller, start, limit), more=True)
    entries = _Reader(tx, caller, start, limit).entries()
    # Who has everything stands where a digest does, also when the horizon rose since they began.
    end, more = at_end(now, now.horizon), len(entries) > limit
    if more:
        entries = entries[:-1]
        end = Cursor(*entries[-1].key, start.floor)
    return _Page(now, last_n, [entry.text for entry in entries], end, more)


def _turned(tx: Tx, caller: Caller, start: Cursor, limit: int) -> tuple[list[str | None], Cursor]:
    told = [*Turned(tx, caller).rows(start, wanted=limit)]
    turning = told[-1][0] if len(told) == limit else None
    return [text for _, text in told], replace(start, turning=turning)


def _written(tx: Tx, caller: Caller, page: _Page) -> str:
    rows = ",".join(text for text in page.rows if text is not None)
    return (
        f'{{"rows":[{rows}],"cursor":"{encode(tx, page.end, caller, page.now)}",'
        f'"more":{"true" if page.more else "false"},"last_n":{page.last_n},'
        f'"epoch":"{page.now.epoch}","server_time":"{format_instant(tx.now)}"}}'
    )


def only_given(query: sa.Select[Any], caller: Caller) -> sa.Select[Any]:
    """`query` without the rows that an external member cannot see anyway.

    It spares opening them; the permission rules still look at each that is left.
    """
    if caller.role is not Role.EXTERNAL:
        return query
    given = sa.select(sights.c.scope_id).where(
        sights.c.workspace_id == caller.workspace_id,
        sights.c.member_id == caller.member_id,
        sights.c.kind == GIVEN,
        sights.c.visible.is_(True),
    )
    return query.where(
        sa.or_(
            records.c.scope_id.in_(given),
            records.c.entity.in_(("poblysh_team_members", "conflicts")),
        )
    )


# Made once: putting a statement together costs several times what carrying it out does.
_NEWER = (
    sa.select(*lines.COLUMNS)
    .where(
        records.c.workspace_id == sa.bindparam("workspace_id"),
        records.c.ver >= sa.bindparam("ver"),
    )
    .order_by(records.c.ver)
    .limit(sa.bindparam("wanted"))
)
_CHANGED = Prepared(_NEWER)
_SIGHT_CHANGES = Prepared(
    sa.select(sights.c.ver, sights.c.kind, sights.c.scope_id, sights.c.visible)
    .where(
        sights.c.workspace_id == sa.bindparam("workspace_id"),
        sa.or_(
            sights.c.member_id == sa.bindparam("member_id"),
            sights.c.member_id == sa.bindparam("team"),
        ),
        sights.c.ver >= sa.bindparam("ver"),
        # Everybody else sees every interview, and an external member no scores.
        sights.c.kind == sa.bindparam("kind"),
    )
    .order_by(sights.c.ver)
)


class _SightChange(NamedTuple):
    ver: int
    kind: str
    scope_id: str
    visible: bool


class _Reader:
    """Reads the first `limit` entries behind `start`, and one more to know of the rest."""

    def __init__(self, tx: Tx, caller: Caller, start: Cursor, limit: int) -> None:
        self._tx = tx
        self._caller = caller
        self._start = start
        self._wanted = limit + 1
        self._view = CallerView(tx, caller)
        self._is_team = caller.role is not Role.EXTERNAL

    def entries(self) -> list[_Entry]:
        found = [*self._changed(), *self._appeared()]
        return sorted(found, key=lambda entry: entry.key)[: self._wanted]

    def _changed(self) -> Iterator[_Entry]:
        """Rows by their own version; a sheet taken back by its author is to be forgotten."""
        for row in map(Kept._make, self._newer()):
            key = (row.ver, row.entity, row.id)
            if key > self._start.key:
                yield _Entry(key, self._text(row))

    def _newer(self) -> Iterable[Sequence[Any]]:
        # The row at the cursor itself may come along.
        place = {"ver": self._start.ver, "wanted": self._wanted + 1}
        workspace_id = self._caller.workspace_id
        if self._is_team:
            return _CHANGED.all(self._tx, workspace_id=workspace_id, **place)
        query = only_given(_NEWER, self._caller)
        return self._tx.connection.execute(query, {"workspace_id": workspace_id, **place})

    def _text(self, row: Kept) -> str | None:
        whole = self._is_team and row.entity not in lines.DEPENDING
        if whole or row.is_erased:
            return lines.line(self._tx.vault, row)
        stored = lines.stored(self._tx.vault, row)
        shown = self._view.row(stored) or self._taken_back(stored)
        return lines.spelled(shown) if shown else None

    def _taken_back(self, stored: StoredRecord) -> dict[str, Any] | None:
        if stored.shown_ver is None or stored.interview_id is None:
            return None
        if not self._view.sight.ever_saw_scores(stored.interview_id):
            return None
        return gone_row(stored, stored.ver)

    def _appeared(self) -> Iterator[_Entry]:
        """Rows of what the caller gained or lost sight of, at the version of that."""
        count = 0
        for ver, group in groupby(self._sight_changes(), key=lambda change: change.ver):
            for entry in self._of_changes(ver, list(group)):
                yield entry
                count += 1
                if count == self._wanted:
                    return

    def _sight_changes(self) -> list[_SightChange]:
        rows = _SIGHT_CHANGES.all(
            self._tx,
            workspace_id=self._caller.workspace_id,
            member_id=self._caller.member_id,
            team=TEAM if self._is_team else self._caller.member_id,
            ver=self._start.ver,
            kind=SCORES if self._is_team else GIVEN,
        )
        return [_SightChange(*row) for row in rows]

    def _of_changes(self, ver: int, changes: list[_SightChange]) -> Iterator[_Entry]:
        lost = {change.scope_id for change in changes if not change.visible}
        for found in self._rows_of(ver, changes):
            stored = lines.stored(self._tx.vault, found)
            scope = found.scope_id
            key = (ver, stored.entity, stored.id)
            if key > self._start.key:
                row = self._appearing(stored, ver)
                if row is None and scope in lost and not self._view.sees(stored):
                    row = self._disappearing(stored, ver)
                yield _Entry(key, lines.spelled(row) if row else None)

    def _rows_of(self, ver: int, changes: list[_SightChange]) -> list[Kept]:
        """The first rows of these scopes by their names, no more than are wanted."""
        query = self._of_scope(ver, changes[0].kind)
        # One by one: asked for several at once, SQLite would go through all records.
        found = [
            Kept._make(row)
            for scope in {change.scope_id for change in changes}
            for row in self._tx.connection.execute(query, {"scope_id": scope})
        ]
        return sorted(found, key=lambda row: (row.entity, row.id))[: self._wanted]

    def _of_scope(self, ver: int, kind: str) -> sa.Select[Any]:
        query = sa.select(*lines.COLUMNS).where(
            records.c.workspace_id == self._caller.workspace_id,
            records.c.scope_id == sa.bindparam("scope_id"),
            # What came later the caller gets by its own version, or has never had.
            records.c.created_ver <= ver,
        )
        if kind == SCORES:
            query = query.where(records.c.entity.in_(_OF_SCORES))
        if ver == self._start.ver:
            entity, record_id = self._start.entity, self._start.id
            query = query.where(
                sa.or_(
                    records.c.entity > entity,
                    sa.and_(records.c.entity == entity, records.c.id > record_id),
                )
            )
        return query.order_by(records.c.entity, records.c.id).limit(self._wanted)

    def _appearing(self, stored: StoredRecord, ver: int) -> dict[str, Any] | None:
        if stored.deleted or stored.ver >= ver:
            return None
        return self._view.row(stored)

    def _disappearing(self, stored: StoredRecord, ver: int) -> dict[str, Any] | None:
        return gone_row(stored, ver) if self._view.could_see(stored) else None
