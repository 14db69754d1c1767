"""Erased guests and interviews: what Cal.com said of them goes too, and stays away."""

import gc
import json
from typing import Any

import pytest

from interview_desk.domain.bookings import BookingChange, FoldedInterview
from sync_server.calcom.reading import understood
from sync_server.followups.repository import keep_event
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


def held_in_memory(word):
    gc.collect()
    kinds = (BookingChange, FoldedInterview)
    return any(isinstance(one, kinds) and word in repr(one) for one in gc.get_objects())


@pytest.mark.parametrize("erased", ["guest", "interview"])
async def test_what_events_meant_is_held_no_longer_than_the_erasure(desk, erased):
    name = f"Zwetschgenknoedel {erased}"
    await desk.take(created(title="Discovery", attendees=[calcom.person(ADA | {"name": name})]))
    assert held_in_memory(name)
    whom = {"guest": ADA["email"], "interview": (await desk.interview())["id"]}
    await purge(desk.parts, {erased: whom[erased], "dry_run": True})
    assert held_in_memory(name)
    await purge(desk.parts, {erased: whom[erased]})
    # Who asked is answered first; what follows a commit has run by the next question.
    await desk.inbox()
    assert not held_in_memory(name)
    assert understood.cache_info().currsize == 0


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
    assert not held_in_memory("Ada Guest")
    # Who was erased from one booking may make another one.
    await desk.take(created("u9", bookingId=909, attendees=[calcom.person(ADA)]))
    assert ADA["email"] in await said(desk)


async def test_an_erased_guest_goes_also_from_what_belongs_to_no_interview(desk):
    await desk.take(created())
    form = {"responses": {"email": {"value": "ADA@example.org"}, "name": {"value": "Ada Guest"}}}
    await desk.take(
        {"triggerEvent": "FORM_SUBMITTED", "createdAt": calcom.at(1), "payload": form},
        event("BOOKING_PAID", {"uid": "nobody-knows", "attendees": [ADA]}, minutes=1),
        event("BOOKING_PAID", {"uid": "nor-this-one", "attendees": [BOB]}, minutes=1),
    )
    await desk.keep(b'{"guest": "Ada Guest <ada\\u0040example.org>"}')
    await purge(desk.parts, {"guest": ADA["email"]})
    left = await said(desk)
    assert ADA["email"] not in left.lower()
    assert "Ada Guest" not in left
    assert BOB["email"] in left


async def test_news_of_a_mail_that_nobody_knows_go_with_the_guest(desk):
    await desk.take(created())
    news = {guest["name"]: json.dumps({"to": [guest["email"].upper()]}) for guest in (ADA, BOB)}

    def told(tx):
        for name, body in news.items():
            keep_event(tx, name, kind="email.bounced", provider_id="unknown", body=body)

    await desk.parts.database.write(told)
    await purge(desk.parts, {"guest": ADA["email"]})
    left = (await said(desk)).lower()
    assert ADA["email"] not in left
    assert BOB["email"] in left


async def test_where_an_erased_guest_was_to_be_reached_goes_too(desk):
    number = "+49 30 1234567"
    place = {"location": {"value": {"value": "phone", "optionValue": number}}}
    both = [calcom.person(ADA), calcom.person(BOB)]
    called: dict[str, Any] = {"attendees": both, "location": number, "responses": place}
    called["metadata"] = {}
    await desk.take(created(**called))
    assert (await desk.interview())["location"] == number
    await purge(desk.parts, {"guest": ADA["email"]})
    assert (await desk.interview())["location"] is None
    await desk.take(event("BOOKING_PAID", booking(**called), minutes=5))
    assert (await desk.interview())["location"] is None
    assert number not in await said(desk)
