"""What is asked of a booking that the guest has moved at Cal.com, before word of that has come."""

from typing import Any

import pytest

from interview_desk.domain.instants import format_instant, parse_instant
from sync_server.bookings.requests.carrying import resume, send
from sync_server.calcom.api.bookings import Booking
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomUnavailable
from tests.helpers.fake_calcom.world import CONFIRMED, DISCOVERY
from tests.server.bookings.conftest import CalcomDesk

_MOVED = "The booking has been moved at Cal.com meanwhile"


class Unread:
    """Cal.com while one booking cannot be read."""

    def __init__(self, api: CalcomApi, uid: str) -> None:
        self._api = api
        self._uid = uid

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    async def booking(self, uid: str) -> tuple[Booking, ...]:
        if uid == self._uid:
            raise CalcomUnavailable
        return await self._api.booking(uid)


async def _moved_unheard(
    desk: CalcomDesk, event_type: int = DISCOVERY, *, times: int = 1
) -> tuple[str, dict[str, Any]]:
    """An interview as we know it, and the booking that the guest has made of it since."""
    booking = await desk.booked(event_type)
    await desk.reconcile()
    for at in range(4, 4 + times):
        start = format_instant(await desk.free(event_type, at=at))
        (booking,) = desk.calcom.act("reschedule", uid=booking["uid"], start=start)
    return str((await desk.interview())["id"]), booking


async def test_a_cancellation_reaches_the_booking_that_the_guest_has_made_of_it(
    either_desk: CalcomDesk,
) -> None:
    interview, newest = await _moved_unheard(either_desk, times=2)
    request = await either_desk.ask("cancel", interview, reason="Ill")
    await send(either_desk.parts, either_desk.api, request)
    done = await either_desk.record("booking_requests", request)
    assert (done["state"], done["booking_uid"]) == ("done", newest["uid"])
    last = either_desk.calcom.bookings()[-1]
    assert (last["status"], last["cancellationReason"]) == ("cancelled", "Ill")
    now = await either_desk.interview()
    assert (now["status"], len(now["booking_uids"])) == ("cancelled", 3)


@pytest.mark.parametrize(
    ("kind", "event_type"),
    [
        ("mark_absent", DISCOVERY),
        ("reschedule", DISCOVERY),
        ("confirm", CONFIRMED),
        ("decline", CONFIRMED),
    ],
)
async def test_what_was_meant_for_the_time_before_is_not_done_and_the_new_time_shown(
    calcom_desk: CalcomDesk, kind: str, event_type: int
) -> None:
    interview, newest = await _moved_unheard(calcom_desk, event_type)
    asked: dict[str, dict[str, Any]] = {
        "mark_absent": {"absent": {"emails": ["ada@example.org"]}},
        "reschedule": {"start": format_instant(await calcom_desk.free(event_type, at=7))},
    }
    request = await calcom_desk.ask(kind, interview, **asked.get(kind, {}))
    await send(calcom_desk.parts, calcom_desk.api, request)
    failed = await calcom_desk.record("booking_requests", request)
    assert (failed["state"], failed["error"][: len(_MOVED)]) == ("failed", _MOVED)
    now = await calcom_desk.interview()
    waiting = "requested" if event_type == CONFIRMED else "scheduled"
    assert (now["id"], now["status"]) == (interview, waiting)
    assert parse_instant(now["start"]) == parse_instant(newest["start"])
    last = calcom_desk.calcom.bookings()[-1]
    assert (last["uid"], last["status"]) == (newest["uid"], newest["status"])


async def test_a_move_that_got_lost_is_not_made_of_what_the_guest_has_moved_since(
    calcom_desk: CalcomDesk,
) -> None:
    booking = await calcom_desk.booked()
    await calcom_desk.reconcile()
    interview = str((await calcom_desk.interview())["id"])
    wanted, elsewhere = [format_instant(await calcom_desk.free(at=at)) for at in (4, 6)]
    request = await calcom_desk.ask("reschedule", interview, start=wanted)
    calcom_desk.calcom.fault("error", path="/v2/bookings", method="POST")
    await send(calcom_desk.parts, calcom_desk.api, request)
    calcom_desk.calcom.act("reschedule", uid=booking["uid"], start=elsewhere)
    await calcom_desk.reconcile()
    calcom_desk.clock.advance(seconds=31)
    await resume(calcom_desk.parts, calcom_desk.api, request)
    failed = await calcom_desk.record("booking_requests", request)
    assert (failed["state"], failed["error"][: len(_MOVED)]) == ("failed", _MOVED)
    assert len(calcom_desk.calcom.bookings()) == 2


async def test_a_mark_that_was_set_before_the_guest_moved_is_done_and_ends_nothing(
    calcom_desk: CalcomDesk,
) -> None:
    booking = await calcom_desk.booked()
    await calcom_desk.reconcile()
    interview = str((await calcom_desk.interview())["id"])
    absent = {"emails": ["ada@example.org"]}
    request = await calcom_desk.ask("mark_absent", interview, absent=absent)
    calcom_desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    await send(calcom_desk.parts, calcom_desk.api, request)
    start = format_instant(await calcom_desk.free(at=4))
    (newest,) = calcom_desk.calcom.act("reschedule", uid=booking["uid"], start=start)
    await resume(calcom_desk.parts, calcom_desk.api, request)
    assert (await calcom_desk.record("booking_requests", request))["state"] == "done"
    now = await calcom_desk.interview()
    assert now["booking_uids"][-1] == newest["uid"]


async def test_where_the_new_booking_cannot_be_read_the_old_one_ends_nothing(
    calcom_desk: CalcomDesk,
) -> None:
    interview, newest = await _moved_unheard(calcom_desk)
    path = f"/v2/bookings/{newest['uid']}"
    calcom_desk.calcom.fault("error", path=path, method="GET", times=9)
    absent = {"emails": ["ada@example.org"]}
    request = await calcom_desk.ask("mark_absent", interview, absent=absent)
    await send(calcom_desk.parts, calcom_desk.api, request)
    failed = await calcom_desk.record("booking_requests", request)
    assert (failed["state"], failed["error"][: len(_MOVED)]) == ("failed", _MOVED)
    assert (await calcom_desk.interview())["status"] == "scheduled"


async def _unanswered(desk: CalcomDesk, kind: str) -> tuple[dict[str, Any], str]:
    """A booking that waits, and what was asked of it without an answer."""
    booking = await desk.booked(CONFIRMED)
    await desk.reconcile()
    interview = str((await desk.interview())["id"])
    request = await desk.ask(kind, interview)
    desk.calcom.fault("error", path="/v2/bookings", method="POST")
    await send(desk.parts, desk.api, request)
    return booking, request


@pytest.mark.parametrize(("kind", "done"), [("confirm", "confirmed"), ("decline", "declined")])
@pytest.mark.parametrize("is_known", [False, True], ids=["unheard", "heard of"])
async def test_an_answer_that_got_lost_before_the_guest_moved_is_not_called_undone(
    calcom_desk: CalcomDesk, kind: str, done: str, *, is_known: bool
) -> None:
    desk = calcom_desk
    booking, request = await _unanswered(desk, kind)
    start = format_instant(await desk.free(CONFIRMED, at=4))
    desk.calcom.act("reschedule", uid=booking["uid"], start=start)
    if is_known:
        await desk.reconcile()
    desk.clock.advance(seconds=31)
    await resume(desk.parts, desk.api, request)
    failed = await desk.record("booking_requests", request)
    assert failed["state"] == "failed"
    assert f"has not said whether it was {done} before that" in failed["error"]
    assert (await desk.interview())["status"] == "requested"


@pytest.mark.parametrize(("kind", "trigger"), [("confirm", "CREATED"), ("decline", "REJECTED")])
async def test_an_answer_that_cal_com_told_of_before_the_guest_moved_is_given(
    either_desk: CalcomDesk, kind: str, trigger: str
) -> None:
    desk = either_desk
    booking, request = await _unanswered(desk, kind)
    told = {"uid": booking["uid"], "bookingId": booking["id"], "startTime": booking["start"]}
    at = format_instant(desk.clock.now())
    await desk.take({"triggerEvent": f"BOOKING_{trigger}", "createdAt": at, "payload": told})
    start = format_instant(await desk.free(CONFIRMED, at=4))
    desk.calcom.act("reschedule", uid=booking["uid"], start=start)
    await desk.reconcile()
    desk.clock.advance(seconds=31)
    await resume(desk.parts, desk.api, request)
    done = await desk.record("booking_requests", request)
    assert (done["state"], done["booking_uid"]) == ("done", booking["uid"])
    assert (await desk.interview())["status"] == "requested"


@pytest.mark.parametrize("unread", [0, 1], ids=["the old one", "the new one"])
async def test_a_cancellation_is_tried_again_where_the_new_booking_could_not_be_read(
    calcom_desk: CalcomDesk, unread: int
) -> None:
    desk = calcom_desk
    interview, newest = await _moved_unheard(desk)
    without: Any = Unread(desk.api, desk.calcom.bookings()[unread]["uid"])
    request = await desk.ask("cancel", interview)
    again = await send(desk.parts, without, request)
    assert again is not None
    assert (await desk.record("booking_requests", request))["state"] in {"waiting", "sending"}
    desk.clock.advance(seconds=31)
    for step in (send, resume):
        await step(desk.parts, desk.api, request)
    done = await desk.record("booking_requests", request)
    assert (done["state"], done["booking_uid"]) == ("done", newest["uid"])
    assert (await desk.interview())["status"] == "cancelled"
