"""Moving what is booked, or about to be, from the desk's side."""

from datetime import timedelta

import pytest

from interview_desk.domain.booking_requests import RequestKind
from interview_desk.domain.instants import format_instant
from interview_desk.domain.status import Status
from interview_desk.services.booking import BookingService, CannotMove
from interview_desk.services.interviews import InterviewGone
from tests.helpers import asking_calcom
from tests.helpers.asking_calcom import LATER, NEW, SOON, booked, settle
from tests.helpers.desk import NOW, MemoryRecords, StoppedClock

records, clock, booking = asking_calcom.records, asking_calcom.clock, asking_calcom.booking


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
