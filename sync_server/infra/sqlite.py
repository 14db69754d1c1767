"""The embedded database: one writing thread that commits in groups, and read-only readers.

Exactly one connection in one thread writes and checkpoints. SQLite before 3.51.3 can corrupt a
write-ahead log under two writers, and one writer is what makes a shared commit possible at all.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from string import hexdigits
from typing import Any, Generic, Self, TypeVar, cast
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlcipher3 import dbapi2 as driver
from typing_extensions import override

from sync_server.infra.announcing import Announcing
from sync_server.infra.clock import Clock
from sync_server.infra.crypto import Vault
from sync_server.infra.database import (
    JSON_COLUMNS,
    Database,
    DatabaseUnavailable,
    Tx,
    as_unavailable,
    telling_when_unavailable,
)
from sync_server.infra.log_room import make_room

T = TypeVar("T")

_READERS = 4
_READER = "database-reader"
# Units that share one commit; more would only make the first of them wait longer.
_GROUP = 256
# Units that may wait for the writer; beyond it a caller is better told to come back.
_WAITING = 20_000
_RAW_KEY_DIGITS = 64


class _Caught:
    """Keeps what went wrong in its block, for somebody on another thread."""

    def __init__(self) -> None:
        self.failure: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> bool:
        self.failure = failure
        return True


def _commit(raw: driver.Connection) -> None:
    """Commit, and fail as SQLAlchemy does, by which those who ask tell failures apart."""
    try:
        raw.commit()
    except driver.Error as error:
        raise DBAPIError.instance("COMMIT", None, error, driver.Error) from error


class _GroupLost(Exception):  # noqa: N818  - a signal inside this module
    """One unit's failure has ended the transaction of all."""


class _Unit(Generic[T]):
    """One unit of work on its way through the writer.

    It may run more than once before it is answered; only the last run counts.
    """

    def __init__(self, work: Callable[[Tx], T]) -> None:
        self._work = work
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[T] = self.loop.create_future()
        self._callbacks: list[Callable[[], None]] = []
        self._result: list[T] = []
        self.announced: list[object] = []
        self.failure: BaseException | None = None

    def run(self, tx: Tx) -> None:
        """Do the work inside `tx`; what goes wrong is kept in `failure`."""
        with _Caught() as caught:
            self._result = [self._work(tx)]
            self._callbacks = tx.callbacks
            self.announced = [*tx.announced.values()]
        self.failure = caught.failure

    def settle(self) -> None:
        """Tell the caller how it ended; runs on the caller's own event loop.

        Who asked goes on first, and then the news: a sender's answer waits for nobody's ears.
        """
        if self.failure is None:
            if not self.answer.done():
                self.answer.set_result(self._result[0])
            for callback in self._callbacks:
                self.loop.call_soon(callback)
        elif not self.answer.done():
            self.answer.set_exception(as_unavailable(self.failure))


def _settle(units: list[_Unit[Any]]) -> None:
    for unit in units:
        unit.settle()


class SqliteDatabase(Database):
    """A database file that this process alone writes.

    `key` encrypts the whole file; 64 hexadecimal digits are taken as they are, anything else is
    stretched. `busy_seconds` is how long a lock held by a stranger is waited for.
    """

    dialect = "sqlite"
    announces = True

    def __init__(
        self,
        path: Path,
        *,
        vault: Vault,
        clock: Clock,
        key: str | None = None,
        busy_seconds: float = 5.0,
    ) -> None:
        self._path = path
        self._vault = vault
        self._clock = clock
        self._key = key
        self._busy_seconds = busy_seconds
        self._waiting: queue.SimpleQueue[_Unit[Any] | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix=_READER)
        self._closed = False
        self._announcing = Announcing(self.bus)
        self._writing = self._engine(self._open_for_writing, pool_size=1)
        self._reading = self._engine(self._open_for_reading, pool_size=_READERS + 1)
        self._mine = threading.local()
        self._opened: set[sa.Connection] = set()
        self._written_by: sa.Connection | None = None
        self._writer = threading.Thread(target=self._write_all, name="database-writer", daemon=True)
        self._writer.start()

    @override
    async def read(self, work: Callable[[Tx], T]) -> T:
        if self._closed:
            raise DatabaseUnavailable("The server is stopping.")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, work)

    @override
    async def glance(self, work: Callable[[Tx], T]) -> T:
        # A turn of another thread costs more than some rows that lie in memory.
        if self._closed:
            raise DatabaseUnavailable("The server is stopping.")
        try:
            return self._read(work)
        except DatabaseUnavailable:
            # A stranger holds the file: it is waited for where nobody else has to wait.
            return await self.read(work)

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        if self._closed:
            raise DatabaseUnavailable("The server is stopping.")
        if self._waiting.qsize() >= _WAITING:
            raise DatabaseUnavailable("Too much is waiting to be written.")
        unit = _Unit(work)
        self._waiting.put(unit)
        return await unit.answer

    @override
    async def caught_up(self) -> None:
        await self._announcing.over()

    @override
    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._finish)

    def _finish(self) -> None:
        self._waiting.put(None)
        self._writer.join()
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()
        # The writer goes last: whoever closes last folds the log into the file.
        self._reading.dispose()
        if self._written_by is not None:
            self._written_by.close()
        self._writing.dispose()

    def _engine(self, creator: Callable[[], Any], *, pool_size: int) -> sa.Engine:
        return sa.create_engine(
            "sqlite://",
            module=driver,
            creator=creator,
            poolclass=sa.QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            # A statement's parameters may be personal; they must not reach a log by an exception.
            hide_parameters=True,
            **JSON_COLUMNS,
        )

    def _connect(self, mode: str) -> Any:
        connection = driver.connect(
            f"file:{quote(str(self._path))}?mode={mode}",
            uri=True,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        if self._key is not None:
            # A wrong key is said by us; the cipher's own lines on stderr help nobody.
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = {_quoted_key(self._key)}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _open_for_writing(self) -> Any:
        connection = self._connect("rwc")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # With the first transaction the log comes into being.
        connection.execute("BEGIN IMMEDIATE")
        connection.rollback()
        make_room(Path(f"{self._path}-wal"))
        return connection

    def _open_for_reading(self) -> Any:
        connection = self._connect("ro")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        return connection

    def _read(self, work: Callable[[Tx], T]) -> T:
        with (
            telling_when_unavailable(),
            self._reader() as connection,
            Tx(connection, self._vault, self._clock.now(), bus=self.bus) as tx,
        ):
            return work(tx)

    @contextmanager
    def _reader(self) -> Iterator[sa.Connection]:
        """This thread's own connection, in a transaction.

        Kept open, and begun by hand: a pool and its events cost more than most reads.
        """
        connection = self._own_reader()
        raw = cast("driver.Connection", connection.connection.driver_connection)
        raw.execute("BEGIN")
        try:
            yield connection
        except SQLAlchemyError:
            # Whatever happened to it, the next reader begins with a fresh one.
            self._mine.connection = None
            self._opened.discard(connection)
            connection.invalidate()
            connection.close()
            raise
        finally:
            if not connection.closed:
                connection.rollback()
                raw.rollback()

    def _own_reader(self) -> sa.Connection:
        known: sa.Connection | None = getattr(self._mine, "connection", None)
        if known is not None:
            return known
        connection = self._reading.connect()
        if not threading.current_thread().name.startswith(_READER):
            raw = cast("driver.Connection", connection.connection.driver_connection)
            raw.execute("PRAGMA busy_timeout = 0")
        self._mine.connection = connection
        self._opened.add(connection)
        return connection

    def _write_all(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = self._group_of(first)
            self._write_group(group)
            self._answer(group)

    def _group_of(self, first: _Unit[Any]) -> list[_Unit[Any]]:
        """Everything that waits right now, led by `first`."""
        group = [first]
        while len(group) < _GROUP:
            try:
                unit = self._waiting.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                # The end was asked for: seen again once this group is through.
                self._waiting.put(None)
                break
            group.append(unit)
        return group

    def _write_group(self, group: list[_Unit[Any]]) -> None:
        """Run all of `group` in one transaction, again without those that ended it."""
        remaining = group
        while remaining:
            with _Caught() as caught:
                self._write_together(remaining)
            if caught.failure is None:
                return
            if not isinstance(caught.failure, _GroupLost):
                for unit in remaining:
                    unit.failure = unit.failure or caught.failure
                return
            remaining = [unit for unit in remaining if unit.failure is None]

    def _write_together(self, units: list[_Unit[Any]]) -> None:
        connection = self._own_writer()
        raw = cast("driver.Connection", connection.connection.driver_connection)
        # By hand: the driver's own transactions begin late and only for some statements, and
        # SQLAlchemy's cost more than a short unit's work.
        raw.execute("BEGIN IMMEDIATE")
        is_kept = False
        try:
            self._run_all(units, connection, raw=raw)
            kept = [unit for unit in units if unit.failure is None]
            if kept:
                self._announcing.begin((unit.loop, unit.announced) for unit in kept)
                _commit(raw)
                is_kept = True
        finally:
            self._announcing.end(kept=is_kept)
            # What could not be committed must not be what the next group begins with.
            connection.rollback()
            raw.rollback()

    def _run_all(
        self, units: list[_Unit[Any]], connection: sa.Connection, *, raw: driver.Connection
    ) -> None:
        """Run the units so that one that fails undoes only itself."""
        if len(units) == 1:
            self._run(units[0], connection)
            return
        for unit in units:
            raw.execute("SAVEPOINT unit")
            self._run(unit, connection)
            if not raw.in_transaction:
                # A full disk ends the transaction, and with it what the others had written.
                raise _GroupLost from unit.failure
            if unit.failure is not None:
                raw.execute("ROLLBACK TO unit")
            raw.execute("RELEASE unit")

    def _run(self, unit: _Unit[Any], connection: sa.Connection) -> None:
        with Tx(connection, self._vault, self._clock.now(), bus=self.bus) as tx:
            unit.run(tx)

    def _own_writer(self) -> sa.Connection:
        """The one connection that writes, kept open like those of the readers."""
        if self._written_by is None:
            self._written_by = self._writing.connect()
        return self._written_by

    def _answer(self, group: list[_Unit[Any]]) -> None:
        """Wake every caller, with one call for all who share an event loop."""
        callers: dict[asyncio.AbstractEventLoop, list[_Unit[Any]]] = {}
        for unit in group:
            callers.setdefault(unit.loop, []).append(unit)
        for loop, units in callers.items():
            # A loop that is closed has nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, units)


def _quoted_key(key: str) -> str:
    if len(key) == _RAW_KEY_DIGITS and all(digit in hexdigits for digit in key):
        return f"\"x'{key}'\""
    return "'" + key.replace("'", "''") + "'"
