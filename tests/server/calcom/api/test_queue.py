"""The queue: one budget for all, what is repeated and what never is, and what it says meanwhile."""

import asyncio
from functools import partial

import pytest

from interview_desk.domain.flags import Flag
from sync_server.calcom.api.calls import Call, Priority
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomOff, CalcomUnavailable, CalcomUncertain
from sync_server.calcom.api.opening import queue_of
from sync_server.calcom.api.queue import CallQueue
from sync_server.infra.database import Database
from sync_server.infra.parts import Parts
from sync_server.infra.tally import CALCOM_CALLS
from sync_server.sync.authors import Author
from sync_server.sync.write import write_record
from tests.helpers import kinds
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.server import WORKSPACE_ID, SetClock
from tests.server.calcom.api.conftest import Opened, Passing
from tests.server.calcom.api.test_client import booking_of

ME = Call("GET", "/v2/me")
PERSON, BACKGROUND = Priority.PERSON, Priority.BACKGROUND


@pytest.fixture
def queue(opened: Opened, database: Database) -> CallQueue:
    return opened(database)


async def test_equal_reads_under_way_are_sent_once(queue: CallQueue, fake_calcom) -> None:
    fake_calcom.fault("slow", seconds=0.2)
    replies = await asyncio.gather(*(queue.send(ME, PERSON) for _ in range(5)))
    assert {reply.data["name"] for reply in replies} == {"Hana Host"}
    await queue.send(Call("GET", "/v2/teams"), PERSON)
    assert fake_calcom.numbers()["calls"] == 2


async def test_who_gives_up_does_not_take_the_answer_from_others(queue, fake_calcom) -> None:
    fake_calcom.fault("slow", seconds=0.3)
    first = asyncio.ensure_future(queue.send(ME, PERSON))
    second = asyncio.ensure_future(queue.send(ME, PERSON))
    await asyncio.sleep(0.05)
    first.cancel()
    assert (await second).data["name"] == "Hana Host"
    assert fake_calcom.numbers()["calls"] == 1


async def test_a_person_does_not_wait_behind_the_same_read_of_the_background(
    queue, fake_calcom
) -> None:
    fake_calcom.fault("slow", seconds=0.2)
    background = asyncio.ensure_future(queue.send(ME, BACKGROUND))
    await asyncio.sleep(0.05)
    await asyncio.gather(queue.send(ME, PERSON), background)
    assert fake_calcom.numbers()["calls"] == 2


@kinds.on_both
async def test_when_the_flag_is_off_nothing_leaves(queue, database, fake_calcom) -> None:
    off = partial(
        write_record,
        workspace_id=WORKSPACE_ID,
        entity="flags",
        id="0190f5fe-7c00-7a00-8000-00000000f1a9",
        fields={"key": Flag.CALCOM.value, "on": False},
        author=Author("server"),
    )
    await database.write(off)
    for call in (ME, Call("POST", "/v2/bookings", body={})):
        with pytest.raises(CalcomOff):
            await queue.send(call, PERSON)
    assert fake_calcom.numbers()["calls"] == 0


async def test_after_a_429_the_queue_waits_as_long_as_cal_com_says(
    queue: CallQueue, fake_calcom: FakeCalcom, passing: Passing
) -> None:
    fake_calcom.set(used_by_others=120, block_seconds=2)
    with pytest.raises(CalcomUnavailable) as away:
        await queue.send(ME, BACKGROUND)
    # The fake's clock is real: it still blocks each time we come back.
    assert passing.waited[0] == pytest.approx(2, abs=0.1)
    assert int(away.value.headers["Retry-After"]) <= 2


@kinds.on_both
async def test_a_block_without_a_header_lasts_a_minute(
    queue: CallQueue, fake_calcom: FakeCalcom, passing: Passing
) -> None:
    fake_calcom.set(limit=0, says=False, block_seconds=0)
    with pytest.raises(CalcomUnavailable) as away:
        await queue.send(ME, BACKGROUND)
    assert passing.waited == pytest.approx([60, 60, 60], abs=1)
    assert int(away.value.headers["Retry-After"]) == 60
    assert queue._tally.of(CALCOM_CALLS) == {("limited",): 4}


async def test_a_change_that_was_refused_by_the_limit_is_repeated(
    queue: CallQueue, fake_calcom: FakeCalcom, passing: Passing
) -> None:
    fake_calcom.set(limit=0, says=False, block_seconds=0)

    async def letting_in(seconds: float) -> None:
        fake_calcom.set(limit=120)
        await passing(seconds)

    queue._sleep = letting_in
    made = await CalcomApi(queue).create_booking(booking_of())
    assert len(made) == len(fake_calcom.bookings()) == 1


async def test_a_person_is_told_rather_than_kept_waiting(
    queue: CallQueue, fake_calcom: FakeCalcom, passing: Passing
) -> None:
    fake_calcom.set(limit=0, says=False)
    with pytest.raises(CalcomUnavailable) as away:
        await queue.send(ME, PERSON)
    assert passing.waited == []
    assert 55 <= int(away.value.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("kind", ["error", "cut", "lost"])
async def test_a_read_is_repeated_whatever_happens_to_it(queue, fake_calcom, kind: str) -> None:
    fake_calcom.fault(kind)
    assert (await queue.send(ME, PERSON)).data["name"] == "Hana Host"
    assert fake_calcom.numbers()["faults"] == {kind: 1}


async def test_a_read_that_fails_for_good_is_only_away(queue, fake_calcom) -> None:
    fake_calcom.fault("cut", times=9)
    with pytest.raises(CalcomUnavailable) as away:
        await queue.send(ME, PERSON)
    assert not isinstance(away.value, CalcomUncertain)


@pytest.mark.parametrize(("kind", "made"), [("cut", 1), ("lost", 1), ("error", 0)])
async def test_a_booking_whose_answer_is_lost_is_never_sent_again(
    queue, fake_calcom, kind: str, made: int
) -> None:
    fake_calcom.fault(kind, method="POST", path="/v2/bookings")
    with pytest.raises(CalcomUncertain):
        await CalcomApi(queue).create_booking(booking_of())
    assert len(fake_calcom.bookings()) == made
    assert fake_calcom.numbers()["faults"] == {kind: 1}


async def test_a_booking_that_cal_com_never_heard_of_is_not_uncertain(
    opened: Opened, database: Database, passing: Passing
) -> None:
    queue = opened(database, url="http://127.0.0.1:9")
    with pytest.raises(CalcomUnavailable) as away:
        await CalcomApi(queue).for_person.create_booking(booking_of())
    assert not isinstance(away.value, CalcomUncertain)
    assert len(passing.waited) == 2


async def test_after_failures_in_a_row_nobody_waits_in_vain(
    opened: Opened, database: Database, clock: SetClock, fake_calcom: FakeCalcom
) -> None:
    dead = opened(database, url="http://127.0.0.1:9")
    for _ in range(2):
        with pytest.raises(CalcomUnavailable):
            await dead.send(ME, PERSON)
    failed = dead._tally.of(CALCOM_CALLS)[("away",)]
    with pytest.raises(CalcomUnavailable):
        await dead.send(ME, PERSON)
    assert dead._tally.of(CALCOM_CALLS)[("away",)] == failed
    clock.advance(seconds=60)
    back = opened(database)
    assert (await back.send(ME, PERSON)).data["name"] == "Hana Host"
    budget = await back.budget()
    assert budget is not None
    assert budget.failures == 0


@kinds.on_both
async def test_a_restart_forgets_neither_the_budget_nor_the_block(
    opened: Opened, database: Database, fake_calcom: FakeCalcom, passing: Passing
) -> None:
    first = opened(database)
    assert await first.budget() is None
    for _ in range(10):
        await first.send(ME, PERSON)
    before = await first.budget()
    again = opened(database)
    assert await again.budget() == before
    fake_calcom.set(limit=0, block_seconds=60)
    with pytest.raises(CalcomUnavailable):
        await again.send(ME, PERSON)
    calls = fake_calcom.numbers()["calls"]
    with pytest.raises(CalcomUnavailable):
        await opened(database).send(ME, PERSON)
    assert fake_calcom.numbers()["calls"] == calls


async def test_the_key_is_nowhere_to_be_seen(
    calling_parts: Parts, fake_calcom, caplog, database: Database
) -> None:
    queue = queue_of(calling_parts)
    assert queue is not None
    fake_calcom.fault("error", times=9)
    with caplog.at_level(0), pytest.raises(CalcomUnavailable) as away:
        await queue.send(ME, PERSON)
    shown = f"{queue!r} {queue._exchange!r} {away.value!r} {caplog.text}"
    assert KEY not in shown
    assert KEY not in repr(calling_parts)
