"""Reconciling with Cal.com: what events did not tell, whatever was lost, late or doubled."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from interview_desk.app.demo.bookings import deliveries
from interview_desk.domain.instants import format_instant, parse_instant
from sync_server.bookings.reconciling import cursors
from sync_server.bookings.reconciling.pages import Scope, changed_since
from sync_server.bookings.reconciling.passes import reconcile
from sync_server.calcom.api.errors import CalcomUnavailable
from sync_server.infra.tally import FOUND_MISSING
from sync_server.operations.purging import erase_guest
from tests.helpers import calcom
from tests.helpers.fake_calcom.world import TEAM
from tests.helpers.server import SetClock
from tests.helpers.storage import everything_said
from tests.server.bookings.conftest import CalcomDesk, Desk


def _missing(desk: CalcomDesk) -> int:
    return sum(desk.parts.tally.of(FOUND_MISSING).values())


async def test_a_server_without_events_knows_every_booking(either_desk: CalcomDesk) -> None:
    desk = either_desk
    one, two = await desk.booked(), await desk.booked(at=1)
    moved = desk.calcom.act(
        "reschedule", uid=two["uid"], start=format_instant(await desk.free(at=6))
    )[0]
    found = await desk.reconcile()
    assert (len(found.read), _missing(desk)) == (3, 0)
    first, second = await desk.interviews()
    assert (first["booking_uids"], first["status"]) == ([one["uid"]], "scheduled")
    assert second["booking_uids"] == [two["uid"], moved["uid"]]
    assert second["join_url"] == "https://zoom.us/j/98765432100?pwd=abcDEF123"
    # The next time only what changes is news, and counted.
    assert (await desk.reconcile()).news == set()
    desk.calcom.act("cancel", uid=one["uid"])
    assert (await desk.reconcile()).news == {one["uid"]}
    assert _missing(desk) == 1
    assert (await desk.interviews())[0]["status"] == "cancelled"


async def test_what_one_scope_found_is_not_counted_again_for_the_next(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    scopes = (Scope(), Scope(team_id=TEAM))
    await reconcile(desk.parts, desk.api, scopes)
    await desk.booked()
    await reconcile(desk.parts, desk.api, scopes)
    assert _missing(desk) == 1


def by_booking(interviews: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is exported of each, by its first booking, apart from what has to differ.

    Our ids do, and events name the app where people meet while the API has the link.
    """
    other = {"id": None, "location": None}
    return {one["booking_uids"][0]: {**one, **other} for one in interviews}


async def test_the_demos_story_is_the_same_by_its_webhooks_and_by_asking(
    desk: Desk, clock: SetClock, either_desk: CalcomDesk
) -> None:
    now = clock.at = either_desk.clock.now()
    await desk.take(*(json.loads(one.body) for one in deliveries(now, "secret")))
    either_desk.calcom.set(demo=now.isoformat())
    await either_desk.reconcile()
    told, asked = [by_booking(await where.interviews()) for where in (desk, either_desk)]
    assert told == asked
    states = Counter(one["status"] for one in asked.values())
    assert states == {"scheduled": 3, "cancelled": 1, "no_show": 1}


async def test_absences_and_guests_are_found_although_nothing_else_changed(
    calcom_desk: CalcomDesk,
) -> None:
    booking = await calcom_desk.booked()
    await calcom_desk.reconcile()
    calcom_desk.clock.advance(minutes=10)
    mark = {"attendees": [{"email": "ada@example.org", "absent": True}]}
    calcom_desk.calcom.act("mark_absent", uid=booking["uid"], **mark)
    await calcom_desk.reconcile()
    assert (await calcom_desk.interview())["status"] == "no_show"
    mark["attendees"][0]["absent"] = False
    calcom_desk.calcom.act("mark_absent", uid=booking["uid"], **mark)
    await calcom_desk.reconcile()
    assert (await calcom_desk.interview())["status"] == "scheduled"
    await calcom_desk.api.add_guests(booking["uid"], ["bob@example.org"])
    await calcom_desk.reconcile()
    attendees = (await calcom_desk.interview())["attendees"]
    assert [one["email"] for one in attendees] == ["ada@example.org", "bob@example.org"]


async def test_a_whole_series_is_listed_when_one_of_it_has_changed(
    calcom_desk: CalcomDesk,
) -> None:
    await calcom_desk.booked(44)
    await calcom_desk.reconcile()
    series = calcom_desk.calcom.bookings()
    calcom_desk.calcom.act("cancel", uid=series[0]["recurringBookingUid"])
    await calcom_desk.reconcile()
    assert [one["status"] for one in await calcom_desk.interviews()] == ["cancelled"] * 3


async def test_pages_that_shift_lose_nothing(calcom_desk: CalcomDesk) -> None:
    since = calcom_desk.clock.now()
    made = [(await calcom_desk.booked(at=number))["uid"] for number in range(7)]
    seen: list[str] = []
    async for page in changed_since(calcom_desk.api, Scope(), since, take=3):
        seen += [booking.uid for booking in page]
        # What changes moves to the end, and everything behind it one place forward.
        if len(seen) == 3:
            calcom_desk.calcom.act("cancel", uid=made[0])
            calcom_desk.calcom.act("cancel", uid=made[1])
    assert set(seen) == set(made)
    assert seen[-1] == made[1]


async def test_a_first_time_that_was_interrupted_begins_anew(calcom_desk: CalcomDesk) -> None:
    await calcom_desk.booked()
    calcom_desk.calcom.fault("error", path="/v2/bookings", method="GET", times=99)
    with pytest.raises(CalcomUnavailable):
        await calcom_desk.reconcile()
    known = await calcom_desk.parts.database.read(lambda tx: cursors.of(tx, Scope().name))
    assert known is None


async def test_since_goes_back_further_than_the_cursor(calcom_desk: CalcomDesk) -> None:
    booking = await calcom_desk.booked()
    calcom_desk.clock.advance(days=200)
    await calcom_desk.reconcile()
    assert await calcom_desk.interviews() == []
    await calcom_desk.reconcile(since=parse_instant(booking["createdAt"]) - timedelta(days=1))
    assert (await calcom_desk.interview())["booking_uids"] == [booking["uid"]]


async def test_an_old_answer_leaves_a_newer_event_alone(calcom_desk: CalcomDesk) -> None:
    booking = await calcom_desk.booked()
    await calcom_desk.reconcile()
    later = parse_instant(booking["updatedAt"]) + timedelta(seconds=5)
    event = calcom.cancelled(booking["uid"])
    await calcom_desk.take({**event, "createdAt": format_instant(later)})
    await calcom_desk.reconcile()
    assert (await calcom_desk.interview())["status"] == "cancelled"


async def test_who_was_erased_is_not_fetched_again_although_calcom_still_has_them(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    alone, group = await desk.booked(), await desk.booked(43, at=9)
    bob = {"name": "Bob Guest", "email": "bob@example.org", "timeZone": "UTC"}
    desk.calcom.act("create", eventTypeId=43, start=group["start"], attendee=bob)
    await desk.reconcile()
    assert len(await desk.interviews()) == 2
    await desk.parts.database.write(lambda tx: erase_guest(tx, "ada@example.org"))
    desk.clock.advance(minutes=5)
    desk.calcom.act("cancel", uid=alone["uid"])
    desk.calcom.act("mark_absent", uid=group["uid"], host=True)
    await desk.reconcile(since=desk.clock.now() - timedelta(days=1))
    interview = await desk.interview()
    assert [one["email"] for one in interview["attendees"]] == ["bob@example.org"]
    assert interview["status"] == "no_show"
    assert "ada@example.org" not in await desk.parts.database.read(everything_said)


async def test_a_team_that_the_key_may_not_list_is_passed_over(calcom_desk: CalcomDesk) -> None:
    await calcom_desk.booked(42)
    scopes = [Scope(), Scope(team_id=TEAM), Scope(organization_id=99)]
    found = await reconcile(calcom_desk.parts, calcom_desk.api, scopes)
    assert len(found.news) == 1
