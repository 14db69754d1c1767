"""Erased guests and interviews: what Cal.com said of them goes too, and stays away."""

from sync_server.operations.purging import purge
from tests.helpers import calcom
from tests.helpers.calcom import ADA, BOB, booking, cancelled, created, event
from tests.helpers.storage import everything_said


async def said(desk):
    return await desk.parts.database.read(everything_said)


async def test_an_erased_interview_takes_what_calcom_said_with_it(desk):
    await desk.take(created())
    interview = await desk.interview()
    assert ADA["email"] in await said(desk)
    counts = await purge(desk.parts, {"interview": interview["id"]})
    assert counts["bookings"] == 3
    assert ADA["email"] not in await said(desk)
    assert "Ada Guest" not in await said(desk)
    assert await desk.interviews() == []


async def test_a_later_event_makes_no_new_interview_and_goes_at_the_next_purge(desk):
    await desk.take(created())
    interview = await desk.interview()
    await purge(desk.parts, {"interview": interview["id"]})
    await desk.take(cancelled())
    assert await desk.interviews() == []
    assert (await purge(desk.parts, {}))["bookings"] > 0
    assert ADA["email"] not in await said(desk)
    assert (await purge(desk.parts, {}))["bookings"] == 0
    assert [row["reason"] for row in await desk.inbox()] == ["What it said was erased."] * 2


async def test_an_erased_guest_leaves_the_booking_to_the_others(desk):
    both = [calcom.person(ADA), calcom.person(BOB)]
    await desk.take(created(attendees=both, title="Discovery", responses={}))
    counts = await purge(desk.parts, {"guest": ADA["email"]})
    assert (counts["interviews"], len(counts["kept_interviews"])) == (0, 1)
    assert ADA["email"] not in await said(desk)
    started = event("BOOKING_RESCHEDULED", booking("u1", attendees=[calcom.person(BOB)]))
    await desk.take(started)
    attendees = (await desk.interview())["attendees"]
    assert [guest["email"] for guest in attendees] == [BOB["email"]]


async def test_a_late_event_does_not_bring_back_a_guest_who_was_erased(desk):
    both = [calcom.person(ADA), calcom.person(BOB)]
    title = "Discovery between Hana Host and Ada Guest"
    await desk.take(created(attendees=both, title="Discovery", responses={}))
    await purge(desk.parts, {"guest": ADA["email"]})
    late = created(attendees=both, title=title, responses={"name": {"value": "Ada Guest"}})
    await desk.take(late)
    interview = await desk.interview()
    assert [guest["email"] for guest in interview["attendees"]] == [BOB["email"]]
    assert interview["title"] == "Discovery"
    left = await said(desk)
    assert ADA["email"] not in left
    assert "Ada Guest" not in left
    *_, row = await desk.inbox()
    assert (row["state"], row["reason"]) == ("done", "What it said was erased.")
    # Who was erased from one booking may make another one.
    await desk.take(created("u9", bookingId=909, attendees=[calcom.person(ADA)]))
    assert ADA["email"] in await said(desk)
