"""Faulty replacements, each with one classic mistake of sync, to be put where the real part goes.

They show that the histories would notice. Nothing of the shipped program knows of them.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import httpx
import sqlalchemy as sa
from typing_extensions import override

from interview_desk.services.exchange import Mutation, NotePage, Page
from interview_desk.store import LocalStore
from interview_desk.store.connection import Connection
from interview_desk.wire import routes
from sync_server.infra.database import Database, Tx
from sync_server.models.pushes import push_results
from sync_server.models.records import records
from sync_server.models.workspace import workspace
from tests.helpers.around import AroundDatabase

T = TypeVar("T")


class Faulty:
    """Passes everything on to the real part."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class BaseFromTheLatestPull(Faulty):
    """A store that forgets what a person had before their eyes when they typed."""

    _real: LocalStore

    async def next_batch(self, *, limit: int, size: int) -> Sequence[Mutation]:
        batch = await self._real.next_batch(limit=limit, size=size)
        return [replace(each, base=await self._latest(each)) for each in batch]

    async def _latest(self, mutation: Mutation) -> dict[str, int]:
        record = await self._real.get(mutation.entity, mutation.id)
        return dict(record.field_versions or {}) if record else {}


class AppliedOutOfOrder(Faulty):
    """A store that takes note updates as they come."""

    _real: LocalStore

    async def apply_notes(self, page: NotePage) -> bool:
        here = await self._real._engine.read(lambda connection: _place_of(connection, page.doc))
        updates = tuple(
            update._replace(seq=here + place) for place, update in enumerate(page.updates, 1)
        )
        return await self._real.apply_notes(replace(page, after=here, updates=updates))


def _place_of(connection: Connection, doc: str) -> int:
    row = connection.execute("SELECT seq FROM notes WHERE doc = ?", (doc,)).fetchone()
    return 0 if row is None else int(row[0])


class ErasedTakenForDeleted(Faulty):
    """A store that lets go of the row, and not of what was written on it."""

    _real: LocalStore

    async def apply_page(self, page: Page, now: datetime) -> bool:
        rows = tuple(replace(row, erased=False) for row in page.rows)
        return await self._real.apply_page(replace(page, rows=rows), now)


class NoDedupe(httpx.AsyncBaseTransport):
    """A server that takes every push for a new one, whatever it has counted before."""

    def __init__(self, real: httpx.AsyncBaseTransport, database: Database) -> None:
        self._real = real
        self._database = database

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == routes.PUSH:
            body = json.loads(await request.aread())
            if body["mutations"]:
                first = body["mutations"][0]["n"]
                await self._database.write(lambda tx: _forget(tx, body["device"], first))
        return await self._real.handle_async_request(request)


def _forget(tx: Tx, device: str, first: int) -> None:
    mine = push_results.c.device_id == device
    tx.connection.execute(sa.delete(push_results).where(mine, push_results.c.n >= first))
    if first > 1:
        # Counted up to the one before, whose answer says so.
        known = sa.select(push_results.c.n).where(mine, push_results.c.n == first - 1)
        if tx.connection.execute(known).one_or_none() is None:
            row = {"device_id": device, "n": first - 1, "digest": "", "status": "ok"}
            tx.connection.execute(sa.insert(push_results).values(row))


class ConflictNotRecorded(AroundDatabase):
    """Keeps the winner of a conflict and drops the other."""

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        def careless(tx: Tx) -> T:
            result = work(tx)
            tx.connection.execute(sa.delete(records).where(records.c.entity == "conflicts"))
            return result

        return await self._real.write(careless)


class HorizonMissing(AroundDatabase):
    """Buries tombstones and tells nobody that they are gone."""

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        def silent(tx: Tx) -> T:
            result = work(tx)
            tx.connection.execute(sa.update(workspace).values(horizon=0))
            return result

        return await self._real.write(silent)


class CounterOutsideTheTransaction(AroundDatabase):
    """Raises the counter in a transaction of its own, before the one that writes the rows.

    Whoever pulls in between (`meanwhile`) is told a position whose rows are not there yet.
    """

    meanwhile: Callable[[], Awaitable[None]] | None = None

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        before, after = await self._real.write(lambda tx: _steps(tx, work))
        if after > before and self.meanwhile is not None:
            await self._real.write(lambda tx: _set_counter(tx, after))
            await self.meanwhile()
        return await self._real.write(lambda tx: _with_counter(tx, before, work))


def _counter(tx: Tx) -> int:
    return int(tx.connection.execute(sa.select(workspace.c.seq)).scalar_one())


def _set_counter(tx: Tx, seq: int) -> None:
    tx.connection.execute(sa.update(workspace).values(seq=seq))


def _steps(tx: Tx, work: Callable[[Tx], Any]) -> tuple[int, int]:
    """How far `work` would raise the counter; nothing of it stays."""
    before = _counter(tx)
    trial = tx.connection.begin_nested()
    work(replace(tx, callbacks=[]))
    after = _counter(tx)
    trial.rollback()
    return before, after


def _with_counter(tx: Tx, seq: int, work: Callable[[Tx], T]) -> T:
    _set_counter(tx, seq)
    return work(tx)
