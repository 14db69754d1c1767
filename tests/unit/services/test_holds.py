"""A slot kept while the form is open."""

import asyncio
from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from interview_desk.services.holds import HeldSlot, Hold, SlotTaken
from interview_desk.services.server_errors import ServerUnreachableError
from tests.helpers.calcom_desk import MemoryCalcom
from tests.helpers.desk import NOW, StoppedClock

SOON = NOW + timedelta(hours=1)


@pytest.fixture
def server() -> MemoryCalcom:
    return MemoryCalcom(StoppedClock())


async def test_choosing_another_time_lets_the_first_go(server: MemoryCalcom) -> None:
    held = HeldSlot(server)
    assert await held.take(7, SOON, None) == NOW + timedelta(minutes=5)
    await held.take(7, SOON + timedelta(hours=1), 30)
    assert list(server.held.values()) == [SOON + timedelta(hours=1)]
    await held.let_go()
    await held.let_go()
    assert server.held == {}


async def test_a_slot_that_somebody_else_has_is_said(server: MemoryCalcom) -> None:
    server.taken.add(SOON)
    with pytest.raises(SlotTaken, match="Choose another one"):
        await HeldSlot(server).take(7, SOON, None)


async def test_without_a_network_the_booking_goes_on_without_a_hold(server: MemoryCalcom) -> None:
    held = HeldSlot(server)
    await held.take(7, SOON, None)
    server.trouble = ServerUnreachableError()
    assert await held.take(7, SOON, None) is None
    await held.let_go()
    assert await HeldSlot(None).take(7, SOON, None) is None


async def test_what_is_kept_is_known_once_cal_com_has_answered(server: MemoryCalcom) -> None:
    held = HeldSlot(server)
    await held.take(7, SOON, None)
    kept = held.kept
    assert kept is not None
    assert server.held[kept.id] == SOON


async def test_what_somebody_else_has_is_not_kept(server: MemoryCalcom) -> None:
    held = HeldSlot(server)
    server.taken.add(SOON)
    with pytest.raises(SlotTaken):
        await held.take(7, SOON, None)
    assert held.kept is None


async def test_what_an_earlier_desk_kept_is_let_go_where_that_can_be_asked(
    server: MemoryCalcom,
) -> None:
    earlier = await server.hold(7, SOON, None)
    await HeldSlot(None).let_go_of(earlier)
    server.trouble = ServerUnreachableError()
    await HeldSlot(server).let_go_of(earlier)
    assert server.held
    server.trouble = None
    await HeldSlot(server).let_go_of(earlier)
    assert server.held == {}


class SlowCalcom(MemoryCalcom):
    """Cal.com keeps a slot at once, and its answer takes until it is `answered`."""

    def __init__(self) -> None:
        super().__init__(StoppedClock())
        self.begun, self.answered = asyncio.Event(), asyncio.Event()

    @override
    async def hold(self, event_type: int, start: datetime, minutes: int | None) -> Hold:
        if start in self.held.values():
            raise SlotTaken
        made = await super().hold(event_type, start, minutes)
        self.begun.set()
        await self.answered.wait()
        return made


async def test_a_hold_that_nobody_waits_for_any_more_is_not_left_behind() -> None:
    server = SlowCalcom()
    held = HeldSlot(server)
    given_up = asyncio.ensure_future(held.take(7, SOON, None))
    await server.begun.wait()
    given_up.cancel()
    again = asyncio.ensure_future(held.take(7, SOON, None))
    server.answered.set()
    assert await again == NOW + timedelta(minutes=5)
    assert list(server.held.values()) == [SOON]
    await held.let_go()
    assert server.held == {}


async def test_what_is_being_let_go_of_is_so_although_nobody_waits_any_more() -> None:
    server = SlowCalcom()
    earlier = Hold("mine", SOON)
    server.held[earlier.id] = SOON
    asked, freed = asyncio.Event(), asyncio.Event()

    async def release(hold_id: str) -> None:
        asked.set()
        await server.answered.wait()
        del server.held[hold_id]
        freed.set()

    server.release = release  # type: ignore[method-assign]  # the one of this server alone
    held = HeldSlot(server)
    letting_go = asyncio.ensure_future(held.let_go_of(earlier))
    await asked.wait()
    letting_go.cancel()
    await asyncio.wait({letting_go})
    server.answered.set()
    await freed.wait()
    assert server.held == {}
