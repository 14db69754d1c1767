"""What is told while the disk works, and who waits until it is true."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from sync_server.infra.announcing import Announcing
from sync_server.infra.bus import Bus
from sync_server.infra.database import Database, DatabaseUnavailable, Tx
from sync_server.infra.sqlite import SqliteDatabase
from tests.helpers.server import SetClock, create_all, orphan, test_vault


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase(tmp_path / "server.db", vault=test_vault(), clock=SetClock())
    await database.write(create_all)
    yield database
    await database.close()


def announces(*messages: str, after: str = "kept") -> Callable[[Tx], None]:
    """A unit of work that announces, and tells something else when it is kept."""

    def work(tx: Tx) -> None:
        for message in messages:
            tx.announce(message, about=message[0])
        tx.tell(after)

    return work


async def test_what_is_announced_is_heard_before_anything_is_answered_or_told(
    sqlite: SqliteDatabase,
) -> None:
    order: list[object] = []
    with sqlite.bus.subscribe() as news:
        asked = asyncio.ensure_future(sqlite.write(announces("a1", "a2", "b1")))
        asked.add_done_callback(lambda _: order.append("answered"))
        while "kept" not in order:
            order.append(await anext(news))
    assert order == ["a2", "b1", "answered", "kept"]


async def test_who_hears_an_announcement_reads_what_it_was_about_once_it_has_caught_up(
    database: Database,
) -> None:
    def work(tx: Tx) -> None:
        tx.connection.execute(sa.text("UPDATE workspace SET seq = 7"))
        tx.announce("seven", about=None)
        tx.tell("kept")

    with database.bus.subscribe() as news:
        asked = asyncio.ensure_future(database.write(work))
        assert await anext(news) == ("seven" if database.announces else "kept")
        await database.caught_up()
        read = sa.text("SELECT seq FROM workspace")
        assert await database.read(lambda tx: tx.connection.execute(read).scalar_one()) == 7
        await asked


async def test_what_failed_is_not_announced_while_what_shared_its_commit_is(
    sqlite: SqliteDatabase,
) -> None:
    def fails(tx: Tx) -> None:
        tx.announce("never", about=None)
        raise LookupError

    with sqlite.bus.subscribe() as news:
        works = (sqlite.write(fails), sqlite.write(announces("a1")))
        await asyncio.gather(*works, return_exceptions=True)
        assert [await anext(news), await anext(news)] == ["a1", "kept"]


async def test_nobody_waits_for_a_commit_that_failed_and_only_the_first_is_announced(
    sqlite: SqliteDatabase,
) -> None:
    def orphan_until_commit(tx: Tx) -> None:
        tx.announce("lost", about=None)
        orphan(tx)

    with sqlite.bus.subscribe() as news:
        asked = asyncio.ensure_future(sqlite.write(orphan_until_commit))
        assert await anext(news) == "lost"
        await sqlite.caught_up()
        with pytest.raises(sa.exc.IntegrityError):
            await asked
        # Whoever was poked would try again at once, and poke itself again.
        with pytest.raises(sa.exc.IntegrityError):
            await sqlite.write(orphan_until_commit)
        await sqlite.write(announces("a1"))
        assert [await anext(news), await anext(news)] == ["a1", "kept"]


@pytest.fixture
def announcing() -> Announcing:
    return Announcing(Bus())


async def test_who_loses_patience_leaves_the_others_waiting(announcing: Announcing) -> None:
    announcing.begin([(asyncio.get_running_loop(), ["soon"])])
    impatient, patient = (asyncio.ensure_future(announcing.over()) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait({impatient})
    assert impatient.cancelled()
    assert not patient.done()
    announcing.end(kept=True)
    await patient


async def test_while_commits_fail_nothing_is_told_before_it_is_kept() -> None:
    bus, loop = Bus(), asyncio.get_running_loop()
    announcing = Announcing(bus)
    with bus.subscribe() as news:
        for number, kept in enumerate([True, False, False, True, True]):
            announcing.begin([(loop, [number])])
            await asyncio.sleep(0)
            told = news.waiting()
            announcing.end(kept=kept)
            await asyncio.sleep(0)
            # In time, in vain, not at all, late, and in time again.
            expected = {0: ([0], []), 1: ([1], []), 2: ([], []), 3: ([], [3]), 4: ([4], [])}
            assert (told, news.waiting()) == expected[number]


async def test_a_failed_commit_that_had_nothing_to_tell_counts_like_any_other() -> None:
    bus, loop = Bus(), asyncio.get_running_loop()
    announcing = Announcing(bus)

    async def told_early(message: str) -> list[object]:
        with bus.subscribe() as news:
            announcing.begin([(loop, [message])])
            await asyncio.sleep(0)
            early = news.waiting()
            announcing.end(kept=True)
            # What was withheld is told now.
            await asyncio.sleep(0)
        return early

    announcing.begin([(loop, [])])
    announcing.end(kept=False)
    assert await told_early("after a failure") == []
    # Where everything in it went wrong, nothing came to a commit.
    announcing.end(kept=False)
    assert await told_early("after a success") == ["after a success"]
    announcing.begin([(loop, [])])
    announcing.end(kept=False)
    announcing.begin([(loop, [])])
    announcing.end(kept=True)
    assert await told_early("well again") == ["well again"]


async def test_where_nothing_was_announced_nobody_waits(announcing: Announcing) -> None:
    announcing.begin([(asyncio.get_running_loop(), [])])
    await announcing.over()
    announcing.end(kept=True)
    await announcing.over()


async def test_a_loop_that_has_ended_keeps_no_commit_from_its_end(announcing: Announcing) -> None:
    ended = asyncio.new_event_loop()
    ended.close()
    announcing.begin([(ended, ["soon"])])
    waiting = asyncio.ensure_future(announcing.over())
    await asyncio.sleep(0)
    assert not waiting.done()
    announcing.end(kept=True)
    await waiting


async def test_a_database_that_has_ended_has_caught_up(sqlite: SqliteDatabase) -> None:
    await sqlite.write(announces("a1"))
    await sqlite.close()
    await sqlite.caught_up()
    with pytest.raises(DatabaseUnavailable):
        await sqlite.write(announces("a1"))
