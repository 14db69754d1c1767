"""Workers on several servers: one works, another takes over when it is gone."""

import asyncio
import json
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from interview_desk.wire import routes
from sync_server.infra.database import Database, DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.models.due import due_work
from sync_server.work import shifts
from sync_server.work.shifts import shared
from tests.helpers import calcom
from tests.server.replicas.conftest import Replica, Replicas, replicas

__all__ = ["replicas"]

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def lapse(database: Database) -> None:
    over = sa.update(due_work).values(lease_until=LONG_AGO)
    await database.write(lambda tx: tx.connection.execute(over))


class Worker:
    """A worker that says when it begins, and writes when it is told to."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.write = asyncio.Event()
        self.outcomes: asyncio.Queue[str] = asyncio.Queue()

    async def run(self, parts: Parts) -> None:
        self.began.set()
        while True:
            await self.write.wait()
            self.write.clear()
            try:
                await parts.database.write(lambda tx: tx.tell("written"))
            except DatabaseUnavailable as error:
                self.outcomes.put_nowait(type(error).__name__)
            else:
                self.outcomes.put_nowait("ok")

    async def writes(self) -> str:
        self.write.set()
        return await self.outcomes.get()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shifts, "STAND_BY_SECONDS", 0.02)
    # A lease is renewed only where a test wants it.
    monkeypatch.setattr(shifts, "RENEW_SECONDS", 3600.0)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_worker_works_and_its_news_are_heard(parts: Parts) -> None:
    worker = Worker()
    with parts.bus.subscribe() as news:
        task = asyncio.create_task(shared("test", worker.run)(parts))
        await worker.began.wait()
        assert await worker.writes() == "ok"
        assert await anext(news) == "written"
        await ended(task)


async def test_a_worker_that_fails_says_so(parts: Parts) -> None:
    async def fail(parts: Parts) -> None:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            await shared("test", fail)(parts)


@pytest.mark.postgres
async def test_one_works_and_the_other_takes_over_when_it_ends(replicas: Replicas) -> None:
    parts = replicas.team.parts
    first, second = Worker(), Worker()
    working = asyncio.create_task(shared("test", first.run)(parts))
    await first.began.wait()
    waiting = asyncio.create_task(shared("test", second.run)(parts))
    assert await first.writes() == "ok"
    assert not second.began.is_set()
    await ended(working)
    await second.began.wait()
    assert await second.writes() == "ok"
    await ended(waiting)


@pytest.mark.postgres
async def test_who_has_slept_writes_nothing_any_more_and_stands_by(replicas: Replicas) -> None:
    parts = replicas.team.parts
    slept, awake = Worker(), Worker()
    sleeping = asyncio.create_task(shared("test", slept.run)(parts))
    await slept.began.wait()
    await lapse(parts.database)
    working = asyncio.create_task(shared("test", awake.run)(parts))
    await awake.began.wait()
    assert await slept.writes() == "LeaseLost"
    assert await awake.writes() == "ok"
    await ended(sleeping)
    # Giving back what was lost changes nothing for the one who works.
    assert await awake.writes() == "ok"
    await ended(working)


@pytest.mark.postgres
async def test_a_lease_is_renewed_while_the_work_goes_on_and_left_when_it_is_lost(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shifts, "RENEW_SECONDS", 0.02)
    parts = replicas.team.parts
    worker = Worker()

    def until(tx: Tx) -> datetime:
        return tx.connection.execute(sa.select(due_work.c.lease_until)).scalar_one()

    working = asyncio.create_task(shared("test", worker.run)(parts))
    await worker.began.wait()
    first = await parts.database.read(until)
    while await parts.database.read(until) == first:  # noqa: ASYNC110  - it tells nobody
        await asyncio.sleep(0.01)
    worker.began.clear()
    # Somebody has taken it, and is gone again.
    stolen = sa.update(due_work).values(fence=due_work.c.fence + 1, lease_until=LONG_AGO)
    await parts.database.write(lambda tx: tx.connection.execute(stolen))
    await worker.began.wait()
    await ended(working)


async def holder(replicas: Replicas, name: str) -> str:
    """The process that does the work; waits until there is one."""
    query = sa.select(due_work.c.holder).where(due_work.c.key == name)
    while True:
        found = await replicas.team.parts.database.read(
            lambda tx: tx.connection.execute(query).scalar_one_or_none()
        )
        if found is not None:
            return str(found).split(":")[1]
        await asyncio.sleep(0.05)


async def next_holder(replicas: Replicas, name: str, *, after: str) -> str:
    while (found := await holder(replicas, name)) == after:  # noqa: ASYNC110  - nor does this
        await asyncio.sleep(0.05)
    return found


async def booked(replica: Replica, uid: str) -> None:
    body = calcom.body_of(calcom.created(uid))
    headers = calcom.signed_headers(body)
    answer = await replica.client.post(routes.CALCOM_WEBHOOK, content=body, headers=headers)
    assert answer.json() == {"status": "accepted"}


async def folded(replica: Replica, count: int) -> list[str]:
    """The bookings of all interviews, once there are so many."""
    while True:
        done = await asyncio.to_thread(replica.process.run, "export", "interviews")
        found = [json.loads(line)["booking_uids"] for line in done.stdout.splitlines()]
        if len(found) >= count:
            return sorted(uid for uids in found for uid in uids)


def by_pid(found: list[Replica], pid: str) -> tuple[Replica, Replica]:
    """The one with this process id, and the other."""
    mine = [replica for replica in found if str(replica.process.pid) == pid]
    others = [replica for replica in found if str(replica.process.pid) != pid]
    return mine[0], others[0]


@pytest.mark.postgres
async def test_a_server_killed_while_it_holds_the_work_is_followed_by_another(
    replicas: Replicas,
) -> None:
    settings = {"CALCOM_WEBHOOK_SECRETS": calcom.SECRET}
    started = [replicas.start(**settings), replicas.start(**settings)]
    pid = await holder(replicas, "bookings")
    at_work, standing_by = by_pid(started, pid)
    await booked(standing_by, "u1")
    assert await folded(standing_by, 1) == ["u1"]
    at_work.process.kill()
    await booked(standing_by, "u2")
    await lapse(replicas.team.parts.database)
    assert await folded(standing_by, 2) == ["u1", "u2"]
    assert await holder(replicas, "bookings") == str(standing_by.process.pid)


@pytest.mark.postgres
async def test_a_paused_server_that_wakes_up_does_nothing_with_its_old_fence(
    replicas: Replicas,
) -> None:
    settings = {"CALCOM_WEBHOOK_SECRETS": calcom.SECRET}
    started = [replicas.start(**settings), replicas.start(**settings)]
    pid = await holder(replicas, "bookings")
    paused, standing_by = by_pid(started, pid)
    os.kill(paused.process.pid, signal.SIGSTOP)
    try:
        await lapse(replicas.team.parts.database)
        assert await next_holder(replicas, "bookings", after=pid) == str(standing_by.process.pid)
        await booked(standing_by, "u1")
        assert await folded(standing_by, 1) == ["u1"]
    finally:
        os.kill(paused.process.pid, signal.SIGCONT)
    await booked(paused, "u2")
    assert await folded(standing_by, 2) == ["u1", "u2"]
    assert await holder(replicas, "bookings") == str(standing_by.process.pid)
