"""One small way to read and to write, the same on SQLite and on PostgreSQL."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from pydantic_core import from_json, to_json
from sqlalchemy import exc

from sync_server.infra.bus import Bus
from sync_server.infra.crypto import Vault
from sync_server.infra.problems import Unavailable

T = TypeVar("T")

# SQLite's primary result codes for what is not the program's fault: busy, locked, read-only,
# input/output, damaged, full, cannot open, not a database.
_SQLITE_AWAY = {5, 6, 8, 10, 11, 13, 14, 26}
_SQLITE_UNREADABLE = {11, 26}
_SQLITE_NOT_WRITTEN = {10, 13}
# PostgreSQL's classes: connection, resources (disk full too), operator intervention, system.
_POSTGRES_AWAY = {"08", "53", "57", "58"}
_POSTGRES_LOCKED_OR_READ_ONLY = {"55P03", "25006"}
# The transaction slept too long, and PostgreSQL has ended it.
_POSTGRES_SLEPT = {"25P03"}


def _json_text(value: object) -> str:
    return to_json(value).decode()


# How JSON columns are written and read: at a third of what the standard library takes.
JSON_COLUMNS: Mapping[str, Any] = {
    "json_serializer": _json_text,
    "json_deserializer": from_json,
}


class DatabaseUnavailable(Unavailable):
    """Locked, full or away: nothing of the unit of work was kept."""

    title = "The server's database cannot be used now. Try again in a moment."


@dataclass(slots=True)
class Tx:
    """One transaction's view, handed to a unit of work.

    `now` is one instant for the whole unit. `after_commit` callbacks run on the caller's event
    loop, in order, once everything is durable, and never when it is not.
    """

    connection: sa.Connection
    vault: Vault
    now: datetime
    # Where the news of what was committed goes, by way of `tell`.
    bus: Bus = field(default_factory=Bus)
    callbacks: list[Callable[[], None]] = field(default_factory=list)
    news: dict[object, object] = field(default_factory=dict)
    news_elsewhere: list[object] = field(default_factory=list)
    announced: dict[object, object] = field(default_factory=dict)
    _cursor: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        """Let go of what the unit of work held, on the thread that ran it."""
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None

    @property
    def cursor(self) -> Any:
        """The driver's own cursor, one for the whole unit; each statement ends the one before.

        A cursor that another thread lets go of resets its statement there, also while the next
        unit of work runs the very same, which SQLite's driver shares between them.
        """
        if self._cursor is None:
            self._cursor = self.connection.connection.cursor()
        return self._cursor

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Have `callback` run once this unit of work is durable."""
        self.callbacks.append(callback)

    def tell(self, message: object, *, about: object = None) -> None:
        """Publish `message` once this unit of work is durable.

        Other processes on the same database hear it too where it is of a kind that travels. Of
        what is told about the same (not None) only the last counts.
        """
        if not self.news:
            self.after_commit(self._publish)
        key = object() if about is None else about
        self.news.pop(key, None)
        self.news[key] = message

    def announce(self, message: object, *, about: object) -> None:
        """Publish `message` while this unit of work becomes durable, if the database `announces`.

        It may turn out untrue: what cannot be kept after all is announced as well. Whoever acts on
        it waits until the database has `caught_up`. Of what is said about the same only the last
        counts.
        """
        self.announced[about] = message

    def tell_elsewhere(self, message: object) -> None:
        """Publish `message` in other processes only, once this unit of work is durable."""
        self.news_elsewhere.append(message)

    def _publish(self) -> None:
        for message in self.news.values():
            self.bus.publish(message)


class Database(ABC):
    """Runs units of work: plain functions of a `Tx` that either happen whole or not at all."""

    dialect: str
    # Whether other server processes may be at work on it.
    is_shared: bool = False
    # Whether what a unit of work announces is heard before it is durable.
    announces: bool = False

    @property
    def itself(self) -> "Database":
        """The database behind whatever guards it."""
        return self

    @cached_property
    def bus(self) -> Bus:
        """Where units of work publish, once they are durable, what others should know."""
        return Bus()

    @abstractmethod
    async def read(self, work: Callable[[Tx], T]) -> T:
        """The result of `work` on one unchanging snapshot."""

    async def glance(self, work: Callable[[Tx], T]) -> T:
        """The same for `work` that asks for a few rows by their index, and has to be quick."""
        return await self.read(work)

    @abstractmethod
    async def write(self, work: Callable[[Tx], T]) -> T:
        """The result of `work` once it is durable; DatabaseUnavailable if it cannot be kept."""

    async def caught_up(self) -> None:
        """Return once whatever was announced so far can be read, or is known to be lost."""
        return

    @abstractmethod
    async def close(self) -> None:
        """Finish what was begun, then let go of the database."""


def is_unavailable(error: BaseException) -> bool:
    """Whether `error` says that the database is locked, full or away, and not that we erred."""
    if isinstance(error, exc.TimeoutError):
        return True
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_AWAY
    return isinstance(error, exc.DBAPIError) and _is_postgres_away(error)


def is_unreadable(error: BaseException | None) -> bool:
    """Whether `error` says that the file is no database as it is read, for good."""
    return _says(error, _SQLITE_UNREADABLE)


def is_not_written(error: BaseException | None) -> bool:
    """Whether `error` says that the disk did not take it: it is full, or it fails."""
    return _says(error, _SQLITE_NOT_WRITTEN)


def _says(error: BaseException | None, codes: set[int]) -> bool:
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in codes


def _is_postgres_away(error: exc.DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # Without an SQLSTATE the server did not answer at all.
        return isinstance(error, exc.OperationalError | exc.InterfaceError)
    return state[:2] in _POSTGRES_AWAY or state in _POSTGRES_LOCKED_OR_READ_ONLY | _POSTGRES_SLEPT


def as_unavailable(error: BaseException) -> BaseException:
    """`error`, or DatabaseUnavailable because of it where that is what it means."""
    if not is_unavailable(error):
        return error
    unavailable = DatabaseUnavailable()
    unavailable.__cause__ = error
    return unavailable


@contextmanager
def telling_when_unavailable() -> Iterator[None]:
    """Let DatabaseUnavailable come out of the block where the database was what failed."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        if is_unavailable(error):
            raise DatabaseUnavailable from error
        raise
