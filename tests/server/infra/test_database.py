"""Units of work on both databases."""

import asyncio

import pytest
import sqlalchemy as sa

from sync_server.infra.database import Database, DatabaseUnavailable, Tx
from sync_server.models import workspace
from tests.helpers.server import NOON, WORKSPACE_ID


def _raise_counter(tx: Tx) -> int:
    statement = sa.update(workspace).values(seq=workspace.c.seq + 1).returning(workspace.c.seq)
    return tx.connection.execute(statement).scalar_one()


def _counter(tx: Tx) -> int:
    return tx.connection.execute(sa.select(workspace.c.seq)).scalar_one()


async def test_a_write_is_there_for_the_next_reader(database: Database) -> None:
    assert await database.write(_raise_counter) == 1
    assert await database.read(_counter) == 1


async def test_a_hundred_writers_at_once_each_get_their_own_number(database: Database) -> None:
    numbers = await asyncio.gather(*(database.write(_raise_counter) for _ in range(100)))
    assert sorted(numbers) == list(range(1, 101))


async def test_a_failing_unit_undoes_itself_and_nobody_else(database: Database) -> None:
    def half_done(tx: Tx) -> int:
        _raise_counter(tx)
        raise LookupError("half done")

    works = [_raise_counter, half_done, _raise_counter, half_done, _raise_counter]
    results = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    assert [isinstance(result, LookupError) for result in results] == [0, 1, 0, 1, 0]
    assert await database.read(_counter) == 3


async def test_a_broken_statement_undoes_only_its_unit(database: Database) -> None:
    def twice_the_same(tx: Tx) -> None:
        _raise_counter(tx)
        row = tx.connection.execute(sa.select(workspace)).one()
        tx.connection.execute(sa.insert(workspace).values(**row._mapping))

    results = await asyncio.gather(
        database.write(_raise_counter),
        database.write(twice_the_same),
        database.write(_raise_counter),
        return_exceptions=True,
    )
    assert isinstance(results[1], sa.exc.IntegrityError)
    assert await database.read(_counter) == 2


async def test_news_comes_after_the_commit_and_only_for_what_was_kept(database: Database) -> None:
    heard: list[str] = []

    def telling(tx: Tx) -> None:
        _raise_counter(tx)
        tx.after_commit(lambda: heard.append("kept"))

    def telling_too_early(tx: Tx) -> None:
        tx.after_commit(lambda: heard.append("lost"))
        raise LookupError

    await asyncio.gather(
        database.write(telling), database.write(telling_too_early), return_exceptions=True
    )
    await asyncio.sleep(0)
    assert heard == ["kept"]


async def test_news_reaches_listeners_even_if_the_caller_has_gone(database: Database) -> None:
    heard = asyncio.Event()

    def telling(tx: Tx) -> None:
        tx.after_commit(heard.set)
        _raise_counter(tx)

    caller = asyncio.ensure_future(database.write(telling))
    await asyncio.sleep(0)
    if database.dialect == "sqlite":
        caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await heard.wait()
    assert await database.read(_counter) == 1


async def test_a_reader_sees_one_snapshot_while_others_write(database: Database) -> None:
    loop = asyncio.get_running_loop()

    def look_twice(tx: Tx) -> tuple[int, int]:
        before = _counter(tx)
        asyncio.run_coroutine_threadsafe(database.write(_raise_counter), loop).result()
        return before, _counter(tx)

    assert await database.read(look_twice) == (0, 0)
    assert await database.read(_counter) == 1


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises((DatabaseUnavailable, sa.exc.DBAPIError)):
        await database.read(_raise_counter)
    assert await database.read(_counter) == 0


async def test_a_unit_has_one_instant(database: Database) -> None:
    assert await database.read(lambda tx: tx.now) == NOON


async def test_a_time_comes_back_as_the_instant_it_was(database: Database) -> None:
    created = await database.read(
        lambda tx: tx.connection.execute(sa.select(workspace.c.created_at)).scalar_one()
    )
    assert created == NOON
    assert created.utcoffset() is not None


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    def naive(tx: Tx) -> None:
        tx.connection.execute(sa.update(workspace).values(created_at=NOON.replace(tzinfo=None)))

    with pytest.raises(sa.exc.StatementError, match="zone"):
        await database.write(naive)


async def test_nothing_is_written_or_read_after_the_end(database: Database) -> None:
    await database.close()
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await database.write(_raise_counter)
    with pytest.raises(DatabaseUnavailable):
        await database.read(_counter)


async def test_what_was_asked_before_the_end_is_still_written(database: Database) -> None:
    pending = [asyncio.ensure_future(database.write(_raise_counter)) for _ in range(5)]
    await asyncio.sleep(0)
    await database.close()
    assert sorted(await asyncio.gather(*pending)) == [1, 2, 3, 4, 5]


async def test_a_statement_that_fails_does_not_tell_its_values(database: Database) -> None:
    def leaking(tx: Tx) -> None:
        tx.connection.execute(sa.text("select no_such_column, :secret"), {"secret": "guest@x.io"})

    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        await database.write(leaking)
    assert "guest@x.io" not in str(caught.value)


async def test_the_workspace_is_the_one_of_the_tests(database: Database) -> None:
    found = await database.read(
        lambda tx: tx.connection.execute(sa.select(workspace.c.id)).scalar_one()
    )
    assert found == WORKSPACE_ID
