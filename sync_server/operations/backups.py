"""Backups that fit both databases: every row as it is stored, sealed values sealed.

A backup holds no key. Whoever restores it needs the key file of the data directory as well, or
the same ENCRYPTION_KEYS; kept apart, neither tells anybody anything.
"""

import gzip
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from sync_server.followups.restoring import recall_mail, remember_mail
from sync_server.infra.crypto import KeysUnusable
from sync_server.infra.database import Tx
from sync_server.infra.files import BeingWritten, put_in_place, unfinished
from sync_server.models import metadata
from sync_server.models.base import Instant
from sync_server.models.records import erased_ids
from sync_server.models.workspace import server_keys, workspace
from sync_server.operations.commands import CommandFailed
from sync_server.operations.migrating import NoSuchRevision, current_revision, migrate
from sync_server.operations.purging import erase_again

_FORMAT = "interview-desk-backup"
_VERSION = 1
_BATCH = 500
# What a file that is none of ours, or was damaged, makes of reading it.
_DAMAGED = (
    AttributeError,
    EOFError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
    exc.DataError,
    exc.IntegrityError,
    exc.InterfaceError,
    exc.ProgrammingError,
    zlib.error,
)


def write_backup(tx: Tx, path: Path) -> int:
    """Write all rows that `tx` sees to `path`, whole or not at all; how many rows.

    CommandFailed where the disk does not take it, or another backup is being written there.
    """
    try:
        return _write(tx, path)
    except BeingWritten as error:
        told = f"Another backup is being written to {path}. Wait for it, or name another file."
        raise CommandFailed(told) from error
    except OSError as error:
        raise CommandFailed(f"Nothing can be written to {path}: {error.strerror}.") from error


def _write(tx: Tx, path: Path) -> int:
    with unfinished(path) as (place, descriptor):
        count = _fill_file(tx, descriptor)
        put_in_place(place, path)
    return count


def _fill_file(tx: Tx, descriptor: int) -> int:
    with open(descriptor, "wb", closefd=False) as raw:
        with gzip.open(raw, "wt", encoding="utf-8") as file:
            head = {"format": _FORMAT, "version": _VERSION, "revision": current_revision(tx)}
            file.write(json.dumps(head) + "\n")
            count = 0
            for line in _lines(tx):
                file.write(line + "\n")
                count += 1
            # A file cut short is noticed by what is missing here.
            file.write(json.dumps({"rows": count}) + "\n")
        raw.flush()
        os.fsync(raw.fileno())
    return count


def read_backup(tx: Tx, path: Path) -> int:
    """Put the rows of a backup in place of everything here, in a new epoch; how many rows.

    A backup of an earlier version goes into the tables of that time, which are then brought up to
    date. CommandFailed for a file that is no whole backup, or is of a newer version; KeysUnusable
    when the keys at hand are not those that sealed it. Nothing has changed then, once `tx` is
    rolled back.
    """
    erased = set(tx.connection.execute(sa.select(erased_ids.c.id)).scalars())
    mail = remember_mail(tx)
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            count = _restore(tx, file)
    except FileNotFoundError as error:
        raise CommandFailed(f"There is no file {path}.") from error
    except _DAMAGED as error:
        raise CommandFailed(f"{path} is not a whole backup of this server.") from error
    _check_keys(tx)
    # What was erased after the backup was made must not come back with it.
    erase_again(tx, erased)
    recall_mail(tx, mail)
    tx.connection.execute(sa.update(workspace).values(epoch=secrets.token_urlsafe(12)))
    return count


def _lines(tx: Tx) -> Iterator[str]:
    for table in metadata.sorted_tables:
        rows = tx.connection.execute(sa.select(table), execution_options={"yield_per": _BATCH})
        for row in rows.mappings():
            values = {name: _plain(value) for name, value in row.items()}
            yield json.dumps({"table": table.name, "row": values})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _restore(tx: Tx, file: Iterator[str]) -> int:
    revision = _revision_in(json.loads(next(file, "null")))
    for table in reversed(metadata.sorted_tables):
        tx.connection.execute(sa.delete(table))
    if revision == current_revision(tx):
        return _fill(tx, file)
    if revision is None:
        raise ValueError("of no version")
    _go_to(tx, revision)
    count = _fill(tx, file)
    migrate(tx)
    return count


def _revision_in(head: Any) -> str | None:
    if (head["format"], head["version"]) != (_FORMAT, _VERSION):
        raise ValueError("another format")
    return None if head["revision"] is None else str(head["revision"])


def _go_to(tx: Tx, revision: str) -> None:
    try:
        migrate(tx, revision)
    except NoSuchRevision as error:
        told = "The backup is of a newer version of this server. Update the server first."
        raise CommandFailed(told) from error


def _fill(tx: Tx, file: Iterator[str]) -> int:
    """Insert every row; how many that were."""
    for count, line in enumerate(file):
        entry = json.loads(line)
        if "rows" in entry:
            # The sum behind the last line is compared by who reads on to the very end.
            if entry["rows"] != count or next(file, None) is not None:
                raise ValueError("damaged, or rows are missing")
            return count
        name, row = entry["table"], entry["row"]
        table = metadata.tables.get(name)
        if table is None:
            # Of a table that an earlier version had: the migrations know what becomes of it.
            tx.connection.execute(sa.insert(sa.table(name, *map(sa.column, row))).values(row))
        else:
            tx.connection.execute(sa.insert(table).values(_typed(table, row)))
    raise ValueError("the end is missing")


def _typed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.columns[name].type, value) for name, value in row.items()}


def _value(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, sa.Date) else value


def _check_keys(tx: Tx) -> None:
    """Open one sealed value: a server without the right keys would otherwise start and fail."""
    for purpose, material in tx.connection.execute(
        sa.select(server_keys.c.purpose, server_keys.c.material)
    ):
        try:
            key = tx.vault.open_bytes(material, table="server_keys", row=purpose, column="material")
        except KeysUnusable as error:
            raise KeysUnusable(
                "The backup was sealed with other keys. Put its keys.json into the data directory,"
                " or set ENCRYPTION_KEYS."
            ) from error
        tx.vault.learn(purpose, key)
