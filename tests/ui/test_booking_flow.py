"""What was asked of Cal.com stands in the corner: undo, send now, how it ended."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from interview_desk.app.asked_for import booking_flow
from interview_desk.domain.booking_requests import BookingRequest
from interview_desk.domain.instants import format_instant
from interview_desk.services.booking import BookingService
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.toasts import Toast, Toasts
from tests.helpers.desk import NOW, MemoryRecords, StoppedClock
from tests.helpers.desk_story import at
from tests.helpers.pressing import press, read

if TYPE_CHECKING:
    from interview_desk.domain.values import Json


class Corner:
    """The corner of the window with what a person sees there."""

    def __init__(self, window: MainWindow, records: MemoryRecords) -> None:
        self.toasts = Toasts(window)
        self.tasks = TaskScope(window)
        self.told: list[str] = []
        self.opened: list[str] = []
        self.flow = booking_flow(
            window._parts, toasts=self.toasts, tasks=self.tasks, show=self.opened.append
        )
        self.flow.told.connect(self.told.append)
        self.tasks.told.connect(self.told.append)
        self.stop = records.on_change(self.flow.changed)

    @property
    def words(self) -> str:
        return read(self.toasts)

    async def settled(self) -> None:
        await self.tasks.settled()
        await self.tasks.settled()


@pytest.fixture
async def corner(window: MainWindow, records: MemoryRecords) -> AsyncIterator[Corner]:
    made = Corner(window, records)
    yield made
    made.stop()
    await made.tasks.close()


@pytest.fixture
def booking(window: MainWindow) -> BookingService:
    return window._parts.booking()


@pytest.fixture
def interview(records: MemoryRecords) -> str:
    return records.interview("With Mina", at(20, 14), booking_uids=["u"], event_type_id=7)


async def moved(booking: BookingService, corner: Corner, interview: str) -> BookingRequest:
    request = await booking.move(interview, at(19, 16))
    assert request is not None
    corner.flow.asked(request)
    await corner.settled()
    return request


def answer(records: MemoryRecords, request: BookingRequest, **fields: str) -> None:
    row = records.rows["booking_requests", request.id]
    records.put("booking_requests", request.id, **{**row.fields, **fields})


async def test_a_wish_can_be_undone(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    request = await moved(booking, corner, interview)
    assert "Moving to Thu 19 Nov, 16:00" in corner.words
    assert "told in a few seconds" in corner.words
    press(corner.toasts, "toast-undo")
    await corner.settled()
    assert records.rows["booking_requests", request.id].fields["state"] == "undone"
    assert corner.toasts.shown == ()
    assert corner.told == ["Taken back. Nobody was told."]


async def test_a_wish_can_be_sent_now(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    request = await moved(booking, corner, interview)
    press(corner.toasts, "toast-send")
    await corner.settled()
    assert records.rows["booking_requests", request.id].fields["send_after"] is None
    answer(records, request, state="sending")
    await corner.settled()
    assert corner.toasts.shown == ()
    answer(records, request, state="done")
    await corner.settled()
    assert corner.told == ["Moved. The guest has been told."]


async def test_without_a_network_undo_stays_after_the_ten_seconds(
    booking: BookingService, corner: Corner, interview: str, clock: StoppedClock
) -> None:
    request = await moved(booking, corner, interview)
    clock.advance(seconds=11)
    corner.flow._looking(request.id)()
    await corner.settled()
    assert "This computer is offline" in corner.words
    press(corner.toasts, "toast-undo")
    await corner.settled()
    assert corner.told == ["Taken back. Nobody was told."]


async def test_the_offer_ends_when_the_ten_seconds_do(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    request = await booking.move(interview, at(19, 16))
    assert request is not None
    answer(records, request, send_after="2026-11-18T10:47:59Z")  # by the server's clock
    again = await booking.request(request.id)
    assert again is not None
    corner.flow.asked(again)
    await corner.settled()
    assert corner.toasts.shown == ()


async def test_the_moment_is_looked_at_when_it_comes(
    booking: BookingService,
    corner: Corner,
    interview: str,
    records: MemoryRecords,
    clock: StoppedClock,
) -> None:
    request = await booking.move(interview, at(19, 16))
    assert request is not None
    corner.flow.asked(request._replace(send_after=NOW + timedelta(milliseconds=500)))
    await corner.settled()
    assert corner.toasts.shown == (request.id,)
    clock.advance(seconds=11)
    row = records.rows["booking_requests", request.id]
    records.rows["booking_requests", request.id] = row._replace(pending=frozenset())
    while corner.toasts.shown:  # noqa: ASYNC110  - a timer of the flow's own
        await asyncio.sleep(0.01)


async def test_what_cal_com_refuses_is_said_and_opened(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    request = await moved(booking, corner, interview)
    answer(records, request, state="failed", error="The time is taken. Next free: 17:00.")
    await corner.settled()
    assert "Cal.com did not move it: With Mina" in corner.words
    assert "Next free: 17:00" in corner.words
    press(corner.toasts, "toast-open")
    await corner.settled()
    assert corner.opened == [interview]


async def test_a_time_that_is_free_instead_is_one_click_away(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    request = await moved(booking, corner, interview)
    row = records.rows["booking_requests", request.id].fields
    free: list[Json] = [
        {"start": format_instant(at(19, hour)), "end": None} for hour in (17, 18, 19)
    ]
    lost: dict[str, Json] = {"state": "failed", "error": "Taken.", "next_free": free}
    records.put("booking_requests", request.id, **{**row, **lost})
    await corner.settled()
    assert "Thu 19 Nov, 18:00" in corner.words
    assert "19:00" not in corner.words  # the others stand in the interview
    press(corner.toasts, "toast-free-1")
    await corner.settled()
    assert "Moving to Thu 19 Nov, 18:00" in corner.words


async def test_the_time_that_was_offered_is_the_one_that_is_asked_for(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    request = await moved(booking, corner, interview)
    row = records.rows["booking_requests", request.id].fields
    free: list[Json] = [{"start": format_instant(at(19, 17)), "end": None}]
    lost: dict[str, Json] = {**row, "state": "failed", "error": "Taken.", "next_free": free}
    records.put("booking_requests", request.id, **lost)
    await corner.settled()
    # The server has looked again meanwhile.
    later: list[Json] = [{"start": format_instant(at(20, 9)), "end": None}]
    records.put("booking_requests", request.id, **{**lost, "next_free": later})
    await corner.settled()
    press(corner.toasts, "toast-free-0")
    await corner.settled()
    assert "Moving to Thu 19 Nov, 17:00" in corner.words


async def test_answers_to_other_messages_are_left_alone(
    corner: Corner, interview: str, records: MemoryRecords
) -> None:
    records.put("booking_requests", "alert-1", kind="cancel", interview_id=interview)
    for key in ("open", "back", "free-0", "undo"):
        corner.toasts.show_toast(Toast("alert-1", "Soon", "", ((key, "Press"),), stays=True))
        press(corner.toasts, f"toast-{key}")
        await corner.settled()
    assert corner.opened == []
    assert len(await records.all_of("booking_requests")) == 1


async def test_what_is_not_certain_says_so(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    request = await moved(booking, corner, interview)
    answer(records, request, state="uncertain")
    await corner.settled()
    assert "not certain whether it was done" in corner.words


async def test_the_undo_key_takes_back_what_waits_or_offers_to_move_back(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    corner.flow.undo_last()
    await corner.settled()
    assert corner.told.pop() == "There is nothing to undo."
    first = await moved(booking, corner, interview)
    corner.flow.undo_last()
    await corner.settled()
    assert records.rows["booking_requests", first.id].fields["state"] == "undone"
    corner.flow.undo_last()
    await corner.settled()
    assert corner.told.pop() == "There is nothing to undo."
    second = await moved(booking, corner, interview)
    answer(records, second, state="done")
    await corner.settled()
    corner.flow.undo_last()
    await corner.settled()
    assert "Moving it back tells the guest again." in corner.words
    press(corner.toasts, "toast-back")
    await corner.settled()
    asked = await records.open_requests()
    assert asked == []  # it never stood elsewhere, so nothing is asked


async def test_what_is_done_and_no_move_cannot_be_taken_back(
    booking: BookingService, corner: Corner, interview: str, records: MemoryRecords
) -> None:
    request = await booking.cancel(interview, "")
    corner.flow.asked(request)
    await corner.settled()
    assert "Cancelling: With Mina" in corner.words
    answer(records, request, state="done")
    await corner.settled()
    corner.flow.undo_last()
    await corner.settled()
    assert corner.told[-1] == "Cal.com has been asked already, and the guest is told."
