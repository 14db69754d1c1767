"""The shared database of a larger team: a pool of connections, each unit its own transaction."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import exc
from typing_extensions import override

from sync_server.infra.clock import Clock
from sync_server.infra.crypto import Vault
from sync_server.infra.database import (
    JSON_COLUMNS,
    Database,
    DatabaseUnavailable,
    Tx,
    telling_when_unavailable,
)
from sync_server.infra.listening import KEEP_ALIVE, Listener
from sync_server.infra.travelling import CHANNEL, packed

T = TypeVar("T")

_log = logging.getLogger(__name__)
_CONNECTIONS = 10
_WAIT_SECONDS = 5
_ATTEMPTS = 5
# A server that was paused in the middle of a transaction must not hold up all others.
_OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout=30s"
# Two transactions that got in each other's way; the same unit may well succeed a moment later.
_COLLISIONS = {"40001", "40P01"}


class PostgresDatabase(Database):
    """A PostgreSQL database that any number of server processes share."""

    dialect = "postgresql"
    is_shared = True

    def __init__(self, url: str | sa.URL, *, vault: Vault, clock: Clock) -> None:
        self._url = sa.make_url(url)
        self._vault = vault
        self._clock = clock
        self._closed = False
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="database")
        self._engine = sa.create_engine(
            url,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=_WAIT_SECONDS,
            # After a restart of the database nobody should have to fail before all is well again.
            pool_pre_ping=True,
            # A statement's parameters may be personal; they must not reach a log by an exception.
            hide_parameters=True,
            connect_args={"connect_timeout": _WAIT_SECONDS, "options": _OPTIONS, **KEEP_ALIVE},
            **JSON_COLUMNS,
        )
        self._snapshots = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    def listener(self) -> Listener:
        """What other processes on the same database say, on a connection of its own."""
        return Listener(self._url)

    @override
    async def read(self, work: Callable[[Tx], T]) -> T:
        _, result = await self._run(self._snapshots, work)
        return result

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        callbacks, result = await self._run(self._engine, work)
        loop = asyncio.get_running_loop()
        for callback in callbacks:
            loop.call_soon(callback)
        return result

    @override
    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._threads.shutdown)
            self._engine.dispose()

    async def _run(
        self, engine: sa.Engine, work: Callable[[Tx], T]
    ) -> tuple[list[Callable[[], None]], T]:
        if self._closed:
            raise DatabaseUnavailable("The server is stopping.")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._attempt, engine, work)

    def _attempt(
        self, engine: sa.Engine, work: Callable[[Tx], T]
    ) -> tuple[list[Callable[[], None]], T]:
        for _ in range(_ATTEMPTS):
            try:
                return self._once(engine, work)
            except exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _COLLISIONS:
                    raise
                _log.info("a transaction collided with another and is tried again")
        raise DatabaseUnavailable("Too many others write at the same place.")

    def _once(
        self, engine: sa.Engine, work: Callable[[Tx], T]
    ) -> tuple[list[Callable[[], None]], T]:
        with (
            telling_when_unavailable(),
            engine.connect() as connection,
            connection.begin(),
            Tx(connection, self._vault, self._clock.now(), bus=self.bus) as tx,
        ):
            result = work(tx)
            # As a part of the transaction: others hear of it with the commit, or never.
            for payload in packed([*tx.news.values(), *tx.news_elsewhere], origin=self.bus.origin):
                connection.execute(sa.select(sa.func.pg_notify(CHANNEL, payload)))
        return tx.callbacks, result
