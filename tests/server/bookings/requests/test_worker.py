"""The worker of requests: when each goes out, and that a new server goes on where one ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from interview_desk.domain.instants import format_instant
from sync_server.bookings.requests import tasks
from sync_server.bookings.requests.carrying import send
from tests.server.bookings.conftest import CalcomDesk
from tests.server.bookings.requests.test_carrying_out import GUEST


@asynccontextmanager
async def working(desk: CalcomDesk) -> AsyncIterator[None]:
    """The worker, until the block is left: as abruptly as a server that is killed."""
    running = asyncio.ensure_future(tasks.run(desk.parts))
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def until(
    desk: CalcomDesk, request_id: str, fits: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The request as soon as it fits; records that change wake us."""
    while True:
        with desk.parts.bus.subscribe() as news:
            fields = await desk.record("booking_requests", request_id)
            if fits(fields):
                return fields
            await anext(news)


def is_in(*states: str) -> Callable[[dict[str, Any]], bool]:
    return lambda fields: fields.get("state") in states


async def _wish(desk: CalcomDesk, *, at: int = 0, **more: Any) -> str:
    draft = await desk.write("interviews", title="Talk", status="draft")
    start = format_instant(await desk.free(at=at))
    return await desk.ask("create", draft, event_type_id=41, start=start, guest=GUEST, **more)


async def test_requests_go_out_when_their_time_has_come(calcom_desk: CalcomDesk) -> None:
    soon = calcom_desk.clock.now() + timedelta(seconds=1)
    async with working(calcom_desk):
        later = await _wish(calcom_desk, send_after=format_instant(soon + timedelta(hours=1)))
        first = await _wish(calcom_desk, at=1, send_after=format_instant(soon))
        done = await until(calcom_desk, first, is_in("done"))
        assert done["sent_at"] >= format_instant(soon)
        assert (await calcom_desk.record("booking_requests", later))["state"] == "waiting"
        await calcom_desk.write("booking_requests", id=later, send_after=None)
        await until(calcom_desk, later, is_in("done"))
    assert len(calcom_desk.calcom.bookings()) == 2


async def test_a_server_that_ends_in_the_middle_of_a_call_doubles_nothing(
    calcom_desk: CalcomDesk,
) -> None:
    request = await _wish(calcom_desk)
    calcom_desk.calcom.fault("slow", path="/v2/bookings", method="POST", seconds=1.0)
    async with working(calcom_desk):
        # A machine that stood still for that second finds it done.
        await until(calcom_desk, request, is_in("sending", "done"))
    # Whether Cal.com heard of it or not: by now it cannot be under way any more.
    for _ in range(3):
        calcom_desk.calcom.numbers()
    if calcom_desk.calcom.numbers()["faults"]:
        while not calcom_desk.calcom.bookings():  # noqa: ASYNC110  - it tells nobody
            await asyncio.sleep(0.05)
    calcom_desk.clock.advance(seconds=31)
    async with working(calcom_desk):
        await until(calcom_desk, request, is_in("done"))
    assert len(calcom_desk.calcom.bookings()) == 1


async def test_the_requests_of_one_interview_go_one_after_the_other(
    calcom_desk: CalcomDesk,
) -> None:
    request = await _wish(calcom_desk)
    async with working(calcom_desk):
        draft = (await until(calcom_desk, request, is_in("done")))["interview_id"]
        start = format_instant(await calcom_desk.free(at=5))
        moved = await calcom_desk.ask("reschedule", draft, start=start)
        ended = await calcom_desk.ask("cancel", draft)
        await until(calcom_desk, moved, is_in("done"))
        await until(calcom_desk, ended, is_in("done"))
    assert [one["status"] for one in calcom_desk.calcom.bookings()] == ["cancelled", "cancelled"]
    interview = await calcom_desk.interview()
    assert (interview["status"], len(interview["booking_uids"])) == ("cancelled", 2)


async def test_what_is_asked_later_waits_until_the_lost_answer_before_it_is_known(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    request = await _wish(desk)
    async with working(desk):
        draft = (await until(desk, request, is_in("done")))["interview_id"]
        first, second = [format_instant(await desk.free(at=at)) for at in (4, 6)]
        desk.calcom.fault("error", path="/v2/bookings", method="POST")
        moved = await desk.ask("reschedule", draft, start=first)
        await until(desk, moved, lambda fields: bool(fields.get("sent_at")))
        last = await desk.ask("reschedule", draft, start=second)
        # Whoever looks meanwhile, and would send it now, finds the first one on its way.
        desk.clock.advance(seconds=31)
        await until(desk, moved, is_in("done"))
        await until(desk, last, is_in("done"))
    interview = await desk.interview()
    assert len(interview["booking_uids"]) == 3
    assert interview["start"] == second


def without_key(desk: CalcomDesk) -> CalcomDesk:
    """The same server after its key was taken out of the settings."""
    settings = desk.parts.settings.model_copy(update={"calcom_api_key": None})
    return CalcomDesk(replace(desk.parts, settings=settings), desk.calcom, desk.clock)


async def test_without_a_key_a_request_says_so_and_is_not_sent_once_there_is_one(
    either_desk: CalcomDesk,
) -> None:
    desk = either_desk
    soon = desk.clock.now() + timedelta(seconds=1)
    request = await _wish(desk, send_after=format_instant(soon))
    async with working(without_key(desk)):
        failed = await until(desk, request, is_in("failed"))
    assert desk.clock.now() >= soon
    assert failed["error"].startswith("The server has no key for Cal.com, so nothing was sent.")
    again = await _wish(desk, at=1)
    async with working(desk):
        await until(desk, again, is_in("done"))
    assert len(desk.calcom.bookings()) == 1
    assert (await desk.record("booking_requests", request))["state"] == "failed"


async def test_what_was_under_way_when_the_key_was_taken_away_is_in_doubt_until_one_is_there(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    request = await _wish(desk)
    desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    await send(desk.parts, desk.api, request)
    assert (await desk.record("booking_requests", request))["state"] == "sending"
    async with working(without_key(desk)):
        doubted = await until(desk, request, is_in("uncertain"))
    assert "has no key for Cal.com any more" in doubted["error"]
    async with working(desk):
        done = await until(desk, request, is_in("done"))
    assert done["error"] is None
    assert len(desk.calcom.bookings()) == 1
