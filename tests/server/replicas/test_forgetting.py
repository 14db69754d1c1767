"""What one server erases is forgotten by the others on the same PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from interview_desk.domain.evaluation.truth import Together
from sync_server.calcom.reading import understood
from sync_server.infra.bus import Missed, Subscription
from sync_server.sync.live import replicas as hearing
from sync_server.sync.removal.memory import Erased
from tests.helpers import calcom
from tests.helpers.judging import leaf
from tests.server.replicas.conftest import Replicas

pytestmark = [pytest.mark.postgres]


@asynccontextmanager
async def this_process_hears(replicas: Replicas) -> AsyncIterator[Subscription]:
    """A server in this process that listens, and what it hears of being erased."""
    parts = replicas.team.parts
    with parts.bus.subscribe(is_of_missing) as begun, parts.bus.subscribe(is_of_erasing) as news:
        work = asyncio.ensure_future(hearing.run(parts))
        # As soon as it listens it takes whatever was before for missed.
        await anext(begun)
        yield news
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


def is_of_missing(message: object) -> bool:
    return isinstance(message, Missed)


def is_of_erasing(message: object) -> bool:
    return isinstance(message, Erased)


async def test_who_is_erased_by_one_process_is_forgotten_by_another(replicas: Replicas) -> None:
    interview = await replicas.team.interview()
    other = replicas.start()
    async with this_process_hears(replicas) as news:
        understood(calcom.body_of(calcom.created()))
        rules = Together([leaf("statement", "is", "something else")])
        rules.truths({"statement": "My name is Ada Guest."})
        assert understood.cache_info().currsize > 0
        done = await asyncio.to_thread(other.process.run, "purge", "--interview", interview)
        assert done.returncode == 0, done.stderr
        async with asyncio.timeout(20):
            assert await anext(news) == Erased()
        assert understood.cache_info().currsize == 0
        look: Any = rules._looks[0][1]
        assert look.cache_info().currsize == 0
