"""Requests to Cal.com, carried out against one that answers, refuses, gets lost or is away."""

from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from interview_desk.domain.instants import format_instant, parse_instant
from sync_server.bookings.reconciling.surroundings import look_at_surroundings
from sync_server.bookings.requests.carrying import resume, send
from sync_server.calcom.api.calls import Call, Priority
from sync_server.calcom.api.client import CalcomApi, Sender
from sync_server.calcom.api.errors import CalcomOff
from sync_server.calcom.api.exchange import Reply
from tests.helpers.fake_calcom.world import SEATED, WEEKLY
from tests.helpers.server import add_member
from tests.server.bookings.conftest import CalcomDesk

GUEST = {"name": "Ada Guest", "email": "ada@example.org", "zone": "Europe/Paris"}


async def _wish(desk: CalcomDesk, *, at: int = 0, **more: Any) -> tuple[str, str]:
    """A draft and the request that is to fill it."""
    draft = await desk.write("interviews", title="First talk", status="draft")
    start = format_instant(await desk.free(at=at))
    fields = {"event_type_id": 41, "start": start, "zone": "Europe/Paris", "guest": GUEST, **more}
    return draft, await desk.ask("create", draft, **fields)


async def _send(desk: CalcomDesk, request_id: str) -> dict[str, Any]:
    await send(desk.parts, desk.api, request_id)
    return await desk.record("booking_requests", request_id)


async def _resume(desk: CalcomDesk, request_id: str, *, after: float = 0) -> dict[str, Any]:
    desk.clock.advance(seconds=after)
    await resume(desk.parts, desk.api, request_id)
    return await desk.record("booking_requests", request_id)


async def _booked_interview(desk: CalcomDesk, event_type: int = 41) -> str:
    await desk.booked(event_type)
    await desk.reconcile()
    return next(one["id"] for one in await desk.interviews() if one["booking_uids"])


async def test_a_booking_fills_the_draft_and_keeps_its_title(either_desk: CalcomDesk) -> None:
    draft, request = await _wish(either_desk)
    done = await _send(either_desk, request)
    (booking,) = either_desk.calcom.bookings()
    assert (done["state"], done["booking_uid"]) == ("done", booking["uid"])
    assert booking["metadata"] == {"interview_desk_request": request}
    interview = await either_desk.interview()
    assert (interview["id"], interview["title"]) == (draft, "First talk")
    assert interview["status"] == "scheduled"
    assert interview["booking_uids"] == [booking["uid"]]
    assert [one["email"] for one in interview["attendees"]] == ["ada@example.org"]


async def test_a_request_is_not_sent_before_its_time_nor_after_it_was_taken_back(
    calcom_desk: CalcomDesk,
) -> None:
    soon = format_instant(calcom_desk.clock.now() + timedelta(seconds=10))
    _, request = await _wish(calcom_desk, send_after=soon)
    assert (await _send(calcom_desk, request))["state"] == "waiting"
    calcom_desk.clock.advance(seconds=11)
    await calcom_desk.write("booking_requests", id=request, state="undone")
    assert (await _send(calcom_desk, request))["state"] == "undone"
    assert calcom_desk.calcom.bookings() == []


@pytest.mark.parametrize("fault", ["cut", "lost"])
async def test_a_lost_answer_is_looked_up_and_not_repeated(
    calcom_desk: CalcomDesk, fault: str
) -> None:
    draft, request = await _wish(calcom_desk)
    calcom_desk.calcom.fault(fault, path="/v2/bookings", method="POST")
    assert (await _send(calcom_desk, request))["state"] == "sending"
    assert (await _resume(calcom_desk, request))["state"] == "done"
    assert len(calcom_desk.calcom.bookings()) == 1
    assert (await calcom_desk.interview())["id"] == draft


async def test_a_seat_beside_others_is_found_again_and_not_taken_twice(
    calcom_desk: CalcomDesk,
) -> None:
    booked = await calcom_desk.booked(SEATED)
    guest = {**GUEST, "email": "mina@example.org"}
    start = booked["start"]
    _, request = await _wish(calcom_desk, event_type_id=SEATED, start=start, guest=guest)
    calcom_desk.calcom.fault("lost", path="/v2/bookings", method="POST")
    await _send(calcom_desk, request)
    assert (await _resume(calcom_desk, request))["state"] == "done"
    (booking,) = calcom_desk.calcom.bookings()
    assert [one["email"] for one in booking["attendees"]] == [GUEST["email"], guest["email"]]


async def test_what_was_never_done_is_repeated_only_when_it_cannot_be_under_way_any_more(
    calcom_desk: CalcomDesk,
) -> None:
    _, request = await _wish(calcom_desk)
    calcom_desk.calcom.fault("error", path="/v2/bookings", method="POST")
    await _send(calcom_desk, request)
    assert (await _resume(calcom_desk, request, after=20))["state"] == "sending"
    assert calcom_desk.calcom.bookings() == []
    done = await _resume(calcom_desk, request, after=11)
    assert (done["state"], done["tries"]) == ("done", 2)
    assert len(calcom_desk.calcom.bookings()) == 1


async def test_what_cannot_be_looked_up_is_in_doubt_until_it_can_be(
    calcom_desk: CalcomDesk,
) -> None:
    _, request = await _wish(calcom_desk)
    calcom_desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    await _send(calcom_desk, request)
    calcom_desk.calcom.set(keys=[])
    assert (await _resume(calcom_desk, request))["state"] == "sending"
    doubtful = await _resume(calcom_desk, request, after=31)
    assert doubtful["state"] == "uncertain"
    assert "looked up" in doubtful["error"]
    assert (await _resume(calcom_desk, request))["state"] == "uncertain"
    calcom_desk.calcom.set(keys=["cal_test_0123456789abcdef"])
    done = await _resume(calcom_desk, request)
    assert (done["state"], done["error"]) == ("done", None)


async def test_after_three_tries_without_a_trace_a_person_decides(calcom_desk: CalcomDesk) -> None:
    _, request = await _wish(calcom_desk)
    calcom_desk.calcom.fault("error", path="/v2/bookings", method="POST", times=3)
    await _send(calcom_desk, request)
    await _resume(calcom_desk, request, after=31)
    await _resume(calcom_desk, request, after=31)
    found = await _resume(calcom_desk, request, after=31)
    assert (found["state"], found["tries"]) == ("uncertain", 3)
    assert (await _resume(calcom_desk, request, after=31))["state"] == "uncertain"
    assert calcom_desk.calcom.bookings() == []


async def test_a_lost_race_says_so_and_offers_the_next_free_times(calcom_desk: CalcomDesk) -> None:
    _, request = await _wish(calcom_desk)
    taken = await calcom_desk.booked()
    failed = await _send(calcom_desk, request)
    assert failed["state"] == "failed"
    assert "Somebody else" in failed["error"]
    assert "Free are: " in failed["error"]
    starts = [parse_instant(one["start"]) for one in failed["next_free"]]
    assert len(starts) == 5
    assert starts[0] == parse_instant(taken["start"]) + timedelta(minutes=30)


async def test_our_own_webhook_settles_a_request_whose_answer_never_came(
    calcom_desk: CalcomDesk,
) -> None:
    draft, request = await _wish(calcom_desk)
    calcom_desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    await _send(calcom_desk, request)
    (booking,) = calcom_desk.calcom.bookings()
    event = {
        "triggerEvent": "BOOKING_CREATED",
        "createdAt": booking["createdAt"],
        "payload": {
            "uid": booking["uid"],
            "bookingId": booking["id"],
            "startTime": booking["start"],
            "endTime": booking["end"],
            "metadata": booking["metadata"],
        },
    }
    await calcom_desk.take(event)
    assert (await calcom_desk.record("booking_requests", request))["state"] == "done"
    assert (await calcom_desk.interview())["id"] == draft


async def test_a_move_is_looked_up_by_the_booking_that_continues_it(
    either_desk: CalcomDesk,
) -> None:
    interview = await _booked_interview(either_desk)
    later = await either_desk.free(at=4)
    request = await either_desk.ask("reschedule", interview, start=format_instant(later))
    either_desk.calcom.fault("cut", path="/v2/bookings", method="POST")
    assert (await _send(either_desk, request))["state"] == "sending"
    done = await _resume(either_desk, request)
    now = await either_desk.interview()
    assert (done["state"], done["booking_uid"]) == ("done", now["booking_uids"][-1])
    assert (now["id"], len(now["booking_uids"])) == (interview, 2)
    assert parse_instant(now["start"]) == later
    assert len(either_desk.calcom.bookings()) == 2


async def test_cancelling_what_the_guest_has_cancelled_is_done(calcom_desk: CalcomDesk) -> None:
    interview = await _booked_interview(calcom_desk)
    (booking,) = calcom_desk.calcom.bookings()
    calcom_desk.calcom.act("cancel", uid=booking["uid"])
    request = await calcom_desk.ask("cancel", interview, reason="Not needed any more")
    assert (await _send(calcom_desk, request))["state"] == "done"
    assert (await calcom_desk.interview())["status"] == "cancelled"


@pytest.mark.parametrize(
    ("kind", "status"), [("confirm", "scheduled"), ("decline", "declined"), ("cancel", "cancelled")]
)
async def test_a_booking_that_waits_is_decided(
    calcom_desk: CalcomDesk, kind: str, status: str
) -> None:
    interview = await _booked_interview(calcom_desk, 45)
    assert (await calcom_desk.interview())["status"] == "requested"
    request = await calcom_desk.ask(kind, interview)
    assert (await _send(calcom_desk, request))["state"] == "done"
    assert (await calcom_desk.interview())["status"] == status


async def test_absences_are_marked_and_taken_back(calcom_desk: CalcomDesk) -> None:
    interview = await _booked_interview(calcom_desk)
    marks = {"emails": ["ada@example.org"]}
    request = await calcom_desk.ask("mark_absent", interview, absent=marks)
    assert (await _send(calcom_desk, request))["state"] == "done"
    assert (await calcom_desk.interview())["status"] == "no_show"
    back = {"host": False, "unmark": ["ada@example.org"]}
    request = await calcom_desk.ask("mark_absent", interview, absent=back)
    assert (await _send(calcom_desk, request))["state"] == "done"
    assert (await calcom_desk.interview())["status"] == "scheduled"
    request = await calcom_desk.ask("mark_absent", interview, absent={"host": True})
    await _send(calcom_desk, request)
    assert (await calcom_desk.interview())["status"] == "no_show"


async def test_another_host_takes_over_by_their_address(either_desk: CalcomDesk) -> None:
    interview = await _booked_interview(either_desk, 42)
    otto = await either_desk.parts.database.write(
        lambda tx: add_member(tx, name="Otto", email="otto@team.example.org")
    )
    nobody = await either_desk.parts.database.write(
        lambda tx: add_member(tx, name="Nora", email="nora@example.org")
    )
    request = await either_desk.ask("reassign", interview, member_id=otto, reason="Ill")
    assert (await _send(either_desk, request))["state"] == "done"
    hosts = (await either_desk.interview())["hosts"]
    assert [host["email"] for host in hosts] == ["otto@team.example.org"]
    request = await either_desk.ask("reassign", interview, member_id=nobody)
    failed = await _send(either_desk, request)
    assert (failed["state"], failed["error"][:15]) == ("failed", "Nora is not a h")


async def test_what_cannot_be_sent_says_what_it_lacks(calcom_desk: CalcomDesk) -> None:
    draft, request = await _wish(calcom_desk, guest={"name": "Ada"})
    assert "e-mail address" in (await _send(calcom_desk, request))["error"]
    request = await calcom_desk.ask("cancel", draft)
    assert "no booking" in (await _send(calcom_desk, request))["error"]
    interview = await _booked_interview(calcom_desk)
    request = await calcom_desk.ask("reassign", interview, member_id=draft)
    assert "not in the team" in (await _send(calcom_desk, request))["error"]


async def test_nothing_is_sent_while_calcom_is_switched_off(calcom_desk: CalcomDesk) -> None:
    flag = await calcom_desk.write("flags", key="calcom", on=False)
    draft = await calcom_desk.write("interviews", status="draft")
    start = format_instant(calcom_desk.clock.now() + timedelta(days=3))
    fields = {"event_type_id": 41, "start": start, "guest": GUEST}
    request = await calcom_desk.ask("create", draft, **fields)
    before = calcom_desk.calcom.numbers()["calls"]
    failed = await _send(calcom_desk, request)
    assert (failed["state"], failed["error"][:24]) == ("failed", "Cal.com is switched off,")
    assert calcom_desk.calcom.numbers()["calls"] == before
    # Nobody is surprised by it later.
    await calcom_desk.write("flags", id=flag, on=True)
    assert (await _send(calcom_desk, request))["state"] == "failed"


class SwitchedOff(Sender):
    @override
    async def send(self, call: Call, priority: Priority) -> Reply:
        raise CalcomOff


async def test_what_is_on_its_way_when_calcom_is_switched_off_was_not_sent(
    calcom_desk: CalcomDesk,
) -> None:
    _, request = await _wish(calcom_desk)
    await send(calcom_desk.parts, CalcomApi(SwitchedOff()), request)
    failed = await calcom_desk.record("booking_requests", request)
    assert (failed["state"], failed["error"][:24]) == ("failed", "Cal.com is switched off,")


async def test_what_could_not_be_sent_for_a_day_is_not_sent_at_all(
    either_desk: CalcomDesk,
) -> None:
    desk = either_desk
    _, request = await _wish(desk)
    desk.calcom.set(used_by_others=60_000)
    assert (await _send(desk, request))["state"] == "waiting"
    desk.clock.advance(hours=23)
    assert (await _send(desk, request))["state"] == "waiting"
    desk.clock.advance(hours=2)
    late = await _send(desk, request)
    assert (late["state"], late["error"][:34]) == ("failed", "Cal.com could not be asked for a d")


async def test_what_waited_for_days_while_no_server_ran_is_not_sent_but_what_is_planned_is(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    _, forgotten = await _wish(desk)
    _, planned = await _wish(
        desk, at=1, send_after=format_instant(desk.clock.now() + timedelta(hours=48))
    )
    desk.clock.advance(hours=48, seconds=1)
    assert (await _send(desk, forgotten))["state"] == "failed"
    assert (await _send(desk, planned))["state"] != "failed"


async def test_what_calcom_has_not_heard_of_waits_again(calcom_desk: CalcomDesk) -> None:
    _, request = await _wish(calcom_desk)
    calcom_desk.calcom.set(used_by_others=60_000)
    again = await send(calcom_desk.parts, calcom_desk.api, request)
    assert again is not None
    assert 50 < again.total_seconds() <= 60
    waiting = await calcom_desk.record("booking_requests", request)
    assert (waiting["state"], waiting["error"][:31]) == (
        "waiting",
        "More was asked of Cal.com than ",
    )


async def test_a_length_is_named_only_where_there_is_a_choice(calcom_desk: CalcomDesk) -> None:
    await look_at_surroundings(calcom_desk.parts, calcom_desk.api)
    _, request = await _wish(calcom_desk, minutes=30)
    assert (await _send(calcom_desk, request))["state"] == "done"
    start = format_instant(await calcom_desk.free(46, at=2))
    _, request = await _wish(calcom_desk, event_type_id=46, minutes=60, start=start)
    assert (await _send(calcom_desk, request))["state"] == "done"
    assert calcom_desk.calcom.bookings()[-1]["duration"] == 60


@pytest.mark.parametrize(("kind", "status"), [("confirm", "scheduled"), ("decline", "declined")])
async def test_what_is_said_to_one_of_a_series_is_known_of_all_at_once(
    either_desk: CalcomDesk, kind: str, status: str
) -> None:
    waiting = await _asked_for_together(either_desk)
    request = await either_desk.ask(kind, waiting[1]["id"])
    done = await _send(either_desk, request)
    assert (done["state"], done["booking_uid"]) == ("done", waiting[1]["booking_uids"][0])
    assert [one["status"] for one in await either_desk.interviews()] == [status] * 3


async def test_where_the_others_of_a_series_cannot_be_read_the_answer_still_counts(
    calcom_desk: CalcomDesk,
) -> None:
    waiting = await _asked_for_together(calcom_desk)
    series = calcom_desk.calcom.bookings()[0]["recurringBookingUid"]
    calcom_desk.calcom.fault("error", path=f"/v2/bookings/{series}", method="GET", times=9)
    request = await calcom_desk.ask("confirm", waiting[0]["id"])
    assert (await _send(calcom_desk, request))["state"] == "done"
    statuses = [one["status"] for one in await calcom_desk.interviews()]
    assert sorted(statuses) == ["requested", "requested", "scheduled"]


async def _asked_for_together(desk: CalcomDesk) -> list[dict[str, Any]]:
    """Three weekly times that wait for one answer, as desks are told of them."""
    desk.calcom.set(asks_first=WEEKLY)
    await desk.booked(WEEKLY)
    await desk.reconcile()
    waiting = await desk.interviews()
    assert [one["status"] for one in waiting] == ["requested"] * 3
    (series,) = {one["recurringBookingUid"] for one in desk.calcom.bookings()}
    told = [await desk.record("interviews", one["id"]) for one in waiting]
    assert {fields["series_uid"] for fields in told} == {series}
    return waiting
