"""Free times on the desk: fresh where the server answers, as last known where it does not."""

from datetime import timedelta

import pytest

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.services.availability import AvailabilityService, WorksAlone
from interview_desk.services.event_types import EventTypeService
from interview_desk.services.server_errors import ServerUnreachableError
from tests.helpers.calcom_desk import MemoryCalcom, MemoryText
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock

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
    records = MemoryRecords()
    records.put("event_types", "e", calcom_id=9, title="Long or short", lengths=[30, 60])
    return AvailabilityService(
        server,
        lambda number: kept.setdefault(number, MemoryText()),
        clock,
        event_types=EventTypeService(records, me=ME),
    )


async def test_what_was_fetched_is_known_without_a_network_and_marked(
    times: AvailabilityService, server: MemoryCalcom, clock: StoppedClock
) -> None:
    assert await times.known(7, NOW, NOW + 7 * DAY, minutes=None) is None
    fresh = await times.fresh(7, NOW, NOW + 7 * DAY, minutes=None)
    assert fresh.slots == (SLOT, OPEN_ENDED)
    assert not fresh.stale
    server.trouble = ServerUnreachableError()
    clock.advance(hours=2)
    last = await times.fresh(7, NOW, NOW + 7 * DAY, minutes=None)
    assert last.slots == (SLOT, OPEN_ENDED)
    assert last.stale
    assert last.fetched_at == NOW
    assert await times.known(8, NOW, NOW + 7 * DAY, minutes=None) is None


async def test_where_nothing_is_known_the_reason_is_said(
    times: AvailabilityService, server: MemoryCalcom
) -> None:
    server.trouble = ServerUnreachableError()
    with pytest.raises(ServerUnreachableError):
        await times.fresh(7, NOW, NOW + 7 * DAY, minutes=None)


async def test_weeks_that_are_over_are_forgotten(
    times: AvailabilityService, kept: dict[int, MemoryText], clock: StoppedClock
) -> None:
    await times.fresh(7, NOW, NOW + 7 * DAY, minutes=None)
    clock.advance(days=8)
    await times.fresh(7, NOW + 7 * DAY, NOW + 14 * DAY, minutes=None)
    assert await times.known(7, NOW, NOW + 7 * DAY, minutes=None) is None
    assert await times.known(7, NOW + 7 * DAY, NOW + 14 * DAY, minutes=None) is not None


async def test_who_works_alone_has_nobody_to_ask(clock: StoppedClock) -> None:
    event_types = EventTypeService(MemoryRecords(), me=ME)
    alone = AvailabilityService(None, lambda _: MemoryText(), clock, event_types=event_types)
    with pytest.raises(WorksAlone, match="Join a team"):
        await alone.fresh(7, NOW, NOW + DAY, minutes=None)


async def test_each_length_has_times_of_its_own_also_without_a_network(
    times: AvailabilityService, server: MemoryCalcom
) -> None:
    short = await times.fresh(9, NOW, NOW + 7 * DAY, minutes=30)
    long = await times.fresh(9, NOW, NOW + 7 * DAY, minutes=60)
    assert (short.slots, long.slots) == ((SLOT, OPEN_ENDED), (OPEN_ENDED,))
    server.trouble = ServerUnreachableError()
    for minutes, slots in ((30, short.slots), (60, long.slots)):
        last = await times.fresh(9, NOW, NOW + 7 * DAY, minutes=minutes)
        assert (last.slots, last.stale) == (slots, True)
        assert await times.known(9, NOW, NOW + 7 * DAY, minutes=minutes) == last
    assert await times.known(9, NOW, NOW + 7 * DAY, minutes=None) is None


async def test_a_length_is_named_only_where_it_is_one_of_several(
    times: AvailabilityService, server: MemoryCalcom
) -> None:
    for number, minutes in ((9, 60), (9, 50), (9, None), (7, 60)):
        await times.fresh(number, NOW, NOW + 7 * DAY, minutes=minutes)
    assert server.lengths == [60, None, None, None]
