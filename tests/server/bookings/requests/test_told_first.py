"""Answers that get lost although word of what was done has come: it is done, and done once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from interview_desk.domain.instants import format_instant, parse_instant
from sync_server.bookings.requests.carrying import resume, send
from tests.helpers.fake_calcom.world import CONFIRMED, DISCOVERY, ROUND_ROBIN
from tests.helpers.hearing import told_first
from tests.helpers.server import add_member
from tests.server.bookings.conftest import CalcomDesk
from tests.server.bookings.requests.test_carrying_out import GUEST

Wish = Callable[[CalcomDesk], Awaitable[str]]


async def _booked(desk: CalcomDesk, event_type: int = DISCOVERY) -> str:
    await desk.booked(event_type)
    await desk.reconcile()
    return str((await desk.interview())["id"])


async def _book(desk: CalcomDesk) -> str:
    draft = await desk.write("interviews", title="Talk", status="draft")
    start = format_instant(await desk.free())
    return await desk.ask("create", draft, event_type_id=DISCOVERY, start=start, guest=GUEST)


async def _move(desk: CalcomDesk) -> str:
    interview = await _booked(desk)
    return await desk.ask("reschedule", interview, start=format_instant(await desk.free(at=4)))


async def _cancel(desk: CalcomDesk) -> str:
    return await desk.ask("cancel", await _booked(desk))


async def _confirm(desk: CalcomDesk) -> str:
    return await desk.ask("confirm", await _booked(desk, CONFIRMED))


async def _decline(desk: CalcomDesk) -> str:
    return await desk.ask("decline", await _booked(desk, CONFIRMED))


async def _mark(desk: CalcomDesk) -> str:
    absent = {"emails": ["ada@example.org"]}
    return await desk.ask("mark_absent", await _booked(desk), absent=absent)


async def _reassign(desk: CalcomDesk) -> str:
    otto = await desk.parts.database.write(
        lambda tx: add_member(tx, name="Otto", email="otto@team.example.org")
    )
    return await desk.ask("reassign", await _booked(desk, ROUND_ROBIN), member_id=otto)


async def _calls(desk: CalcomDesk) -> int:
    """How many webhooks have told of something that was done."""
    return len(desk.calcom.numbers()["delivered"])


async def _tried(desk: CalcomDesk, request_id: str) -> dict[str, Any]:
    """The request after servers have gone on with it for as long as they do."""
    for seconds in (0, 31, 31, 31):
        desk.clock.advance(seconds=seconds)
        await resume(desk.parts, desk.api, request_id)
    return await desk.record("booking_requests", request_id)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        (_book, "scheduled"),
        (_move, "scheduled"),
        (_cancel, "cancelled"),
        (_confirm, "scheduled"),
        (_decline, "declined"),
        (_mark, "no_show"),
        (_reassign, "scheduled"),
    ],
)
async def test_what_a_webhook_told_before_the_lost_answer_is_done_and_not_repeated(
    calcom_desk: CalcomDesk, wish: Wish, status: str
) -> None:
    request = await wish(calcom_desk)
    async with told_first(calcom_desk.parts, calcom_desk.calcom.url):
        calcom_desk.calcom.fault("cut", path="/v2/bookings", method="POST")
        await send(calcom_desk.parts, calcom_desk.api, request)
        done = await _tried(calcom_desk, request)
    assert done["state"] == "done"
    assert await _calls(calcom_desk) == 1
    interview = await calcom_desk.interview()
    assert interview["status"] == status
    assert done["booking_uid"] == interview["booking_uids"][-1]


async def test_a_move_that_reconciling_came_upon_first_is_done_and_not_repeated(
    either_desk: CalcomDesk,
) -> None:
    request = await _move(either_desk)
    either_desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    await send(either_desk.parts, either_desk.api, request)
    await either_desk.reconcile()
    done = await _tried(either_desk, request)
    interview = await either_desk.interview()
    assert (done["state"], done["booking_uid"]) == ("done", interview["booking_uids"][-1])
    assert len(either_desk.calcom.bookings()) == 2


async def test_a_move_is_known_by_the_booking_that_continues_it_where_calcom_names_none(
    calcom_desk: CalcomDesk,
) -> None:
    request = await _move(calcom_desk)
    calcom_desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    await send(calcom_desk.parts, calcom_desk.api, request)
    await calcom_desk.reconcile()
    (old, new) = calcom_desk.calcom.bookings()
    # Gone from Cal.com, as old bookings of a guest who was forgotten there.
    calcom_desk.calcom.set(forgotten=old["uid"])
    done = await _tried(calcom_desk, request)
    assert (done["state"], done["booking_uid"]) == ("done", new["uid"])


async def test_a_move_is_done_although_the_guest_has_moved_on_since(
    calcom_desk: CalcomDesk,
) -> None:
    request = await _move(calcom_desk)
    calcom_desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    await send(calcom_desk.parts, calcom_desk.api, request)
    ours = calcom_desk.calcom.bookings()[-1]["uid"]
    elsewhere = format_instant(await calcom_desk.free(at=6))
    (theirs,) = calcom_desk.calcom.act("reschedule", uid=ours, start=elsewhere)
    await calcom_desk.reconcile()
    done = await _tried(calcom_desk, request)
    assert (done["state"], done["booking_uid"]) == ("done", ours)
    interview = await calcom_desk.interview()
    assert interview["booking_uids"][-1] == theirs["uid"]
    assert parse_instant(interview["start"]) == parse_instant(elsewhere)


async def test_what_the_guest_has_moved_is_not_taken_for_cancelled(
    calcom_desk: CalcomDesk,
) -> None:
    request = await _cancel(calcom_desk)
    calcom_desk.calcom.fault("error", path="/v2/bookings", method="POST")
    await send(calcom_desk.parts, calcom_desk.api, request)
    (old,) = calcom_desk.calcom.bookings()
    elsewhere = format_instant(await calcom_desk.free(at=6))
    (new,) = calcom_desk.calcom.act("reschedule", uid=old["uid"], start=elsewhere)
    await calcom_desk.reconcile()
    done = await _tried(calcom_desk, request)
    assert (done["state"], done["booking_uid"]) == ("done", new["uid"])
    assert [one["status"] for one in calcom_desk.calcom.bookings()] == ["cancelled", "cancelled"]
    assert (await calcom_desk.interview())["status"] == "cancelled"


async def test_a_new_host_counts_where_the_booking_cannot_be_read_afterwards(
    calcom_desk: CalcomDesk,
) -> None:
    request = await _reassign(calcom_desk)
    (booking,) = calcom_desk.calcom.bookings()
    calcom_desk.calcom.fault("error", path=f"/v2/bookings/{booking['uid']}", method="GET", times=9)
    await send(calcom_desk.parts, calcom_desk.api, request)
    done = await calcom_desk.record("booking_requests", request)
    assert (done["state"], done["booking_uid"]) == ("done", booking["uid"])


async def test_what_stands_at_the_wanted_time_already_is_not_moved_again(
    either_desk: CalcomDesk,
) -> None:
    interview = await _booked(either_desk)
    start = format_instant(await either_desk.free(at=4))
    for _ in range(2):
        # Two colleagues drag it to the same place.
        request = await either_desk.ask("reschedule", interview, start=start)
        await send(either_desk.parts, either_desk.api, request)
        done = await either_desk.record("booking_requests", request)
        assert (done["state"], done["booking_uid"]) == (
            "done",
            either_desk.calcom.bookings()[-1]["uid"],
        )
    assert len(either_desk.calcom.bookings()) == 2


async def test_what_the_guest_has_moved_away_from_the_wanted_time_is_moved_or_said(
    calcom_desk: CalcomDesk,
) -> None:
    interview = await _booked(calcom_desk)
    (booking,) = calcom_desk.calcom.bookings()
    elsewhere = format_instant(await calcom_desk.free(at=4))
    calcom_desk.calcom.act("reschedule", uid=booking["uid"], start=elsewhere)
    request = await calcom_desk.ask("reschedule", interview, start=booking["start"])
    await send(calcom_desk.parts, calcom_desk.api, request)
    failed = await calcom_desk.record("booking_requests", request)
    assert (failed["state"], failed["error"][:29]) == ("failed", "The booking has been moved at")


async def test_what_was_cancelled_at_the_wanted_time_is_not_taken_for_moved(
    calcom_desk: CalcomDesk,
) -> None:
    interview = await _booked(calcom_desk)
    (booking,) = calcom_desk.calcom.bookings()
    calcom_desk.calcom.act("cancel", uid=booking["uid"])
    request = await calcom_desk.ask("reschedule", interview, start=booking["start"])
    await send(calcom_desk.parts, calcom_desk.api, request)
    assert (await calcom_desk.record("booking_requests", request))["state"] == "failed"


async def test_two_servers_that_find_nothing_done_repeat_it_once(either_desk: CalcomDesk) -> None:
    request = await _move(either_desk)
    either_desk.calcom.fault("error", path="/v2/bookings", method="POST")
    await send(either_desk.parts, either_desk.api, request)
    either_desk.clock.advance(seconds=31)
    desk = either_desk
    await asyncio.gather(*(resume(desk.parts, desk.api, request) for _ in range(2)))
    done = await desk.record("booking_requests", request)
    assert (done["state"], done["tries"]) == ("done", 2)
    assert len(desk.calcom.bookings()) == 2


async def test_who_is_the_host_already_is_not_told_so_again(either_desk: CalcomDesk) -> None:
    request = await _reassign(either_desk)
    async with told_first(either_desk.parts, either_desk.calcom.url):
        await send(either_desk.parts, either_desk.api, request)
        first = await either_desk.record("booking_requests", request)
        interview = await either_desk.interview()
        again = await either_desk.ask("reassign", interview["id"], member_id=first["member_id"])
        await send(either_desk.parts, either_desk.api, again)
        done = await either_desk.record("booking_requests", again)
        assert (done["state"], done["booking_uid"]) == ("done", first["booking_uid"])
        assert await _calls(either_desk) == 1
