"""The shared database of a larger team: a pool of connections, each unit its own transaction."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakSet

import psycopg
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
# What is finished at the end, and what hangs: nobody is told that it was kept.
_PATIENCE_SECONDS = 5.0
_SAY_AGAIN_SECONDS = 60.0
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
        self._lines: WeakSet[psycopg.Connection[Any]] = WeakSet()
        self._has_worked = False
        self._said = ("", 0.0)
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
        sa.event.listen(self._engine, "connect", lambda line, _: self._lines.add(line))
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
        if self._closed:
            return
        self._closed = True
        finished = asyncio.ensure_future(asyncio.to_thread(self._threads.shutdown))
        await asyncio.wait({finished}, timeout=_PATIENCE_SECONDS)
        if not finished.done():
            _log.warning("the database does not answer; what it was asked is given up")
            self._give_up()
        await finished
        self._engine.dispose()

    def _give_up(self) -> None:
        """Let nobody wait for the database any more: cut the lines to it, begin nothing else."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for line in tuple(self._lines):
            # Whoever waits on the other thread sees that its line has ended.
            with (
                suppress(psycopg.Error, OSError),
                socket.socket(fileno=os.dup(line.fileno())) as one,
            ):
                one.shutdown(socket.SHUT_RDWR)

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
                result = self._once(engine, work)
            except DatabaseUnavailable as away:
                self._say_why(away.__cause__)
                raise
            except exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _COLLISIONS:
                    raise
                _log.info("a transaction collided with another and is tried again")
            else:
                self._has_worked = True
                return result
        raise DatabaseUnavailable("Too many others write at the same place.")

    def _say_why(self, error: BaseException | None) -> None:
        """Tell whoever runs the server what callers only hear as "not now", now and then.

        Not before it has worked: who cannot even begin says so in a sentence of their own.
        """
        why = type(getattr(error, "orig", None) or error).__name__
        said, at = self._said
        if not self._has_worked or error is None:
            return
        if why != said or monotonic() - at > _SAY_AGAIN_SECONDS:
            self._said = why, monotonic()
            _log.warning("PostgreSQL refuses or fails (%s); callers are told to come back", why)

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
