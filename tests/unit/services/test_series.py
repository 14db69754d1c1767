"""Times that were asked for together: one answer for all, shown on each of them."""

from datetime import timedelta

import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.domain.status import Status
from interview_desk.services.agenda import AgendaService
from interview_desk.services.booking import BookingService
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_ids

WEEK = timedelta(days=7)
TIMES = tuple(NOW + WEEK * number for number in (1, 2, 3))


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def series(records: MemoryRecords) -> list[str]:
    """Three weekly times that wait, between one of another series and one that has no other."""
    made = [in_series(records, f"Week {number}", number, "weekly") for number in (1, 2, 3)]
    in_series(records, "Another", 2, "other")
    records.interview("Single", NOW + WEEK, status=Status.REQUESTED, booking_uids=["single"])
    return made


def in_series(records: MemoryRecords, title: str, number: int, name: str) -> str:
    return records.interview(
        title,
        NOW + WEEK * number,
        status=Status.REQUESTED,
        booking_uids=[f"{name}-{number}"],
        series_uid=name,
    )


@pytest.fixture
def booking(records: MemoryRecords) -> BookingService:
    return BookingService(records, me=ME, clock=StoppedClock(), new_id=counted_ids(StoppedClock()))


async def test_what_waits_for_the_same_answer_is_known(
    records: MemoryRecords, series: list[str], booking: BookingService
) -> None:
    assert (await booking.standing(series[1])).together == TIMES
    first = records.rows["interviews", series[0]]
    records.put("interviews", series[0], **{**first.fields, "status": Status.CANCELLED})
    assert (await booking.standing(series[1])).together == TIMES[1:]
    assert (await booking.standing(series[0])).together == ()


async def test_one_alone_is_no_series(
    records: MemoryRecords, series: list[str], booking: BookingService
) -> None:
    others = [row.id for row in await records.all_of("interviews") if row.id not in series]
    for one in others:
        assert (await booking.standing(one)).together == ()


async def test_what_is_said_to_one_shows_on_all_and_is_taken_back_from_each(
    records: MemoryRecords, series: list[str], booking: BookingService
) -> None:
    agenda = AgendaService(records, me=ME, clock=StoppedClock())
    request = await booking.confirm(series[2])
    shown = await agenda.wished(NOW, NOW + 4 * WEEK)
    assert {one.id for one in shown if one.asked is not None} == set(series)
    assert (await booking.standing(series[0])).wish == request
    await booking.undo(request.id)
    assert all(one.asked is None for one in await agenda.wished(NOW, NOW + 4 * WEEK))
    assert (await booking.standing(series[0])).wish is None


async def test_what_else_is_asked_about_one_concerns_no_other(
    records: MemoryRecords, series: list[str], booking: BookingService
) -> None:
    agenda = AgendaService(records, me=ME, clock=StoppedClock())
    await booking.cancel(series[0], "")
    records.put("booking_requests", "r", kind="confirm", state="failed", interview_id=series[1])
    records.put("booking_requests", "s", kind="decline", state="waiting", interview_id="gone")
    shown = await agenda.wished(NOW, NOW + 4 * WEEK)
    assert {one.id for one in shown if one.asked is not None} == {series[0], series[1]}


async def test_a_time_that_was_answered_already_shows_no_answer_under_way(
    records: MemoryRecords, series: list[str], booking: BookingService
) -> None:
    first = records.rows["interviews", series[0]]
    records.put("interviews", series[0], **{**first.fields, "status": Status.SCHEDULED})
    await booking.decline(series[1], "")
    agenda = AgendaService(records, me=ME, clock=StoppedClock())
    shown = {one.id: one for one in await agenda.wished(NOW, NOW + 4 * WEEK)}
    assert shown[series[0]].asked is None
    assert (await booking.standing(series[0])).wish is None
    assert format_instant(TIMES[0]) == first.fields["start"]
