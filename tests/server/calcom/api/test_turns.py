"""Turns of the queue: what is not used is there for others, and no limit stops it for good."""

import asyncio
from asyncio import ensure_future
from collections.abc import Sequence
from functools import partial

import pytest

from interview_desk.domain.flags import Flag
from sync_server.calcom.api import budget as rules
from sync_server.calcom.api.calls import Call, Priority
from sync_server.calcom.api.errors import CalcomBusy, CalcomOff, CalcomUnwanted
from sync_server.calcom.api.exchange import Reply
from sync_server.infra.database import Database, Tx
from sync_server.sync.authors import Author
from sync_server.sync.write import write_record
from tests.helpers import kinds
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.server import WORKSPACE_ID, SetClock
from tests.server.calcom.api.conftest import Opened, Passing

ME = Call("GET", "/v2/me")
PERSON, BACKGROUND = Priority.PERSON, Priority.BACKGROUND


class Parked:
    """Waits until it is woken; `waits` keeps for how long it was meant to."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._asleep: set[asyncio.Future[None]] = set()
        self._moved = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        woken = asyncio.get_running_loop().create_future()
        self._asleep.add(woken)
        self._moved.set()
        try:
            await woken
        finally:
            self._asleep.discard(woken)

    def wake(self) -> None:
        """End all waits."""
        for woken in self._asleep:
            woken.set_result(None)

    async def until_all_wait(self, asking: Sequence["asyncio.Future[Reply]"]) -> None:
        """Until each of those who ask waits, or has an answer."""
        for one in asking:
            one.add_done_callback(lambda _: self._moved.set())
        while len(self._asleep) + sum(one.done() for one in asking) < len(asking):
            self._moved.clear()
            await self._moved.wait()


@pytest.fixture
def parked() -> Parked:
    return Parked()


def _me(number: int) -> Call:
    return Call("GET", "/v2/me", parameters={"number": str(number)})


@kinds.on_both
async def test_two_servers_take_their_turns_from_one_budget(
    opened: Opened, database: Database, parked: Parked, clock: SetClock, fake_calcom: FakeCalcom
) -> None:
    queues = [opened(database, sleep=parked), opened(database, sleep=parked)]
    asking = [ensure_future(queues[number % 2].send(_me(number), PERSON)) for number in range(40)]
    await parked.until_all_wait(asking)
    assert sum(one.done() and one.exception() is None for one in asking) == 15
    # Everybody else has been promised a time of their own, or none.
    assert len(parked.waits) == len(set(parked.waits)) == 13
    # One server dies with the turns that it took: others wait for no longer than for these.
    parked.waits.clear()
    clock.advance(seconds=rules.PATIENCE_SECONDS + 1)
    await queues[1].send(ME, PERSON)
    assert parked.waits == []
    assert fake_calcom.numbers()["calls"] == 16
    parked.wake()
    await asyncio.gather(*asking, return_exceptions=True)


@kinds.on_both
async def test_who_is_refused_in_a_burst_takes_no_turn_from_those_who_come_later(
    opened: Opened, database: Database, parked: Parked, clock: SetClock
) -> None:
    queue = opened(database, sleep=parked)
    asking = [ensure_future(queue.send(_me(number), PERSON)) for number in range(90)]
    await parked.until_all_wait(asking)
    refused = [failure for one in asking if one.done() and (failure := one.exception())]
    assert len(refused) == 62
    for busy in refused:
        assert isinstance(busy, CalcomBusy)
        assert busy.headers == {"Retry-After": "10"}
        assert str(busy).endswith("Try again in 10 seconds.")
    clock.advance(seconds=10)
    parked.wake()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(isinstance(answer, Reply) for answer in answers) == 28
    parked.waits.clear()
    await queue.send(ME, PERSON)
    assert parked.waits == []


async def test_who_is_held_up_between_the_turn_and_the_call_asks_again_before_it_leaves(
    opened: Opened,
    database: Database,
    fake_calcom: FakeCalcom,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def is_wanted(_tx: Tx) -> bool:
        asked.append(len(asked))
        return len(asked) < 2

    # The whole process stands still while its first answer comes.
    monkeypatch.setattr("sync_server.calcom.api.queue.monotonic", lambda: 30.0 * len(asked))
    queue, calls = opened(database), fake_calcom.numbers()["calls"]
    with pytest.raises(CalcomUnwanted):
        await queue.send(Call("POST", "/v2/bookings", body={}, is_wanted=is_wanted), PERSON)
    assert fake_calcom.numbers()["calls"] == calls


@kinds.on_both
async def test_who_stops_waiting_leaves_the_turn_to_others(
    opened: Opened, database: Database, parked: Parked
) -> None:
    queue = opened(database, sleep=parked)
    for number in range(15):
        await queue.send(_me(number), PERSON)
    before = await queue.budget()
    booking = Call("POST", "/v2/bookings", body={})
    first, *others = [ensure_future(queue.send(booking, PERSON)) for _ in range(5)]
    await parked.until_all_wait([first, *others])
    waits = sorted(parked.waits)
    for one in others:
        one.cancel()
    await asyncio.wait(others)
    parked.waits.clear()
    last = ensure_future(queue.send(booking, PERSON))
    await parked.until_all_wait([first, last])
    assert parked.waits == pytest.approx(waits[1:2])
    # Nor does anybody keep a turn for whom Cal.com has been switched off meanwhile.
    off = partial(
        write_record,
        workspace_id=WORKSPACE_ID,
        entity="flags",
        id="0190f5fe-7c00-7a00-8000-00000000f1a9",
        fields={"key": Flag.CALCOM.value, "on": False},
        author=Author("server"),
    )
    await database.write(off)
    parked.wake()
    ended = await asyncio.gather(first, last, return_exceptions=True)
    assert [type(one) for one in ended] == [CalcomOff, CalcomOff]
    assert await queue.budget() == before


async def test_a_small_limit_makes_calls_slower_and_stops_none(
    opened: Opened, database: Database, passing: Passing, clock: SetClock, fake_calcom: FakeCalcom
) -> None:
    fake_calcom.set(limit=5)
    queue = opened(database)
    for _ in range(3):
        await queue.send(ME, PERSON)
    assert passing.waited == pytest.approx([9])
    with pytest.raises(CalcomBusy) as busy:
        await queue.send(ME, PERSON)
    assert busy.value.seconds == 18
    passing.waited.clear()
    clock.advance(seconds=busy.value.seconds)
    await queue.send(ME, PERSON)
    assert passing.waited == []
    await queue.send(ME, BACKGROUND)
    assert 10 < sum(passing.waited) <= 60
    assert fake_calcom.numbers()["refused"] == 0


async def test_after_a_429_a_person_waits_no_longer_than_cal_com_says(
    opened: Opened, database: Database, passing: Passing, fake_calcom: FakeCalcom
) -> None:
    fake_calcom.set(limit=5, used_by_others=5, block_seconds=4)

    async def letting_in(seconds: float) -> None:
        fake_calcom.reset().set(limit=5)
        await passing(seconds)

    queue = opened(database, sleep=letting_in)
    assert (await queue.send(ME, PERSON)).data["name"] == "Hana Host"
    assert passing.waited == [4]
