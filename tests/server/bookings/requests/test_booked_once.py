"""An interview is booked once, whoever asks for it a second time, and however late."""

import asyncio
from typing import Any

import pytest
from typing_extensions import override

from interview_desk.domain.instants import format_instant, parse_instant
from sync_server.bookings.requests.carrying import resume, send
from sync_server.calcom.api.calls import Call, Priority
from sync_server.calcom.api.client import CalcomApi, Sender
from sync_server.calcom.api.exchange import Reply
from sync_server.calcom.api.opening import queue_of
from tests.helpers.fake_calcom.world import WEEKLY
from tests.helpers.hearing import told_first
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


async def _given_up(desk: CalcomDesk, *, by: str = "cancel") -> tuple[str, dict[str, Any]]:
    """An interview whose only booking has been cancelled, and that booking."""
    draft = await _draft(desk)
    assert (await _sent(desk, await _wish(desk, draft, at=0)))["state"] == "done"
    (booking,) = desk.calcom.bookings()
    desk.calcom.act(by, uid=booking["uid"])
    await desk.reconcile()
    assert (await desk.interview())["status"] == "cancelled"
    return draft, booking


@pytest.mark.parametrize("fault", [None, "cut", "error"], ids=["answered", "done", "not done"])
async def test_what_was_cancelled_is_booked_anew_and_once(
    either_desk: CalcomDesk, fault: str | None
) -> None:
    desk = either_desk
    draft, old = await _given_up(desk)
    request = await _wish(desk, draft, at=2)
    if fault:
        desk.calcom.fault(fault, path="/v2/bookings", method="POST")
    await send(desk.parts, desk.api, request)
    desk.clock.advance(seconds=31)
    await resume(desk.parts, desk.api, request)
    done = await desk.record("booking_requests", request)
    _, new = desk.calcom.bookings()
    assert (done["state"], done["booking_uid"]) == ("done", new["uid"])
    await desk.reconcile()
    now = await desk.interview()
    assert (now["id"], now["status"]) == (draft, "scheduled")
    assert now["booking_uids"] == [old["uid"], new["uid"]]
    assert parse_instant(now["start"]) == parse_instant(new["start"])


async def test_word_of_the_new_booking_settles_its_own_request_and_the_old_one_is_over(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    draft, old = await _given_up(desk)
    request = await _wish(desk, draft, at=2)
    async with told_first(desk.parts, desk.calcom.url):
        desk.calcom.fault("cut", path="/v2/bookings", method="POST")
        await send(desk.parts, desk.api, request)
        done = await desk.record("booking_requests", request)
        new = desk.calcom.bookings()[-1]["uid"]
        assert (done["state"], done["booking_uid"]) == ("done", new)
        # Late word of the one that was given up.
        at = format_instant(desk.clock.now())
        told = {"uid": old["uid"], "bookingId": old["id"], "startTime": old["start"]}
        for trigger in ("CREATED", "CANCELLED"):
            event = {"triggerEvent": f"BOOKING_{trigger}", "createdAt": at, "payload": told}
            await desk.take(event)
        now = await desk.interview()
        assert (now["status"], now["booking_uids"]) == ("scheduled", [old["uid"], new])
        # And what is asked from now on is about the new one.
        assert (await _sent(desk, await desk.ask("cancel", draft)))["booking_uid"] == new
        assert (await desk.interview())["status"] == "cancelled"


async def test_a_series_that_is_booked_anew_fills_the_interview_with_the_time_asked_for(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    draft, old = await _given_up(desk)
    start = format_instant(await desk.free(WEEKLY, at=2))
    request = await desk.ask("create", draft, event_type_id=WEEKLY, start=start, guest=GUEST)
    assert (await _sent(desk, request))["state"] == "done"
    await desk.reconcile()
    ours = {one["id"]: one for one in await desk.interviews()}
    assert len(ours) > 2
    assert ours[draft]["booking_uids"][0] == old["uid"]
    assert parse_instant(ours[draft]["start"]) == parse_instant(start)
    assert all(one["status"] == "scheduled" for one in ours.values())


async def test_what_the_guest_has_booked_anew_meanwhile_is_not_booked_beside_it(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    draft, old = await _given_up(desk)
    desk.calcom.set(rebooked=old["uid"])
    theirs = desk.calcom.bookings()[-1]
    failed = await _sent(desk, await _wish(desk, draft, at=4))
    assert (failed["state"], failed["error"][:29]) == ("failed", "The booking has been moved at")
    now = await desk.interview()
    assert (now["id"], now["booking_uids"]) == (draft, [old["uid"], theirs["uid"]])


@pytest.mark.parametrize("by", ["host", "person"])
async def test_what_is_still_on_at_cal_com_is_not_booked_beside_it(
    calcom_desk: CalcomDesk, by: str
) -> None:
    """A host has asked the guest for another time; a person says that it is cancelled here."""
    desk = calcom_desk
    draft = await _draft(desk)
    await _sent(desk, await _wish(desk, draft, at=0))
    (booking,) = desk.calcom.bookings()
    if by == "person":
        await desk.write("interviews", id=draft, status="cancelled")
    else:
        at = format_instant(desk.clock.now())
        told = {"uid": booking["uid"], "requestReschedule": True, "status": "CANCELLED"}
        await desk.take({"triggerEvent": "BOOKING_CANCELLED", "createdAt": at, "payload": told})
    failed = await _sent(desk, await _wish(desk, draft, at=2))
    assert (failed["state"], failed["error"][:32]) == ("failed", "This interview is booked already")


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


class Waiting(Sender):
    """The queue, while a person deletes what a call is for, which waits for its turn."""

    def __init__(self, desk: CalcomDesk, draft: str) -> None:
        self._desk = desk
        self._draft = draft

    @override
    async def send(self, call: Call, priority: Priority) -> Reply:
        await delete(self._desk, "interviews", self._draft)
        queue = queue_of(self._desk.parts)
        assert queue is not None
        return await queue.send(call, priority)


async def test_what_is_deleted_while_the_call_waits_for_its_turn_is_not_booked(
    either_desk: CalcomDesk,
) -> None:
    desk = either_desk
    draft = await _draft(desk)
    request = await _wish(desk, draft, at=0)
    calls = desk.calcom.numbers()["calls"]
    await send(desk.parts, CalcomApi(Waiting(desk, draft), Priority.PERSON), request)
    failed = await desk.record("booking_requests", request)
    assert (failed["state"], failed["error"][:30]) == ("failed", "The interview has been deleted")
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
