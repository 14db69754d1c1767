"""A client of the fake Cal.com, on a database of each kind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from operator import attrgetter
from pathlib import Path

import pytest
from pydantic import SecretStr

from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.exchange import Exchange
from sync_server.calcom.api.ledger import Ledger
from sync_server.calcom.api.opening import calcom_of
from sync_server.calcom.api.queue import CallQueue, Sleep
from sync_server.infra.database import Database
from sync_server.infra.parts import Parts
from sync_server.infra.tally import Tally
from tests.helpers import kinds
from tests.helpers.connecting import calling
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.server import Databases, SetClock

databases = kinds.databases


@pytest.fixture
async def calling_parts(
    databases: Databases, fake_calcom: FakeCalcom, tmp_path: Path
) -> AsyncIterator[Parts]:
    """The parts of a server with a key, in real time."""
    async with calling(databases, fake_calcom, tmp_path) as parts:
        yield parts


@pytest.fixture
def api(calling_parts: Parts) -> CalcomApi:
    """Cal.com for somebody who waits."""
    api = calcom_of(calling_parts)
    assert api is not None
    return api.for_person


class Passing:
    """Waits without waiting: the clock moves instead, and remembers for how long."""

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock
        self.waited: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)
        self._clock.advance(seconds=seconds)
        await asyncio.sleep(0)


Opened = Callable[..., CallQueue]


@pytest.fixture
def passing(clock: SetClock) -> Passing:
    return Passing(clock)


@pytest.fixture
async def opened(fake_calcom: FakeCalcom, passing: Passing) -> AsyncIterator[Opened]:
    """Makes queues that share a budget, on whatever database."""
    made: list[CallQueue] = []

    def opened(
        database: Database, *, url: str = fake_calcom.url, sleep: Sleep = passing
    ) -> CallQueue:
        queue = CallQueue(
            Exchange(url, SecretStr(KEY)),
            database=database,
            ledger=Ledger("test"),
            tally=Tally(),
            sleep=sleep,
            # The clock that `passing` moves, where the database has one of its own.
            now=attrgetter("now"),
        )
        made.append(queue)
        return queue

    yield opened
    for queue in made:
        await queue.close()
