"""Free times on the desk: fresh where the server answers, as last known where it does not."""

from datetime import timedelta

import pytest

from interview_desk.domain.request_rules import FreeTime
from interview_desk.services.availability import AvailabilityService, WorksAlone
from interview_desk.services.server_errors import ServerUnreachableError
from tests.helpers.calcom_desk import MemoryCalcom, MemoryText
from tests.helpers.desk import NOW, StoppedClock

DAY = timedelta(days=1)
SLOT = FreeTime(NOW + DAY, NOW + DAY + timedelta(minutes=45))
OPEN_ENDED = FreeTime(NOW + 2 * DAY, None)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def server(clock: StoppedClock) -> MemoryCalcom:
    made = MemoryCalcom(clock)
    made.slots = [SLOT, OPEN_ENDED]
    return made


@pytest.fixture
def kept() -> dict[int, MemoryText]:
    return {}


@pytest.fixture
def times(
    server: MemoryCalcom, clock: StoppedClock, kept: dict[int, MemoryText]
) -> AvailabilityService:
    return AvailabilityService(server, lambda number: kept.setdefault(number, MemoryText()), clock)


async def test_what_was_fetched_is_known_without_a_network_and_marked(
    times: AvailabilityService, server: MemoryCalcom, clock: StoppedClock
) -> None:
    assert await times.known(7, NOW, NOW + 7 * DAY) is None
    fresh = await times.fresh(7, NOW, NOW + 7 * DAY)
    assert fresh.slots == (SLOT, OPEN_ENDED)
    assert not fresh.stale
    server.trouble = ServerUnreachableError()
    clock.advance(hours=2)
    last = await times.fresh(7, NOW, NOW + 7 * DAY)
    assert last.slots == (SLOT, OPEN_ENDED)
    assert last.stale
    assert last.fetched_at == NOW
    assert await times.known(8, NOW, NOW + 7 * DAY) is None


async def test_where_nothing_is_known_the_reason_is_said(
    times: AvailabilityService, server: MemoryCalcom
) -> None:
    server.trouble = ServerUnreachableError()
    with pytest.raises(ServerUnreachableError):
        await times.fresh(7, NOW, NOW + 7 * DAY)


async def test_weeks_that_are_over_are_forgotten(
    times: AvailabilityService, kept: dict[int, MemoryText], clock: StoppedClock
) -> None:
    await times.fresh(7, NOW, NOW + 7 * DAY)
    clock.advance(days=8)
    await times.fresh(7, NOW + 7 * DAY, NOW + 14 * DAY)
    assert await times.known(7, NOW, NOW + 7 * DAY) is None
    assert await times.known(7, NOW + 7 * DAY, NOW + 14 * DAY) is not None


async def test_who_works_alone_has_nobody_to_ask(clock: StoppedClock) -> None:
    alone = AvailabilityService(None, lambda _: MemoryText(), clock)
    with pytest.raises(WorksAlone, match="Join a team"):
        await alone.fresh(7, NOW, NOW + DAY)
