"""One connection to the encrypted database: opened with its key, failures in our own words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlcipher3 import dbapi2 as cipher

from interview_desk.store.errors import (
    DiskFullError,
    NewerStoreError,
    StoreDamagedError,
    StoreUnavailableError,
    WrongKeyError,
)
from interview_desk.store.migrations import MIGRATIONS

if TYPE_CHECKING:
    import sqlite3

    # The interface is DB-API's; the standard library's types describe it.
    Connection: TypeAlias = sqlite3.Connection
else:
    Connection = cipher.Connection

KEY_BYTES: Final = 32
_BUSY_MILLISECONDS: Final = 5_000
_FAILURES: Final = {
    "SQLITE_NOTADB": StoreDamagedError,
    "SQLITE_CORRUPT": StoreDamagedError,
    "SQLITE_FULL": DiskFullError,
    "SQLITE_BUSY": StoreUnavailableError,
    "SQLITE_LOCKED": StoreUnavailableError,
    "SQLITE_READONLY": StoreUnavailableError,
    "SQLITE_CANTOPEN": StoreUnavailableError,
    "SQLITE_PERM": StoreUnavailableError,
    "SQLITE_IOERR": StoreUnavailableError,
}


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn the environment's failures into `DeskError`s; a mistake in our SQL stays a bug."""
    try:
        yield
    except cipher.Error as error:
        name = str(getattr(error, "sqlite_errorname", ""))
        known = _FAILURES.get("_".join(name.split("_")[:2]))
        if known is None:
            raise
        raise known from error


def connect(path: Path, key: bytes, *, read_only: bool = False) -> Connection:
    """A keyed connection to `path`; the first statement proves the key."""
    if len(key) != KEY_BYTES:
        raise WrongKeyError
    connection: Connection = cipher.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        with in_our_words():
            _prepare(connection, key, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Connection, key: bytes, *, read_only: bool) -> None:
    # It would write its complaints about a damaged file to the terminal; we say it in words.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # The key comes first: any other statement would read the file without it.
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:
        connection.execute("PRAGMA query_only = ON")


def migrate(connection: Connection) -> None:
    """Bring the database to this version's shape, one transaction per step."""
    with in_our_words():
        done = connection.execute("PRAGMA user_version").fetchone()[0]
        if done > len(MIGRATIONS):
            raise NewerStoreError
        for number, script in enumerate(MIGRATIONS[done:], start=done + 1):
            with transaction(connection):
                for statement in script.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")


@contextmanager
def transaction(connection: Connection, *, durable: bool = True) -> Iterator[None]:
    """Commit everything inside or nothing; a `durable` commit is on disk when it returns."""
    with in_our_words():
        # A step that is not durable survives a crash of the program, not a power cut.
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
