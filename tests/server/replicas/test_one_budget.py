"""Two real server processes on one PostgreSQL, and the one key of Cal.com that both use."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.wire import routes
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import DISCOVERY, KEY
from tests.helpers.team import Laptop
from tests.server.replicas.conftest import Replica, Replicas

pytestmark = [pytest.mark.postgres]

LIMIT = 240
WEEKS = 24
# What one server alone may send at once, and in a second after that (see `calcom.api.budget`).
AT_ONCE = LIMIT // 8
EACH_SECOND = (LIMIT * 0.9 - AT_ONCE) / 60
MONDAY = datetime(2032, 3, 1, tzinfo=UTC)


@pytest.fixture
async def calcom() -> AsyncIterator[FakeCalcom]:
    fake = FakeCalcom().start()
    fake.set(limit=LIMIT, block_seconds=30)
    yield fake
    fake.stop()


async def free_times(laptop: Laptop, weeks: int) -> httpx.Response:
    """A week that nobody has asked for yet; someone waits for the answer."""
    start = MONDAY + timedelta(weeks=weeks)
    asked = {
        "event_type": DISCOVERY,
        "from": format_instant(start),
        "to": format_instant(start + timedelta(days=7)),
        "zone": "UTC",
    }
    return await laptop.call("GET", routes.AVAILABILITY, params=asked)


async def calls_of(replica: Replica) -> float:
    """How many calls this process has made to Cal.com, by its own account."""
    page = (await replica.client.get("/metrics")).text
    counts = re.findall(r"^\w*calcom_calls\w*_total\{[^}]*\} (\S+)$", page, re.MULTILINE)
    return sum(map(float, counts))


async def test_two_processes_together_send_no_more_than_one_alone_and_share_a_block(
    replicas: Replicas, calcom: FakeCalcom
) -> None:
    settings = {
        "CALCOM_API_KEY": KEY,
        "CALCOM_BASE_URL": calcom.url,
        "CALCOM_RECONCILE_SECONDS": "3600",
    }
    one, other = replicas.start(**settings), replicas.start(**settings)
    ada = one.of(await replicas.team.member("Ada"))
    ben = other.of(await replicas.team.member("Ben"))
    asked = [
        free_times(laptop, 2 * n + m) for n in range(WEEKS) for m, laptop in enumerate((ada, ben))
    ]
    before, began = calcom.numbers()["calls"], time.monotonic()
    answers = await asyncio.gather(*asked)
    took = time.monotonic() - began

    assert {answer.status_code for answer in answers} <= {200, 503}
    made = await calls_of(one), await calls_of(other)
    assert min(made) > 0
    numbers = calcom.numbers()
    assert numbers["calls"] == sum(made)
    assert numbers["refused"] == 0
    # Counted over all the time they had: calls that left in order may still arrive in a bunch.
    assert numbers["calls"] - before <= AT_ONCE + took * EACH_SECOND + 1

    # Another program uses the key up: the first of us hears of it, and both keep quiet.
    calcom.set(used_by_others=LIMIT)
    await free_times(ada, 100)
    assert calcom.numbers()["refused"] == 1
    assert (await free_times(ben, 101)).status_code == 503
    assert calcom.numbers()["refused"] == 1
