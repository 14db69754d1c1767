"""Handing out what changed, and what appeared or disappeared for this caller.

Two streams in one order: rows by their version, and rows of a scope (an interview, its startup,
its guide, its scores) at the version at which the caller gained or lost sight of it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.models.records import records, sights
from sync_server.sync.counter import position
from sync_server.sync.cursor import Cursor, at_end, decode, encode
from sync_server.sync.push import last_n_of
from sync_server.sync.read import StoredRecord, opened
from sync_server.sync.rows import CallerView, gone_row
from sync_server.sync.sight import GIVEN, SCORES, TEAM

_OF_SCORES = ("rating_sheets", "evaluations", "conflicts")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One step of the stream; `row` is None where the caller sees nothing of it."""

    key: tuple[int, str, str]
    row: dict[str, Any] | None


def pull(tx: Tx, caller: Caller, *, cursor: str | None, limit: int) -> str:
    """One page as JSON text: rows and `last_n` of one snapshot."""
    now = position(tx, caller.workspace_id)
    start = decode(cursor, caller, now)
    entries = _Reader(tx, caller, start, limit).entries()
    more = len(entries) > limit
    page = entries[:limit]
    end = at_end(now, start.floor)
    if more:
        end = Cursor(*page[-1].key, start.floor)
    answer = {
        "rows": [entry.row for entry in page if entry.row is not None],
        "cursor": encode(end, caller, now),
        "more": more,
        "last_n": last_n_of(tx, caller.device_id),
        "epoch": now.epoch,
        "server_time": format_instant(tx.now),
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


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


@dataclass(frozen=True, slots=True)
class _SightChange:
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

    def entries(self) -> list[_Entry]:
        found = [*self._changed(), *self._appeared()]
        return sorted(found, key=lambda entry: entry.key)[: self._wanted]

    def _changed(self) -> Iterator[_Entry]:
        """Rows by their own version; a sheet taken back by its author is to be forgotten."""
        query = (
            sa.select(records)
            .where(records.c.workspace_id == self._caller.workspace_id)
            .where(records.c.ver >= self._start.ver)
            .order_by(records.c.ver)
            # The row at the cursor itself may come along.
            .limit(self._wanted + 1)
        )
        for found in self._tx.connection.execute(only_given(query, self._caller)):
            stored = opened(self._tx.vault, found)
            key = (stored.ver, stored.entity, stored.id)
            if key > self._start.key:
                yield _Entry(key, self._view.row(stored) or self._taken_back(stored))

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
        external = self._caller.role is Role.EXTERNAL
        members = [self._caller.member_id] if external else [self._caller.member_id, TEAM]
        rows = self._tx.connection.execute(
            sa.select(sights.c.ver, sights.c.kind, sights.c.scope_id, sights.c.visible)
            .where(
                sights.c.workspace_id == self._caller.workspace_id,
                sights.c.member_id.in_(members),
                # Everybody else sees every interview, and an external member no scores.
                sights.c.kind == (GIVEN if external else SCORES),
                sights.c.ver >= self._start.ver,
            )
            .order_by(sights.c.ver)
        )
        return [_SightChange(*row) for row in rows]

    def _of_changes(self, ver: int, changes: list[_SightChange]) -> Iterator[_Entry]:
        lost = {change.scope_id for change in changes if not change.visible}
        for found in self._tx.connection.execute(self._rows_of(ver, changes)):
            stored = opened(self._tx.vault, found)
            scope = found.scope_id
            key = (ver, stored.entity, stored.id)
            if key > self._start.key:
                row = self._appearing(stored, ver)
                if row is None and scope in lost and not self._view.sees(stored):
                    row = self._disappearing(stored, ver)
                yield _Entry(key, row)

    def _rows_of(self, ver: int, changes: list[_SightChange]) -> sa.Select[Any]:
        query = sa.select(records).where(
            records.c.workspace_id == self._caller.workspace_id,
            records.c.scope_id.in_({change.scope_id for change in changes}),
            # What came later the caller gets by its own version, or has never had.
            records.c.created_ver <= ver,
        )
        if changes[0].kind == SCORES:
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
