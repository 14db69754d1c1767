"""What can be done after Cal.com has answered: again, elsewhere, back, or no more."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from interview_desk.domain.booking_requests import FreeTime, RequestKind, RequestState
from interview_desk.domain.edit_rules import check_edit
from interview_desk.domain.instants import format_instant
from interview_desk.services.booking import BookingService, CannotBook, TooLateToUndo
from interview_desk.services.interviews import InterviewGone
from tests.helpers import asking_calcom
from tests.helpers.asking_calcom import LATER, NEW, SOON, booked, settle
from tests.helpers.desk import MemoryRecords, StoppedClock

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

records, clock, booking = asking_calcom.records, asking_calcom.clock, asking_calcom.booking


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


async def test_who_asks_again_for_what_is_uncertain_has_decided_about_the_first(
    booking: BookingService, records: MemoryRecords
) -> None:
    first = await booking.book(NEW)
    settle(records, first, state="uncertain", error="Cal.com has not said.")
    second = await booking.try_again(first.id)
    left = await booking.request(first.id)
    assert left is not None
    assert (left.state, left.dismissed) == (RequestState.UNCERTAIN, True)
    assert (second.state, second.dismissed) == (RequestState.WAITING, False)


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


async def test_what_is_booked_by_somebody_else_is_moved_and_not_booked_again(
    booking: BookingService, records: MemoryRecords
) -> None:
    mine = await booking.book(NEW)
    settle(records, mine, state="failed", error="This interview is booked already.")
    row = records.rows["interviews", mine.interview_id]
    booked_there: dict[str, Json] = {
        "status": "scheduled",
        "booking_uids": ["theirs"],
        "event_type_id": 7,
    }
    records.put("interviews", mine.interview_id, **{**row.fields, **booked_there})
    moved = await booking.move(mine.interview_id, LATER + timedelta(hours=1))
    assert moved is not None
    assert (moved.kind, moved.start) == (RequestKind.RESCHEDULE, LATER + timedelta(hours=1))


async def test_a_booking_that_was_refused_is_asked_for_at_another_time(
    booking: BookingService, records: MemoryRecords
) -> None:
    first = await booking.book(NEW)
    settle(records, first, state="failed", error="Taken.")
    second = await booking.move(first.interview_id, LATER + timedelta(hours=1))
    assert second is not None
    assert (second.kind, second.start) == (RequestKind.CREATE, LATER + timedelta(hours=1))
