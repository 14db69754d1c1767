"""A database that is locked, full or away: nothing is acknowledged, and the caller may retry."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as driver

from sync_server.app import app_on
from sync_server.infra.database import DatabaseUnavailable, Tx, is_unavailable
from sync_server.infra.postgres import PostgresDatabase
from sync_server.infra.sqlite import SqliteDatabase
from sync_server.models import workspace
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import SetClock, create_all, orphan, parts_on, test_vault

KEY = "correct horse's battery"


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase(
        tmp_path / "desk.db", vault=test_vault(), clock=SetClock(), busy_seconds=0.05
    )
    await database.write(create_all)
    yield database
    await database.close()


def _counter(tx: Tx) -> int:
    return tx.connection.execute(sa.select(workspace.c.seq)).scalar_one()


def _raise_counter(tx: Tx) -> None:
    tx.connection.execute(sa.update(workspace).values(seq=workspace.c.seq + 1))


async def test_a_database_that_a_stranger_has_locked_is_unavailable(
    sqlite: SqliteDatabase, tmp_path: Path
) -> None:
    stranger = driver.connect(str(tmp_path / "desk.db"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    outcomes = await asyncio.gather(
        *(sqlite.write(_raise_counter) for _ in range(3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 3
    assert await sqlite.read(_counter) == 0
    stranger.execute("ROLLBACK")
    stranger.close()
    await sqlite.write(_raise_counter)
    assert await sqlite.read(_counter) == 1


async def test_the_caller_of_a_locked_database_gets_a_503_and_when_to_return(
    sqlite: SqliteDatabase, tmp_path: Path
) -> None:
    stranger = driver.connect(str(tmp_path / "desk.db"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    app = app_on(parts_on(sqlite, SetClock(), data_dir=tmp_path))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1"
    ) as client:
        answer = await client.post("/v1/devices/refresh", json={"refresh_token": "x"})
        ready = await client.get("/readyz")
    stranger.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"] == "unavailable"


async def test_a_full_disk_refuses_what_does_not_fit_and_keeps_what_does(
    sqlite: SqliteDatabase,
) -> None:
    def limit(tx: Tx) -> None:
        raw = tx.connection.connection.driver_connection
        assert raw is not None
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages + 2}")

    def too_much(tx: Tx) -> None:
        tx.connection.execute(sa.update(workspace).values(name="x" * 100_000))

    await sqlite.write(limit)
    outcomes = await asyncio.gather(
        sqlite.write(_raise_counter),
        sqlite.write(too_much),
        sqlite.write(_raise_counter),
        sqlite.write(too_much),
        sqlite.write(_raise_counter),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        DatabaseUnavailable,
        type(None),
        DatabaseUnavailable,
        type(None),
    ]
    assert await sqlite.read(_counter) == 3
    name = await sqlite.read(
        lambda tx: tx.connection.execute(sa.select(workspace.c.name)).scalar_one()
    )
    assert name == "Team"


async def test_a_commit_that_fails_fails_all_who_shared_it(sqlite: SqliteDatabase) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        await sqlite.write(orphan)
    await sqlite.write(_raise_counter)
    assert await sqlite.read(_counter) == 1


@pytest.mark.parametrize("key", [KEY, "0f" * 32])
async def test_a_file_with_a_key_tells_nothing_to_others(tmp_path: Path, key: str) -> None:
    path = tmp_path / "desk.db"
    first = SqliteDatabase(path, vault=test_vault(), clock=SetClock(), key=key)
    await first.write(create_all)
    await first.close()
    assert not path.read_bytes().startswith(b"SQLite format 3")
    again = SqliteDatabase(path, vault=test_vault(), clock=SetClock(), key=key)
    assert await again.read(_counter) == 0
    await again.close()
    wrong = SqliteDatabase(path, vault=test_vault(), clock=SetClock(), key="wrong")
    with pytest.raises(DatabaseUnavailable):
        await wrong.write(_raise_counter)
    with pytest.raises(DatabaseUnavailable):
        await wrong.read(_counter)
    await wrong.close()


@pytest.mark.postgres
async def test_a_postgres_that_stopped_is_unavailable_until_it_is_back(tmp_path: Path) -> None:
    cluster = PostgresCluster()
    try:
        url = cluster.url(cluster.new_database())
        database = PostgresDatabase(url, vault=test_vault(), clock=SetClock())
        await database.write(create_all)
        cluster.halt()
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable):
                await database.write(_raise_counter)
        with pytest.raises(DatabaseUnavailable):
            await database.read(_counter)
        cluster.resume()
        await asyncio.gather(*(database.write(_raise_counter) for _ in range(3)))
        assert await database.read(_counter) == 3
        await database.close()
    finally:
        cluster.stop()


@pytest.mark.postgres
async def test_transactions_that_collide_are_tried_again(
    postgres_cluster: PostgresCluster,
) -> None:
    """Two units take two rows in opposite order: PostgreSQL ends one, and it runs once more."""
    name = postgres_cluster.new_database()
    database = PostgresDatabase(postgres_cluster.url(name), vault=test_vault(), clock=SetClock())
    await database.write(
        lambda tx: tx.connection.exec_driver_sql(
            "CREATE TABLE pairs AS SELECT n, 0 AS times FROM generate_series(1, 2) AS n"
        )
    )
    runs: list[str] = []
    barrier = asyncio.Barrier(2)
    loop = asyncio.get_running_loop()

    def crossing(first: int, second: int) -> Callable[[Tx], None]:
        def work(tx: Tx) -> None:
            runs.append(f"{first}{second}")
            raise_one = "UPDATE pairs SET times = times + 1 WHERE n = %(n)s"
            tx.connection.exec_driver_sql(raise_one, {"n": first})
            if len(runs) <= 2:
                asyncio.run_coroutine_threadsafe(barrier.wait(), loop).result()
            tx.connection.exec_driver_sql(raise_one, {"n": second})

        return work

    await asyncio.gather(database.write(crossing(1, 2)), database.write(crossing(2, 1)))
    times = await database.read(
        lambda tx: list(tx.connection.exec_driver_sql("SELECT times FROM pairs").scalars())
    )
    await database.close()
    assert times == [2, 2]
    # The one that was ended may meet the other's last moment and be ended once more.
    assert len(runs) > 2
    postgres_cluster.drop(name)


@pytest.mark.postgres
async def test_who_collides_every_time_is_told_to_return(
    postgres_cluster: PostgresCluster,
) -> None:
    name = postgres_cluster.new_database()
    database = PostgresDatabase(postgres_cluster.url(name), vault=test_vault(), clock=SetClock())

    def always_colliding(tx: Tx) -> None:
        tx.connection.exec_driver_sql("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")

    with pytest.raises(DatabaseUnavailable, match="same place"):
        await database.write(always_colliding)
    await database.close()
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await database.read(_counter)
    postgres_cluster.drop(name)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("ours"), False),
        (sa.exc.TimeoutError("no connection is free"), True),
        (sa.exc.NoResultFound("ours"), False),
    ],
)
def test_only_the_environment_makes_a_database_unavailable(
    error: Exception, *, expected: bool
) -> None:
    assert is_unavailable(error) is expected
