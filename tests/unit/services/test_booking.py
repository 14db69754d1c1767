"""Asking Cal.com for bookings, from the desk's side."""

from dataclasses import replace
from datetime import timedelta

import pytest

from interview_desk.domain.booking_requests import RequestKind, RequestState
from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from interview_desk.services.booking import (
    Absence,
    BookingService,
    BookingStanding,
    CannotBook,
    CannotMove,
    TooLateToUndo,
)
from interview_desk.services.new_booking import NewBooking
from tests.helpers import asking_calcom
from tests.helpers.asking_calcom import LATER, NEW, booked, service, settle
from tests.helpers.desk import ALONE, NOW, MemoryRecords, StoppedClock, counted_ids

records, clock, booking = asking_calcom.records, asking_calcom.clock, asking_calcom.booking


async def test_a_booking_is_a_draft_a_guest_and_a_request_that_waits(
    booking: BookingService, records: MemoryRecords
) -> None:
    request = await booking.book(
        replace(NEW, guest_zone="Asia/Tokyo", language="ja", zone="Europe/Berlin")
    )
    assert request.kind is RequestKind.CREATE
    assert request.send_after == NOW + timedelta(seconds=10)
    assert request.guest == {
        "name": "Mina",
        "email": "mina@guest.test",
        "zone": "Asia/Tokyo",
        "language": "ja",
    }
    assert request.minutes is None
    draft = await records.get("interviews", request.interview_id)
    assert draft is not None
    assert draft.fields["status"] == "draft"
    assert draft.fields["end"] == format_instant(LATER + timedelta(minutes=45))
    (guest,) = await records.of_interview("interview_guests", request.interview_id)
    assert guest.fields["email"] == "mina@guest.test"


async def test_the_length_is_told_only_where_there_is_a_choice(booking: BookingService) -> None:
    assert (await booking.book(replace(NEW, choose_minutes=True))).minutes == 45


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (replace(NEW, name=" "), "guest's name"),
        (replace(NEW, email=""), "e-mail or phone"),
        (replace(NEW, start=NOW), "has passed"),
        (replace(NEW, guest_zone="Asia/Tok"), "no time zone \u201cAsia/Tok\u201d"),
    ],
)
async def test_a_booking_that_lacks_something_says_what(
    booking: BookingService, records: MemoryRecords, given: NewBooking, sentence: str
) -> None:
    with pytest.raises(CannotBook, match=sentence):
        await booking.book(given)
    assert records.rows == {}


async def test_a_guest_may_be_reached_by_phone_alone(booking: BookingService) -> None:
    request = await booking.book(replace(NEW, email="", phone="+49 170 1"))
    assert request.guest == {"name": "Mina", "phone": "+49 170 1"}


async def test_an_undone_booking_leaves_nothing(
    booking: BookingService, records: MemoryRecords
) -> None:
    request = await booking.book(NEW)
    await booking.undo(request.id)
    assert await records.all_of("interviews") == []
    assert await records.all_of("interview_guests") == []
    undone = await booking.request(request.id)
    assert undone is not None
    assert undone.state is RequestState.UNDONE
    with pytest.raises(TooLateToUndo):
        await booking.undo(request.id)


async def test_undoing_keeps_an_interview_that_is_no_draft_any_more(
    booking: BookingService, records: MemoryRecords
) -> None:
    request = await booking.book(NEW)
    records.put("interviews", request.interview_id, title="Other", status="scheduled")
    await booking.undo(request.id)
    assert await records.get("interviews", request.interview_id) is not None
    again = await booking.book(NEW)
    records.rows.pop(("interviews", again.interview_id))
    await booking.undo(again.id)  # somebody else deleted the draft


async def test_undo_ends_with_the_ten_seconds_unless_it_never_left(
    booking: BookingService, records: MemoryRecords, clock: StoppedClock
) -> None:
    request = await booking.cancel(booked(records), "Ill")
    assert request.reason == "Ill"
    clock.advance(seconds=11)
    assert await booking.is_unsent(request.id)
    settle(records, request, state="waiting")
    assert not await booking.is_unsent(request.id)
    with pytest.raises(TooLateToUndo, match="asked already"):
        await booking.undo(request.id)
    with pytest.raises(TooLateToUndo):
        await booking.undo("nothing")


async def test_what_waits_can_be_undone_within_the_ten_seconds(
    booking: BookingService, records: MemoryRecords
) -> None:
    request = await booking.confirm(booked(records))
    settle(records, request, state="waiting")
    await booking.undo(request.id)
    assert records.rows["booking_requests", request.id].fields["state"] == "undone"


async def test_send_now_waits_no_longer(booking: BookingService, records: MemoryRecords) -> None:
    request = await booking.decline(booked(records), " ")
    assert request.reason is None
    await booking.send_now(request.id)
    assert records.rows["booking_requests", request.id].fields["send_after"] is None
    settle(records, request, state="sending")
    records.written.clear()
    await booking.send_now(request.id)
    await booking.send_now("nothing")
    assert records.written == []


async def test_who_was_absent_is_said_and_taken_back(
    booking: BookingService, records: MemoryRecords
) -> None:
    one = booked(records)
    absence = Absence(host=True, emails=("a@x.test",))
    assert (await booking.mark_absent(one, absence)).absent == {
        "host": True,
        "emails": ["a@x.test"],
    }
    taken_back = Absence(host=False, unmark=("a@x.test",))
    assert (await booking.mark_absent(one, taken_back)).absent == {
        "host": False,
        "unmark": ["a@x.test"],
    }
    assert (await booking.mark_absent(one, Absence(emails=("b@x.test",)))).absent == {
        "emails": ["b@x.test"]
    }


async def test_another_host_is_asked_for_by_member(
    booking: BookingService, records: MemoryRecords
) -> None:
    request = await booking.reassign(booked(records), "member-ben", "Holiday")
    assert (request.kind, request.member_id) == (RequestKind.REASSIGN, "member-ben")


async def test_only_those_who_run_interviews_book(
    records: MemoryRecords, clock: StoppedClock
) -> None:
    watcher = service(records, clock, Role.OBSERVER)
    one = booked(records)
    assert not watcher.may_book
    with pytest.raises(CannotBook):
        await watcher.book(NEW)
    with pytest.raises(CannotBook):
        await watcher.cancel(one, "")
    with pytest.raises(CannotMove):
        await watcher.move(one, LATER)
    assert not await watcher.is_offered()


async def test_booking_is_offered_in_a_team_that_has_it_on(
    records: MemoryRecords, clock: StoppedClock, booking: BookingService
) -> None:
    assert await booking.is_offered()
    alone = BookingService(records, me=ALONE, clock=clock, new_id=counted_ids(clock))
    assert not await alone.is_offered()
    records.put("flags", "f", key="calcom", on=False)
    assert not await booking.is_offered()


async def test_what_can_be_acted_on_is_told_at_once(
    booking: BookingService, records: MemoryRecords
) -> None:
    one = booked(records)
    assert await booking.standing(one) == BookingStanding(is_offered=True)
    marked = await booking.mark_absent(one, Absence(host=True))
    standing = await booking.standing(one)
    assert standing.host_absent
    assert standing.wish is not None
    assert standing.wish.id == marked.id
    settle(records, marked, state="failed")
    assert not (await booking.standing(one)).host_absent
