"""The door into the inbox: who shares a commit, what a burst is, what happens when it fails."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as driver
from typing_extensions import override

from sync_server.calcom.intake import Arrival, Intake
from sync_server.calcom.news import EventKept
from sync_server.calcom.reading import understood
from sync_server.infra.database import Database, DatabaseUnavailable, Tx
from sync_server.infra.sqlite import SqliteDatabase
from sync_server.models.calcom import webhook_events
from tests.helpers import calcom
from tests.helpers.around import AroundDatabase
from tests.helpers.server import SetClock, create_all, orphan, test_vault


def arrival(number: int, *, size: int = 10) -> Arrival:
    return Arrival("", f"{number}".encode().ljust(size), "BOOKING_CREATED", f"u{number}")


def kept(tx: Tx) -> list[str]:
    query = sa.select(webhook_events.c.booking_uid).order_by(webhook_events.c.id)
    return list(tx.connection.execute(query).scalars())


class Commits(AroundDatabase):
    """Counts the units of work that go to a real database."""

    def __init__(self, real: Database) -> None:
        super().__init__(real)
        self.count = 0
        self.begun = asyncio.Event()

    @override
    async def write(self, work):
        self.count += 1
        self.begun.set()
        return await super().write(work)


async def test_those_who_come_together_or_during_a_commit_share_the_next(
    database: Database,
) -> None:
    commits = Commits(database)
    intake = Intake(commits)
    first = [asyncio.ensure_future(intake.keep(arrival(number))) for number in range(1, 21)]
    await commits.begun.wait()
    later = [asyncio.ensure_future(intake.keep(arrival(number))) for number in range(21, 41)]
    assert await asyncio.gather(*first, *later) == [True] * 40
    assert commits.count == 2
    assert await database.read(kept) == [f"u{number}" for number in range(1, 41)]


async def test_known_and_new_ones_share_a_statement_and_each_hears_what_it_is(
    database: Database,
) -> None:
    intake = Intake(database)
    await asyncio.gather(*(intake.keep(arrival(number)) for number in (2, 4)))
    numbers = (9, 1, 2, 3, 3, 4, 5)
    news = await asyncio.gather(*(intake.keep(arrival(number)) for number in numbers))
    assert news == [True, True, False, True, False, False, True]
    assert sorted(await database.read(kept)) == ["u1", "u2", "u3", "u4", "u5", "u9"]


async def test_listeners_hear_of_new_events_and_not_of_known_ones(database: Database) -> None:
    intake = Intake(database)
    with database.bus.subscribe() as news:
        assert await intake.keep(arrival(1))
        assert not await intake.keep(arrival(1))
        assert await intake.keep(arrival(2))
        heard = [await anext(news), await anext(news)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await anext(news)
    assert heard == [EventKept(), EventKept()]


async def test_a_few_events_are_no_burst_and_many_at_once_are_until_they_are_over(
    database: Database,
) -> None:
    now = [0.0]
    intake = Intake(database, seconds=lambda: now[0])
    for number in range(40):
        now[0] += 0.2
        await intake.keep(arrival(number))
        assert not intake.is_busy
    for number in range(40, 56):
        await intake.keep(arrival(number))
    assert intake.is_busy
    now[0] += 0.3
    assert not intake.is_busy


async def keep_one_after_the_other(intake: Intake, numbers: range) -> None:
    """Each comes in while the loop turns for the last one."""
    kept = []
    for number in numbers:
        kept.append(asyncio.ensure_future(intake.keep(arrival(number))))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await asyncio.gather(*kept)


async def test_in_a_burst_a_commit_waits_for_those_who_are_about_to_send(
    database: Database,
) -> None:
    now = [0.0]
    commits = Commits(database)
    intake = Intake(commits, seconds=lambda: now[0])
    await asyncio.gather(*(intake.keep(arrival(number)) for number in range(20)))
    before = commits.count
    await keep_one_after_the_other(intake, range(20, 30))
    assert commits.count == before + 1
    now[0] += 1.0
    # Somebody alone waits for nobody.
    await keep_one_after_the_other(intake, range(30, 32))
    assert commits.count == before + 3


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    """A database on a disk that is nearly full."""
    database = SqliteDatabase(tmp_path / "desk.db", vault=test_vault(), clock=SetClock())
    await database.write(create_all)
    await database.write(lambda tx: _leave_room(tx, pages=20))
    yield database
    await database.close()


def _leave_room(tx: Tx, *, pages: int) -> None:
    connection = tx.connection
    used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {used + pages}")


async def test_on_a_full_disk_nobody_is_told_that_an_event_was_kept(small: SqliteDatabase) -> None:
    intake = Intake(small)
    assert await intake.keep(arrival(0))
    large = [arrival(number, size=9000) for number in range(1, 60)]
    answers = await asyncio.gather(*map(intake.keep, large), return_exceptions=True)
    acknowledged = [one.uid for one, answer in zip(large, answers, strict=True) if answer is True]
    refused = [answer for answer in answers if isinstance(answer, DatabaseUnavailable)]
    assert len(refused) + len(acknowledged) == len(large)
    assert refused
    assert await small.read(kept) == ["u0", *acknowledged]
    # With room again all goes on as before, for the same events too.
    await small.write(lambda tx: _leave_room(tx, pages=10_000))
    again = await asyncio.gather(*map(intake.keep, large))
    assert again == [one.uid not in acknowledged for one in large]
    assert len(await small.read(kept)) == 1 + len(large)


async def test_a_sender_who_hangs_up_does_not_keep_others_waiting(database: Database) -> None:
    intake = Intake(database)
    senders = [asyncio.ensure_future(intake.keep(arrival(number))) for number in range(6)]
    await asyncio.sleep(0)
    for gone in (0, 2):
        senders[gone].cancel()
    answers = await asyncio.gather(*senders, return_exceptions=True)
    assert [answer for answer in answers if answer is True] == [True] * 4
    assert await intake.keep(arrival(6))


async def test_what_can_wait_goes_on_in_a_lull_and_at_last_beside_a_burst(
    database: Database,
) -> None:
    now = [0.0]
    intake = Intake(database, seconds=lambda: now[0])
    async with asyncio.timeout(0):
        await intake.lull()
    for number in range(16):
        await intake.keep(arrival(number))
    waiting = asyncio.create_task(intake.lull())
    await asyncio.sleep(0)
    assert not waiting.done()
    now[0] += 0.3
    await waiting
    now[0] -= 0.3
    waiting = asyncio.create_task(intake.lull(at_most=0.1))
    await asyncio.sleep(0)
    assert not waiting.done()
    now[0] += 0.1
    await waiting
    assert intake.is_busy


def misses() -> int:
    return understood.cache_info().misses


async def test_what_is_kept_is_understood_meanwhile_for_who_reads_it_next(
    database: Database,
) -> None:
    # Nobody has ever asked what this one means.
    event = booked(str(uuid.uuid4()))
    before = misses()
    assert await Intake(database).keep(event)
    assert misses() == before + 1
    assert understood(event.body).meaning.uid == event.uid
    assert misses() == before + 1


async def test_in_a_burst_nothing_but_keeping_is_done(database: Database) -> None:
    intake, read = Intake(database, seconds=lambda: 0.0), list[str]()
    before = misses()
    arrivals = [booked(f"u{number}") for number in range(20)]
    with intake.reading(lambda tx: read.extend(kept(tx))):
        assert await asyncio.gather(*map(intake.keep, arrivals)) == [True] * 20
    assert intake.is_busy
    assert misses() == before
    assert read == []


def booked(uid: str) -> Arrival:
    return Arrival("", calcom.body_of(calcom.created(uid)), "BOOKING_CREATED", uid)


def commits_in(log: bytes) -> int:
    """How many transactions stand in SQLite's log, whose last pages say how long the file is.

    https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    """
    head, frame = 32, 24
    step = frame + int.from_bytes(log[8:12], "big")
    frames = (log[at : at + frame] for at in range(head, len(log), step))
    return sum(1 for one in frames if one[8:16] == log[16:24] and any(one[4:8]))


@pytest.mark.parametrize("reads", [False, True])
async def test_an_event_that_comes_alone_is_read_in_the_commit_that_keeps_it(
    tmp_path: Path, *, reads: bool
) -> None:
    file = tmp_path / "server.db"
    database = SqliteDatabase(file, vault=test_vault(), clock=SetClock())
    await database.write(create_all)
    intake, seen, log = Intake(database), list[str](), file.with_name("server.db-wal")

    def read(tx: Tx) -> None:
        seen.extend(kept(tx))
        tx.connection.execute(sa.update(webhook_events).values(state="done"))

    async def commits_of(uid: str) -> int:
        before = commits_in(log.read_bytes())
        if reads:
            with intake.reading(read):
                assert await intake.keep(booked(uid))
        else:
            assert await intake.keep(booked(uid))
            await database.write(read)
        assert seen[-1] == uid
        return commits_in(log.read_bytes()) - before

    # A busy system may stop a thread where it likes, now and then; not each time.
    assert min([await commits_of(f"u{number}") for number in range(10)]) == (1 if reads else 2)
    await database.close()


async def test_what_several_servers_write_is_kept_and_read_apart(database: Database) -> None:
    intake = Intake(database)
    with intake.reading(kept):
        assert intake.reads is not database.is_shared
    assert not intake.reads


async def test_events_that_cannot_be_read_are_kept_all_the_same(database: Database) -> None:
    def fails(_: Tx) -> None:
        raise LookupError

    intake = Intake(database)
    with database.bus.subscribe() as news, intake.reading(fails):
        assert await intake.keep(booked("u1"))
        assert await anext(news) == EventKept()
    assert await database.read(kept) == ["u1"]


async def test_reading_that_is_too_much_for_the_commit_costs_no_event(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "server.db", vault=test_vault(), clock=SetClock())
    await database.write(create_all)
    intake = Intake(database)
    with intake.reading(orphan):
        assert await intake.keep(booked("u1"))
    assert await database.read(kept) == ["u1"]
    await database.close()


@pytest.fixture
async def locked(tmp_path: Path) -> AsyncIterator[Commits]:
    """A database that another program holds for as long as the test takes."""
    file = tmp_path / "desk.db"
    database = SqliteDatabase(file, vault=test_vault(), clock=SetClock(), busy_seconds=0.01)
    await database.write(create_all)
    with closing(driver.connect(str(file), isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        yield Commits(database)
    await database.close()


async def test_in_a_burst_keeping_that_fails_is_not_tried_again(locked: Commits) -> None:
    intake = Intake(locked, seconds=lambda: 0.0)
    with intake.reading(kept):
        answers = await asyncio.gather(
            *(intake.keep(arrival(number)) for number in range(20)), return_exceptions=True
        )
    assert [type(answer) for answer in answers] == [DatabaseUnavailable] * 20
    assert locked.count == 1


async def test_a_lock_is_waited_for_once_where_reading_never_began(locked: Commits) -> None:
    intake = Intake(locked)
    with intake.reading(kept), pytest.raises(DatabaseUnavailable):
        await intake.keep(booked("u1"))
    # Keeping and reading, and neither of them again.
    assert locked.count == 2
