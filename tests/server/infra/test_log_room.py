"""Room in the write-ahead log of the embedded database."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as driver

from sync_server.infra.database import Tx
from sync_server.infra.log_room import make_room
from sync_server.infra.sqlite import SqliteDatabase
from sync_server.models import workspace
from tests.helpers.server import SetClock, create_all, test_vault

# What SQLite lets the log grow to before it begins anew, and some more.
LEAST = 1_000 * (4_096 + 24)


def opened(file: Path) -> SqliteDatabase:
    return SqliteDatabase(file, vault=test_vault(), clock=SetClock())


def raise_counter(tx: Tx) -> int:
    statement = sa.update(workspace).values(seq=workspace.c.seq + 1).returning(workspace.c.seq)
    return tx.connection.execute(statement).scalar_one()


async def test_the_log_has_its_length_from_the_first_commit_on(tmp_path: Path) -> None:
    database, log = opened(tmp_path / "server.db"), tmp_path / "server.db-wal"
    await database.write(create_all)
    room = log.stat().st_size
    assert room > LEAST
    for _ in range(20):
        await database.write(raise_counter)
    assert log.stat().st_size == room
    await database.close()
    assert not log.exists()


async def test_a_log_with_room_left_is_read_after_a_crash_as_any_other(tmp_path: Path) -> None:
    database, crashed = opened(tmp_path / "server.db"), tmp_path / "crashed"
    await database.write(create_all)
    for _ in range(20):
        await database.write(raise_counter)
    crashed.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(tmp_path / f"server.db{ending}", crashed)
    await database.close()
    again = opened(crashed / "server.db")
    assert await again.write(raise_counter) == 21
    await again.close()
    with driver.connect(str(crashed / "server.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.parametrize("log", ["missing", "a folder", "on a full disk"])
def test_without_room_to_be_had_the_log_stays_as_it_is(tmp_path: Path, log: str) -> None:
    full = Path("/dev/full")
    paths = {"missing": tmp_path / "none", "a folder": tmp_path, "on a full disk": full}
    make_room(paths[log])
    assert not (tmp_path / "none").exists()


def test_what_a_log_holds_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "server.db-wal"
    log.write_bytes(b"frames")
    make_room(log)
    assert log.read_bytes().rstrip(b"\0") == b"frames"
    long = bytes([1]) * (log.stat().st_size + 1)
    log.write_bytes(long)
    make_room(log)
    assert log.read_bytes() == long
