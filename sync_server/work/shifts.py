"""Background workers on several servers: one of them works, the others stand by."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from typing_extensions import override

from sync_server.infra.bus import Bus
from sync_server.infra.database import Database, DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.work import due
from sync_server.work.due import Claim, LeaseLost

T = TypeVar("T")
Work = Callable[[Parts], Coroutine[Any, Any, None]]

_log = logging.getLogger(__name__)

KIND = "worker"
LEASE = timedelta(seconds=15)
RENEW_SECONDS = 5.0
# How often who stands by looks whether they are needed.
STAND_BY_SECONDS = 2.0
# How long a database is waited for by who ends.
GIVE_BACK_SECONDS = 2.0


def shared(name: str, work: Work) -> Work:
    """`work` as a worker that only one server at a time does, whichever that is.

    It gets parts whose database refuses to write once another server has taken over. An embedded
    database has one server, which simply works.
    """

    async def run(parts: Parts) -> None:
        if parts.database.is_shared:
            await _Shift(parts, name, work).run()
        else:
            await work(parts)

    return run


class GuardedDatabase(Database):
    """A database that is written to only as long as a claim holds."""

    def __init__(self, database: Database, claim: Claim) -> None:
        self.dialect = database.dialect
        self.is_shared = database.is_shared
        self._database = database
        self._claim = claim

    @property
    @override
    def itself(self) -> Database:
        return self._database.itself

    @property
    @override
    def bus(self) -> Bus:
        return self._database.bus

    @override
    async def read(self, work: Callable[[Tx], T]) -> T:
        return await self._database.read(work)

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        def guarded(tx: Tx) -> T:
            due.check(tx, self._claim)
            return work(tx)

        return await self._database.write(guarded)

    @override
    async def close(self) -> None:
        """Nothing: it belongs to others."""


class _Shift:
    """Takes a worker's lease, works, and gives way when it is lost."""

    def __init__(self, parts: Parts, name: str, work: Work) -> None:
        self._parts = parts
        self._name = name
        self._work = work
        self._holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{parts.bus.origin}"

    async def run(self) -> None:
        """Work whenever it is our turn, until cancelled."""
        while True:
            claim = await self._taken()
            if claim is None:
                await asyncio.sleep(STAND_BY_SECONDS)
                continue
            _log.info("this server does the work of %s", self._name)
            await self._serve(claim)

    async def _taken(self) -> Claim | None:
        try:
            claims = await self._parts.database.write(self._take)
        except DatabaseUnavailable:
            return None
        return claims[0] if claims else None

    def _take(self, tx: Tx) -> list[Claim]:
        due.plan_once(tx, KIND, self._name)
        return due.take(tx, KIND, key=self._name, holder=self._holder, lease=LEASE)

    async def _serve(self, claim: Claim) -> None:
        """Work until the lease is lost; what ends otherwise gives it back first."""
        database = GuardedDatabase(self._parts.database, claim)
        working = asyncio.ensure_future(self._work(replace(self._parts, database=database)))
        try:
            await self._hold(claim, working)
        finally:
            working.cancel()
            await asyncio.wait({working})
            # A lease that cannot be given back ends by itself.
            with suppress(DatabaseUnavailable, TimeoutError):
                async with asyncio.timeout(GIVE_BACK_SECONDS):
                    await self._parts.database.write(partial(self._give_back, claim=claim))
        if not working.cancelled():
            working.result()

    async def _hold(self, claim: Claim, working: "asyncio.Future[None]") -> None:
        """Renew the lease for as long as the work goes on and the lease can be renewed."""
        until = monotonic() + LEASE.total_seconds()
        while not working.done() and monotonic() < until:
            await asyncio.wait({working}, timeout=RENEW_SECONDS)
            try:
                await self._parts.database.write(partial(due.renew, claim=claim, lease=LEASE))
            except LeaseLost:
                _log.warning("another server has taken over the work of %s", self._name)
                return
            except DatabaseUnavailable:
                continue
            until = monotonic() + LEASE.total_seconds()

    def _give_back(self, tx: Tx, claim: Claim) -> None:
        due.finish(tx, claim, again_at=due.present(tx))
