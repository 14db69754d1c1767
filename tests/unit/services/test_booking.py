"""Asking Cal.com for bookings, from the desk's side."""

from dataclasses import replace
from datetime import timedelta

import pytest

from interview_desk.domain.booking_requests import (
    BookingRequest,
    FreeTime,
    RequestKind,
    RequestState,
)
from interview_desk.domain.edit_rules import check_edit
from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.services.booking import (
    Absence,
    BookingService,
    BookingStanding,
    CannotBook,
    CannotMove,
    TooLateToUndo,
)
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.new_booking import NewBooking
from tests.helpers.desk import ALONE, ME, NOW, MemoryRecords, StoppedClock, counted_ids

SOON = NOW + timedelta(hours=3)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def booking(records: MemoryRecords, clock: StoppedClock) -> BookingService:
    return service(records, clock)


def service(records: MemoryRecords, clock: StoppedClock, role: Role = Role.OWNER) -> BookingService:
    me = ME._replace(role=role)
    return BookingService(records, me=me, clock=clock, new_id=counted_ids(clock))


def booked(records: MemoryRecords, status: Status = Status.SCHEDULED) -> str:
    return records.interview("Booked", SOON, status=status, booking_uids=["uid"], event_type_id=7)


def settle(records: MemoryRecords, request: BookingRequest, **fields: Json) -> None:
    """The server has taken the request and says how it went."""
    row = records.rows["booking_requests", request.id]
    records.put("booking_requests", request.id, **{**row.fields, **fields})


NEW = NewBooking(
    event_type_id=7,
    start=LATER,
    minutes=45,
    title="First call",
    name="Mina",
    email="mina@guest.test",
)


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


async def test_moving_to_where_it_is_asks_nothing_and_takes_an_earlier_wish_back(
    booking: BookingService, records: MemoryRecords
) -> None:
    one = booked(records)
    assert await booking.move(one, SOON) is None
    first = await booking.move(one, LATER)
    assert first is not None
    assert await booking.move(one, SOON) is None
    assert records.rows["booking_requests", first.id].fields["state"] == "undone"


async def test_a_booking_under_way_is_not_moved_as_well(
    booking: BookingService, records: MemoryRecords
) -> None:
    one = booked(records)
    cancelled = await booking.cancel(one, "")
    with pytest.raises(CannotMove, match="just now"):
        await booking.move(one, LATER)
    await booking.undo(cancelled.id)
    moved = await booking.move(one, LATER)
    assert moved is not None
    settle(records, moved, state="sending")
    with pytest.raises(CannotMove, match="just now"):
        await booking.move(one, LATER + timedelta(hours=1))


async def test_a_draft_that_is_being_booked_is_asked_for_at_its_new_time(
    booking: BookingService, records: MemoryRecords
) -> None:
    first = await booking.book(NEW)
    second = await booking.move(first.interview_id, LATER + timedelta(hours=2))
    assert second is not None
    assert (second.kind, second.start) == (RequestKind.CREATE, LATER + timedelta(hours=2))
    assert second.guest == first.guest
    draft = records.rows["interviews", first.interview_id]
    assert draft.fields["start"] == format_instant(LATER + timedelta(hours=2))


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(Status.CANCELLED, "still ahead"), (Status.HELD, "still ahead")],
)
async def test_what_is_over_is_not_moved(
    booking: BookingService, records: MemoryRecords, status: Status, sentence: str
) -> None:
    with pytest.raises(CannotMove, match=sentence):
        await booking.move(booked(records, status=status), LATER)


async def test_what_has_begun_or_would_have_is_not_moved(
    booking: BookingService, records: MemoryRecords, clock: StoppedClock
) -> None:
    one = booked(records)
    with pytest.raises(CannotMove, match="has passed"):
        await booking.move(one, NOW - timedelta(hours=1))
    clock.advance(hours=4)
    with pytest.raises(CannotMove, match="has begun"):
        await booking.move(one, LATER)
    with pytest.raises(InterviewGone):
        await booking.move("gone", LATER)


async def test_a_draft_without_a_time_gets_an_hour(
    booking: BookingService, records: MemoryRecords
) -> None:
    one = records.interview("Idea", status=Status.DRAFT)
    await booking.move(one, LATER)
    assert records.rows["interviews", one].fields["end"] == format_instant(
        LATER + timedelta(hours=1)
    )


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


async def test_a_failed_request_is_tried_again_as_it_was(
    booking: BookingService, records: MemoryRecords
) -> None:
    one = booked(records)
    first = await booking.reassign(one, "member-ben", "Holiday")
    settle(records, first, state="failed", error="No.", sent_at="2026-11-23T12:00:00Z")
    second = await booking.try_again(first.id)
    assert (second.kind, second.member_id, second.reason) == (
        RequestKind.REASSIGN,
        "member-ben",
        "Holiday",
    )
    assert (second.state, second.error) == (RequestState.WAITING, None)
    # What only the server writes is refused from a person, and so is what follows it.
    asked = records.rows["booking_requests", second.id].fields
    check_edit("booking_requests", second.id, edit=asked, current=None)
    with pytest.raises(InterviewGone):
        await booking.try_again("nothing")


async def test_a_time_that_was_lost_is_asked_for_at_one_that_is_free(
    booking: BookingService, records: MemoryRecords, clock: StoppedClock
) -> None:
    first = await booking.book(NEW)
    free: list[Json] = [{"start": format_instant(LATER), "end": None}, {"start": None}, "odd"]
    settle(records, first, state="failed", error="Taken.", next_free=free)
    lost = await booking.request(first.id)
    assert lost is not None
    assert lost.next_free == (FreeTime(LATER, None),)
    second = await booking.take_instead(first.id, LATER)
    assert (second.kind, second.start, second.next_free) == (RequestKind.CREATE, LATER, ())
    assert second.guest == first.guest
    with pytest.raises(CannotBook, match="has passed"):
        await booking.take_instead(first.id, clock.now())
    with pytest.raises(InterviewGone):
        await booking.take_instead("nothing", LATER)


async def test_what_was_not_done_can_be_left_at_that(
    booking: BookingService, records: MemoryRecords
) -> None:
    one = booked(records)
    asked = await booking.cancel(one, "Ill")
    await booking.dismiss(asked.id)
    await booking.dismiss("nothing")
    assert (await booking.standing(one)).wish is not None  # it may still be done
    settle(records, asked, state="failed", error="No.")
    await booking.dismiss(asked.id)
    assert (await booking.standing(one)).wish is None
    left = await booking.request(asked.id)
    assert left is not None
    assert (left.state, left.error) == (RequestState.FAILED, "No.")


async def test_a_move_that_was_carried_out_can_be_taken_back_while_it_stands(
    booking: BookingService, records: MemoryRecords, clock: StoppedClock
) -> None:
    one = booked(records)
    assert await booking.last_move(one) is None
    moved = await booking.move(one, LATER)
    assert moved is not None
    assert await booking.last_move(one) is None
    settle(records, moved, state="done")
    row = records.rows["interviews", one]
    records.put("interviews", one, **{**row.fields, "start": format_instant(LATER)})
    last = await booking.last_move(one)
    assert last is not None
    assert last.id == moved.id
    back = await booking.move_back(moved.id)
    assert back is not None
    assert back.start == SOON
    clock.advance(hours=4)  # the earlier time has passed
    assert await booking.last_move(one) is None
    settle(records, back, state="done")
    with pytest.raises(TooLateToUndo):
        await booking.move_back((await booking.cancel(one, "")).id)


async def test_a_move_is_not_taken_back_after_something_else_was_done(
    booking: BookingService, records: MemoryRecords
) -> None:
    one = booked(records)
    moved = await booking.move(one, LATER)
    assert moved is not None
    settle(records, moved, state="done")
    assert await booking.last_move(one) is None  # it stands elsewhere meanwhile
    settle(records, await booking.confirm(one), state="done")
    assert await booking.last_move(one) is None


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


async def test_a_booking_that_was_refused_is_asked_for_at_another_time(
    booking: BookingService, records: MemoryRecords
) -> None:
    first = await booking.book(NEW)
    settle(records, first, state="failed", error="Taken.")
    second = await booking.move(first.interview_id, LATER + timedelta(hours=1))
    assert second is not None
    assert (second.kind, second.start) == (RequestKind.CREATE, LATER + timedelta(hours=1))
