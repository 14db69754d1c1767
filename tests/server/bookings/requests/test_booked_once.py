"""An interview is booked once, whoever asks for it a second time, and however late."""

import asyncio
from typing import Any

import pytest

from interview_desk.domain.instants import format_instant
from sync_server.bookings.requests.carrying import resume, send
from tests.server.bookings.conftest import CalcomDesk, delete
from tests.server.bookings.requests.test_carrying_out import GUEST
from tests.server.bookings.requests.test_worker import is_in, until, working


async def _draft(desk: CalcomDesk) -> str:
    return await desk.write("interviews", title="Talk", status="draft")


async def _wish(desk: CalcomDesk, draft: str, *, at: int) -> str:
    start = format_instant(await desk.free(at=at))
    return await desk.ask("create", draft, event_type_id=41, start=start, guest=GUEST)


async def _sent(desk: CalcomDesk, request_id: str) -> dict[str, Any]:
    await send(desk.parts, desk.api, request_id)
    return await desk.record("booking_requests", request_id)


async def test_what_is_booked_already_is_not_booked_again(either_desk: CalcomDesk) -> None:
    draft = await _draft(either_desk)
    assert (await _sent(either_desk, await _wish(either_desk, draft, at=0)))["state"] == "done"
    second = await _wish(either_desk, draft, at=2)
    calls = either_desk.calcom.numbers()["calls"]
    failed = await _sent(either_desk, second)
    assert failed["state"] == "failed"
    assert failed["error"].startswith("This interview is booked already, so nothing was sent.")
    assert either_desk.calcom.numbers()["calls"] == calls
    assert len(either_desk.calcom.bookings()) == 1


async def test_of_two_that_wait_at_once_the_first_books(calcom_desk: CalcomDesk) -> None:
    draft = await _draft(calcom_desk)
    wishes = [await _wish(calcom_desk, draft, at=at) for at in (0, 2)]
    async with working(calcom_desk):
        ends = [await until(calcom_desk, one, is_in("done", "failed")) for one in wishes]
    assert [one["state"] for one in ends] == ["done", "failed"]
    assert len(calcom_desk.calcom.bookings()) == 1


async def test_two_servers_do_not_book_it_both(either_desk: CalcomDesk) -> None:
    draft = await _draft(either_desk)
    wishes = [await _wish(either_desk, draft, at=at) for at in (0, 2)]
    ends = await asyncio.gather(*(_sent(either_desk, one) for one in wishes))
    assert sorted(one["state"] for one in ends) == ["done", "failed"]
    assert len(either_desk.calcom.bookings()) == 1


async def test_where_the_first_was_not_done_the_second_is_sent(calcom_desk: CalcomDesk) -> None:
    draft = await _draft(calcom_desk)
    first, second = [await _wish(calcom_desk, draft, at=at) for at in (0, 2)]
    await calcom_desk.booked()
    assert (await _sent(calcom_desk, first))["state"] == "failed"
    assert (await _sent(calcom_desk, second))["state"] == "done"


@pytest.mark.parametrize("doubtful", [False, True], ids=["under way", "uncertain"])
async def test_while_the_first_may_still_book_the_second_is_not_sent(
    calcom_desk: CalcomDesk, *, doubtful: bool
) -> None:
    desk = calcom_desk
    draft = await _draft(desk)
    first, second = [await _wish(desk, draft, at=at) for at in (0, 2)]
    desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    await send(desk.parts, desk.api, first)
    if doubtful:
        desk.calcom.set(keys=[])
        desk.clock.advance(seconds=31)
        await resume(desk.parts, desk.api, first)
        desk.calcom.set(keys=["cal_test_0123456789abcdef"])
    failed = await _sent(desk, second)
    assert failed["state"] == "failed"
    assert failed["error"].startswith("An earlier booking of this interview may still be made")
    # And the first one finds its own.
    await resume(desk.parts, desk.api, first)
    assert (await desk.record("booking_requests", first))["state"] == "done"
    assert (await desk.interview())["id"] == draft
    assert len(desk.calcom.bookings()) == 1


async def test_who_has_looked_and_dismissed_what_was_uncertain_books_anew(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    draft = await _draft(desk)
    first = await _wish(desk, draft, at=0)
    desk.calcom.fault("error", path="/v2/bookings", method="POST", times=3)
    await send(desk.parts, desk.api, first)
    for _ in range(3):
        desk.clock.advance(seconds=31)
        await resume(desk.parts, desk.api, first)
    assert (await desk.record("booking_requests", first))["state"] == "uncertain"
    await desk.write("booking_requests", id=first, dismissed=True)
    assert (await _sent(desk, await _wish(desk, draft, at=2)))["state"] == "done"
    assert len(desk.calcom.bookings()) == 1


async def test_what_a_deleted_draft_asked_for_is_not_booked(either_desk: CalcomDesk) -> None:
    desk = either_desk
    draft = await _draft(desk)
    request = await _wish(desk, draft, at=0)
    await delete(desk, "interviews", draft)
    calls = desk.calcom.numbers()["calls"]
    failed = await _sent(desk, request)
    assert failed["state"] == "failed"
    assert failed["error"].startswith("The interview has been deleted meanwhile, so nothing was")
    assert desk.calcom.numbers()["calls"] == calls


async def test_what_was_deleted_while_an_answer_was_missing_is_not_asked_for_again(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    draft = await _draft(desk)
    request = await _wish(desk, draft, at=0)
    desk.calcom.fault("error", path="/v2/bookings", method="POST")
    await send(desk.parts, desk.api, request)
    await delete(desk, "interviews", draft)
    desk.clock.advance(seconds=31)
    await resume(desk.parts, desk.api, request)
    failed = await desk.record("booking_requests", request)
    assert (failed["state"], failed["error"][:30]) == ("failed", "The interview has been deleted")
    assert desk.calcom.bookings() == []
