"""The worker that reconciles: when it asks, what it looks at again, and what keeps it from it."""

from typing import Any

import pytest

from sync_server.bookings.looks import KIND
from sync_server.bookings.reconciling.tasks import Reconciler
from sync_server.bookings.requests.carrying import send
from sync_server.operations.commands import CommandFailed
from sync_server.operations.reconcile_commands import reconcile_now
from sync_server.work import due
from tests.helpers import calcom
from tests.helpers.fake_calcom.world import WEEKLY
from tests.helpers.server import parts_on
from tests.server.bookings.conftest import CalcomDesk


def _event(trigger: str, booking: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An event of the fake's booking that says little."""
    payload = {
        "uid": booking["uid"],
        "bookingId": booking["id"],
        "startTime": booking["start"],
        "endTime": booking["end"],
        "location": "integrations:google:meet",
        **more,
    }
    return {"triggerEvent": trigger, "createdAt": booking["createdAt"], "payload": payload}


async def _plans(desk: CalcomDesk) -> bool:
    found = await desk.parts.database.read(lambda tx: due.soonest(tx, KIND))
    return found is not None


async def test_a_turn_reconciles_when_its_time_has_come(calcom_desk: CalcomDesk) -> None:
    reconciler = Reconciler(calcom_desk.parts)
    await calcom_desk.booked()
    assert 0 < await reconciler.turn() <= 30
    assert len(await calcom_desk.interviews()) == 1
    assert len(await calcom_desk.records("event_types")) == 6
    before = calcom_desk.calcom.numbers()["calls"]
    await reconciler.turn()
    assert calcom_desk.calcom.numbers()["calls"] == before
    calcom_desk.clock.advance(seconds=301)
    await reconciler.turn()
    assert calcom_desk.calcom.numbers()["calls"] > before


async def test_nothing_is_asked_while_calcom_is_switched_off_or_without_a_key(
    calcom_desk: CalcomDesk,
) -> None:
    await calcom_desk.write("flags", key="calcom", on=False)
    before = calcom_desk.calcom.numbers()["calls"]
    assert await Reconciler(calcom_desk.parts).turn() > 0
    parts = calcom_desk.parts
    bare = parts_on(parts.database, parts.clock, data_dir=parts.settings.data_dir)
    assert await Reconciler(bare).turn() == 30
    assert calcom_desk.calcom.numbers()["calls"] == before


@pytest.mark.parametrize("keys", [[], ["cal_test_0123456789abcdef"]])
async def test_what_goes_wrong_is_tried_again(calcom_desk: CalcomDesk, keys: list[str]) -> None:
    calcom_desk.calcom.set(keys=keys, used_by_others=0 if not keys else 60_000)
    reconciler = Reconciler(calcom_desk.parts)
    if not keys:
        assert await reconciler.turn() > 0
        calcom_desk.calcom.set(keys=["cal_test_0123456789abcdef"])
    else:
        calcom_desk.calcom.set(used_by_others=-60_000)
    await calcom_desk.booked()
    calcom_desk.clock.advance(seconds=400)
    await reconciler.turn()
    assert len(await calcom_desk.interviews()) == 1


async def test_a_link_that_an_event_could_not_have_is_fetched_soon(calcom_desk: CalcomDesk) -> None:
    desk = calcom_desk
    reconciler = Reconciler(desk.parts)
    await reconciler.turn()
    booking = await desk.booked()
    await desk.take(_event("BOOKING_CREATED", booking))
    assert (await desk.interview())["join_url"] is None
    assert 0 < await reconciler.turn() <= 5
    desk.clock.advance(seconds=6)
    await reconciler.turn()
    interview = await desk.interview()
    assert interview["join_url"] == "https://zoom.us/j/98765432100?pwd=abcDEF123"
    assert interview["location"] == "integrations:google:meet"
    # The later looks find nothing left to ask.
    before = desk.calcom.numbers()["calls"]
    desk.clock.advance(seconds=280)
    await reconciler.turn()
    assert desk.calcom.numbers()["calls"] == before
    desk.clock.advance(seconds=60)
    await reconciler.turn()
    assert not await _plans(desk)


async def test_one_yes_confirms_a_whole_series_here_too(calcom_desk: CalcomDesk) -> None:
    calcom_desk.calcom.set(asks_first=WEEKLY)
    await calcom_desk.booked(WEEKLY)
    reconciler = Reconciler(calcom_desk.parts)
    await reconciler.turn()
    waiting = await calcom_desk.interviews()
    assert [one["status"] for one in waiting] == ["requested"] * 3
    request = await calcom_desk.ask("confirm", waiting[0]["id"])
    await send(calcom_desk.parts, calcom_desk.api, request)
    # Cal.com tells of the one that was meant; the others are looked up, without waiting for long.
    first = calcom_desk.calcom.bookings()[0]
    event = _event("BOOKING_CREATED", first, recurringEvent={"freq": 2, "count": 3})
    await calcom_desk.take({**event, "createdAt": first["updatedAt"]})
    calcom_desk.clock.advance(seconds=20)
    await reconciler.turn()
    assert [one["status"] for one in await calcom_desk.interviews()] == ["scheduled"] * 3


async def test_the_rest_of_a_series_is_looked_up_after_an_event_that_hides_it(
    calcom_desk: CalcomDesk,
) -> None:
    reconciler = Reconciler(calcom_desk.parts)
    await calcom_desk.booked(44)
    await reconciler.turn()
    series = calcom_desk.calcom.bookings()
    calcom_desk.calcom.act("cancel", uid=series[0]["recurringBookingUid"])
    hidden = {"recurringEvent": {"freq": 2, "count": 3}, "status": "CANCELLED"}
    event = _event("BOOKING_CANCELLED", series[0], **hidden)
    await calcom_desk.take({**event, "createdAt": calcom.at(9e5)})
    statuses = [one["status"] for one in await calcom_desk.interviews()]
    assert sorted(statuses) == ["cancelled", "scheduled", "scheduled"]
    calcom_desk.clock.advance(seconds=6)
    await reconciler.turn()
    assert [one["status"] for one in await calcom_desk.interviews()] == ["cancelled"] * 3


async def test_a_booking_that_is_gone_by_then_is_let_be(calcom_desk: CalcomDesk) -> None:
    reconciler = Reconciler(calcom_desk.parts)
    await reconciler.turn()
    await calcom_desk.take(
        calcom.created("nobody-knows", location="integrations:daily", metadata={})
    )
    calcom_desk.clock.advance(minutes=6)
    await reconciler.turn()
    assert not await _plans(calcom_desk)


async def test_a_booking_that_is_not_shown_to_us_keeps_no_other_from_being_read(
    calcom_desk: CalcomDesk,
) -> None:
    desk = calcom_desk
    reconciler = Reconciler(desk.parts)
    await reconciler.turn()
    private, ours = await desk.booked(), await desk.booked(44)
    desk.calcom.set(private=[private["uid"], ours["recurringBookingUid"]])
    for booking in (private, ours):
        await desk.take(_event("BOOKING_CREATED", booking))
    desk.clock.advance(seconds=6)
    await reconciler.turn()
    joined = {one["booking_uids"][-1]: one["join_url"] for one in await desk.interviews()}
    assert joined[private["uid"]] is None
    assert joined[ours["uid"]] == "https://zoom.us/j/98765432100?pwd=abcDEF123"
    desk.clock.advance(minutes=6)
    await reconciler.turn()
    assert len(await desk.interviews()) == 4


async def test_the_command_asks_at_once_and_says_what_it_found(calcom_desk: CalcomDesk) -> None:
    await calcom_desk.booked()
    said = await reconcile_now(calcom_desk.parts, {"since": None})
    assert (said["changed"], said["read"] >= 1) == (1, True)
    assert (await reconcile_now(calcom_desk.parts, {"since": "2026-01-01"}))["read"] > 0
    with pytest.raises(CommandFailed, match="a day or a time"):
        await reconcile_now(calcom_desk.parts, {"since": "lately"})
    parts = calcom_desk.parts
    bare = parts_on(parts.database, parts.clock, data_dir=parts.settings.data_dir)
    with pytest.raises(CommandFailed, match="no key"):
        await reconcile_now(bare, {})
