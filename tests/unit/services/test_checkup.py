"""When the database is read whole: once a day, when nobody works."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from interview_desk.services.checkup import LOOK_EVERY, Checkup
from interview_desk.services.ports import Change, Listener
from tests.helpers.desk import StoppedClock
from tests.helpers.fakes import NOON, Naps


class Watched:
    """A store that counts its checks, and a memory."""

    def __init__(self) -> None:
        self.checks = 0
        self.followed: list[int] = []
        self.text: str | None = None
        self.clock = StoppedClock(NOON)
        self.naps = Naps()
        self._listeners: list[Listener] = []

    async def verify(self) -> None:
        self.checks += 1

    async def follow(self) -> None:
        self.followed.append(self.checks)

    def on_change(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def load(self) -> str | None:
        return self.text

    async def save(self, text: str) -> None:
        self.text = text

    def work(self) -> None:
        for listener in self._listeners:
            listener(frozenset({Change("startups", "s1")}))

    async def look(self) -> None:
        """A minute passes."""
        before = len(self.naps.lengths)
        await self.naps.end(LOOK_EVERY)
        while len(self.naps.lengths) == before:  # noqa: ASYNC110  - nobody tells of a nap but its length
            await asyncio.sleep(0)


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    watched = Watched()
    checkup = Checkup(watched, watched, watched.clock, nap=watched.naps, then=watched.follow)
    task = asyncio.ensure_future(checkup.run())
    await watched.naps.asleep(LOOK_EVERY)
    yield watched
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert watched._listeners == []


async def test_the_first_minute_is_the_persons(watched: Watched) -> None:
    await watched.look()
    assert watched.checks == 0
    await watched.look()
    assert watched.checks == 1


async def test_a_desk_that_is_worked_on_is_left_alone(watched: Watched) -> None:
    for _ in range(3):
        watched.work()
        await watched.look()
    assert watched.checks == 0
    await watched.look()
    assert watched.checks == 1


async def test_once_a_day_is_enough(watched: Watched) -> None:
    for _ in range(5):
        await watched.look()
    assert watched.checks == 1
    watched.clock.advance(days=1)
    await watched.look()
    assert watched.checks == 2
    watched.clock.advance(days=-3)
    await watched.look()
    assert watched.checks == 3
    assert watched.followed == [1, 2, 3]


async def test_a_memory_that_makes_no_sense_is_none(watched: Watched) -> None:
    watched.text = "yesterday"
    await watched.look()
    await watched.look()
    assert watched.checks == 1
