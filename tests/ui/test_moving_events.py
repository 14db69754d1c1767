"""Moving an event of the calendar: by mouse, by keys, with its way back."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desk.domain.instants import format_instant
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.widgets.event_look import event_words, look_of
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.grid_mover import label_place
from tests.helpers.desk import NOW, MemoryRecords
from tests.helpers.desk_story import BERLIN, at
from tests.helpers.pressing import settled

if TYPE_CHECKING:
    from interview_desk.domain.booking_requests import BookingRequest

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
async def page(window: MainWindow, records: MemoryRecords) -> CalendarPage:
    window.resize(1360, 860)
    booked = records.interview(
        "Booked at Cal.com", at(20, 14), booking_uids=["uid-1"], event_type_id=7
    )
    records.part(booked, "member-me")
    window.show_place("calendar")
    await settled(window)
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    page.grid.canvas.setFocus()
    return page


def id_of(canvas: GridCanvas, title: str) -> str:
    return next(one.id for one in canvas.shown if one.interview.title == title)


def point(canvas: GridCanvas, day: int, hour: float) -> QPoint:
    """Where an hour of a day of the story's week (Monday 16) stands."""
    column = (canvas.width() - canvas.gutter) / len(canvas.days)
    return QPoint(int(canvas.gutter + (day - 16 + 0.4) * column), int(canvas.y_of(hour * 60)) + 3)


def hold(canvas: GridCanvas, *, from_: tuple[int, float], to: tuple[int, float]) -> None:
    """Press and drag, without letting go."""
    QTest.mousePress(canvas, LEFT, pos=point(canvas, *from_))
    QTest.mouseMove(canvas, point(canvas, *from_) + QPoint(0, 2))
    for place in (point(canvas, *from_) + QPoint(0, 30), point(canvas, *to)):
        drag(canvas, place)


def drag(canvas: GridCanvas, place: QPoint) -> None:
    # QTest.mouseMove says that no button is down.
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        canvas.mapToGlobal(place).toPointF(),
        Qt.MouseButton.NoButton,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas, moved)


async def acted(window: MainWindow) -> None:
    """What was done is kept, and then shown."""
    await settled(window)
    await settled(window)


async def requests(records: MemoryRecords) -> list[dict[str, object]]:
    return [dict(row.fields) for row in await records.all_of("booking_requests")]


async def test_a_dragged_booking_asks_for_another_time_and_stands_there_at_once(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    booked = id_of(canvas, "Booked at Cal.com")
    hold(canvas, from_=(20, 14), to=(19, 16.55))
    asked: list[BookingRequest] = []
    window.booking_asked.connect(asked.append)
    QTest.mouseRelease(canvas, LEFT, pos=point(canvas, 19, 16.55))
    await acted(window)
    (made,) = await requests(records)
    assert made["kind"] == "reschedule"
    assert made["start"] == format_instant(at(19, 16, 30))  # quarters of an hour
    assert made["from_start"] == format_instant(at(20, 14))
    assert made["send_after"] == format_instant(NOW + timedelta(seconds=10))
    assert made["state"] == "waiting"
    assert [one.interview_id for one in asked] == [booked]
    shown = next(one for one in canvas.shown if one.id == booked)
    assert shown.interview.start == at(19, 16, 30)
    assert shown.interview.end == at(19, 17, 30)
    assert look_of(shown, NOW).pending
    assert "Moving, not sent yet" in event_words(shown, BERLIN)
    row = await records.get("interviews", booked)
    assert row is not None
    assert row.fields["start"] == format_instant(at(20, 14))


async def test_what_cal_com_does_not_hold_just_moves(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    mine = id_of(canvas, "Weekend builder")
    hold(canvas, from_=(21, 11), to=(21, 15))
    QTest.mouseRelease(canvas, LEFT, pos=point(canvas, 21, 15))
    await settled(window)
    row = await records.get("interviews", mine)
    assert row is not None
    assert (row.fields["start"], row.fields["end"]) == (
        format_instant(at(21, 15)),
        format_instant(at(21, 16)),
    )
    assert await requests(records) == []


async def test_escape_leaves_a_dragged_event_where_it_was(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    hold(canvas, from_=(20, 14), to=(19, 16))
    assert "Thu 19 Nov, 16:00" in canvas.accessibleDescription()
    assert not canvas.grab().isNull()  # with the label that follows
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.mover.moving is None
    QTest.mouseRelease(canvas, LEFT, pos=point(canvas, 19, 16))
    await settled(window)
    assert await requests(records) == []
    assert canvas.accessibleDescription() == ""


async def test_a_small_twitch_moves_nothing(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    QTest.mousePress(canvas, LEFT, pos=point(canvas, 20, 14))
    drag(canvas, point(canvas, 20, 14) + QPoint(2, 2))
    assert canvas.mover.moving is None
    QTest.mouseRelease(canvas, LEFT, pos=point(canvas, 20, 14))
    await settled(window)
    assert await requests(records) == []


async def test_a_booking_is_not_dropped_into_the_past(
    qtbot: QtBot, window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    hold(canvas, from_=(20, 14), to=(16, 12))
    assert canvas.mover.trouble == "This time has passed."
    assert canvas.cursor().shape() is Qt.CursorShape.ForbiddenCursor
    with qtbot.waitSignal(page.told) as told:
        QTest.mouseRelease(canvas, LEFT, pos=point(canvas, 16, 12))
    assert told.args == ["This time has passed."]
    assert await requests(records) == []


@pytest.mark.parametrize("title", ["Cancelled: pricing story", "From spreadsheets to Tidal"])
async def test_what_is_over_or_off_stays(page: CalendarPage, title: str) -> None:
    canvas = page.grid.canvas
    one = next(one for one in canvas.shown if one.interview.title == title)
    centre = canvas.rect_of(one.id).center()
    QTest.mousePress(canvas, LEFT, pos=centre.toPoint())
    drag(canvas, (centre + QPointF(0, 60)).toPoint())
    assert canvas.mover.moving is None
    QTest.mouseRelease(canvas, LEFT)


async def test_keys_move_an_event_by_quarters_and_days(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    canvas.pick(id_of(canvas, "Booked at Cal.com"))
    for key in (Qt.Key.Key_M, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(canvas, key)
    assert "Thu 19 Nov, 14:15" in canvas.accessibleDescription()
    QTest.keyClick(canvas, Qt.Key.Key_X)  # means nothing here
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    await settled(window)
    (made,) = await requests(records)
    assert made["start"] == format_instant(at(19, 14, 15))


async def test_keys_say_why_an_event_stays(qtbot: QtBot, page: CalendarPage) -> None:
    canvas = page.grid.canvas
    canvas.pick(id_of(canvas, "Cancelled: pricing story"))
    with qtbot.waitSignal(page.told) as told:
        QTest.keyClick(canvas, Qt.Key.Key_M)
    assert "cannot be moved" in str(told.args)


async def test_moving_again_before_it_is_sent_asks_only_for_the_newest_time(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    for day, hour in ((19, 16), (21, 9)):
        here = next(one for one in canvas.shown if one.interview.title == "Booked at Cal.com")
        start = here.interview.start
        assert start is not None
        local = start.astimezone(BERLIN)
        hold(canvas, from_=(local.day, local.hour), to=(day, hour))
        QTest.mouseRelease(canvas, LEFT, pos=point(canvas, day, hour))
        await acted(window)
    first, second = await requests(records)
    assert (first["state"], second["state"]) == ("undone", "waiting")
    assert second["from_start"] == format_instant(at(20, 14))


async def test_a_wish_from_another_week_is_shown_and_one_that_left_is_not(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    booked = id_of(canvas, "Booked at Cal.com")
    records.put(
        "booking_requests",
        "r1",
        kind="reschedule",
        interview_id=booked,
        start=format_instant(at(25, 10)),
        state="sending",
    )
    await settled(window)
    assert booked not in [one.id for one in canvas.shown]
    page.show_day(datetime(2026, 11, 25, tzinfo=UTC).date())
    await settled(window)
    assert booked in [one.id for one in canvas.shown]
    # It is on its way: nobody can pull at it now.
    shown = next(one for one in canvas.shown if one.id == booked)
    assert not canvas.mover.may_move(shown)


async def test_a_cancellation_that_waits_is_struck_through(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    canvas = page.grid.canvas
    booked = id_of(canvas, "Booked at Cal.com")
    records.put("booking_requests", "r1", kind="cancel", interview_id=booked, state="waiting")
    await settled(window)
    look = look_of(next(one for one in canvas.shown if one.id == booked), NOW)
    assert look.struck
    assert look.pending
    assert "Cancelling, not sent yet" in canvas.tip_at(canvas.rect_of(booked).center().toPoint())


def test_the_label_never_leaves_the_calendar() -> None:
    above = label_place(QRectF(100, 200, 80, 50), width=120, height=24, within=800)
    assert above.bottom() <= 200
    below = label_place(QRectF(100, 10, 80, 50), width=120, height=24, within=800)
    assert below.top() >= 60
    right = label_place(QRectF(760, 200, 40, 50), width=120, height=24, within=800)
    assert right.right() <= 800
