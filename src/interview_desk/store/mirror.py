"""A second, equally encrypted file with everything that only this computer has.

It follows the database inside each of its transactions, without waiting for the disk, and is read
only when the database itself can no longer be: a first page that is gone takes all others along.
"""

from pathlib import Path
from typing import Final

from interview_desk.store.connection import Connection, in_our_words, transaction
from interview_desk.store.errors import StoreDamagedError

# Table and its key; what the server or a new pull can tell is not in it.
MIRRORED: Final = {
    "meta": "name",
    "outbox": "position",
    "own_note_updates": "position",
    "notes": "doc",
    "quarantine": "id",
}
_SIDE_FILES: Final = ("", "-wal", "-shm")


def mirror_path(path: Path) -> Path:
    """Where the mirror of the database at `path` lies."""
    return path.with_name(path.name + ".unsent")


def attach_mirror(connection: Connection, path: Path, key: bytes) -> None:
    """Follow every change from now on; a mirror that cannot be read is made anew."""
    try:
        _attach(connection, path, key)
    except StoreDamagedError:
        if any(row[1] == "unsent" for row in connection.execute("PRAGMA database_list")):
            connection.execute("DETACH unsent")
        for suffix in _SIDE_FILES:
            mirror = mirror_path(path)
            mirror.with_name(mirror.name + suffix).unlink(missing_ok=True)
        _attach(connection, path, key)


def _attach(connection: Connection, path: Path, key: bytes) -> None:
    mirror_path(path).touch(mode=0o600)
    with in_our_words():
        connection.execute(f"ATTACH ? AS unsent KEY \"x'{key.hex()}'\"", (str(mirror_path(path)),))
        connection.execute("PRAGMA unsent.journal_mode = WAL").fetchone()
        connection.execute("PRAGMA unsent.synchronous = OFF")
    with transaction(connection, durable=False):
        for table, key_column in MIRRORED.items():
            _follow(connection, table, key_column)


def _follow(connection: Connection, table: str, key: str) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
    listed = ", ".join(columns)
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS unsent.unsent_{table} ({listed}, PRIMARY KEY ({key}))"
    )
    if _extent(connection, f"main.{table}", key) != _extent(connection, f"unsent_{table}", key):
        connection.execute(f"DELETE FROM unsent_{table}")  # noqa: S608  - our own names
        connection.execute(f"INSERT INTO unsent_{table} SELECT {listed} FROM main.{table}")  # noqa: S608  - our own names
    values = ", ".join(f"NEW.{column}" for column in columns)
    # With the plus the value is compared as it is: otherwise the untyped key would be brought to
    # its type first, which no index knows, and each change would read the whole mirror.
    for event in ("INSERT", "UPDATE"):
        # Not INSERT OR REPLACE: inside a trigger the outer statement's conflict clause prevails.
        connection.execute(
            f"CREATE TEMP TRIGGER unsent_{event}_{table} AFTER {event} ON main.{table} BEGIN "  # noqa: S608  - our own names
            f"DELETE FROM unsent_{table} WHERE {key} = +NEW.{key}; "
            f"INSERT INTO unsent_{table} VALUES ({values}); END"
        )
    connection.execute(
        f"CREATE TEMP TRIGGER unsent_DELETE_{table} AFTER DELETE ON main.{table} "  # noqa: S608  - our own names
        f"BEGIN DELETE FROM unsent_{table} WHERE {key} = +OLD.{key}; END"
    )


def _extent(connection: Connection, table: str, key: str) -> tuple[object, ...]:
    row: tuple[object, ...] = connection.execute(
        f"SELECT count(*), min({key}), max({key}) FROM {table}"  # noqa: S608  - our own names
    ).fetchone()
    return row
