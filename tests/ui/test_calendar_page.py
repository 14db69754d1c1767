"""The calendar: views, keys, colours with words, and what a screen reader finds."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from interview_desk.domain.status import Status
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.pages.calendar_views import View, days_of, stepped
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.theme import Appearance
from interview_desk.ui.theme.tokens import Hue
from interview_desk.ui.widgets.event_look import event_words, look_of
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.grid_picture import GridPicture
from interview_desk.ui.widgets.mini_month import shifted_month
from tests.helpers.desk import NOW, MemoryRecords, appointment, crew
from tests.helpers.desk_story import BERLIN, at
from tests.helpers.pressing import press, read, settled

WEDNESDAY = date(2026, 11, 18)


@pytest.fixture
async def page(window: MainWindow) -> CalendarPage:
    window.resize(1360, 860)
    window.show_place("calendar")
    await settled(window)
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    page.grid.canvas.setFocus()
    return page


def titles(canvas: GridCanvas) -> list[str]:
    return [one.interview.title for one in canvas.shown]


def test_views_show_their_days() -> None:
    sunday = date(2026, 11, 22)
    assert days_of(View.DAY, sunday, first=0) == [sunday]
    assert days_of(View.WEEK, sunday, first=0)[0] == date(2026, 11, 16)
    assert days_of(View.WEEK, sunday, first=6)[0] == sunday
    assert [day.weekday() for day in days_of(View.WORK_WEEK, sunday, first=6)] == [0, 1, 2, 3, 4]
    assert len(days_of(View.AGENDA, sunday, first=0)) == 28


def test_a_step_is_one_period() -> None:
    assert stepped(View.DAY, WEDNESDAY, 1) == date(2026, 11, 19)
    assert stepped(View.WEEK, WEDNESDAY, -1) == date(2026, 11, 11)
    assert stepped(View.AGENDA, WEDNESDAY, 1) == date(2026, 12, 16)
    assert shifted_month(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert shifted_month(date(2026, 1, 31), -1) == date(2025, 12, 1)


async def test_the_months_are_read_in_full_also_in_a_narrow_window(
    window: MainWindow, page: CalendarPage
) -> None:
    window.setMinimumWidth(0)
    page.show_day(date(2026, 11, 30))
    for width in (1360, 1024, 910):
        window.resize(width, 700)
        await settled(window)
        # What is laid out late.
        QApplication.sendPostedEvents()
        title = next(
            one for one in page.findChildren(QLabel) if one.text() == "Nov \N{EN DASH} Dec 2026"
        )
        assert title.width() >= title.sizeHint().width(), width


async def test_the_week_shows_its_interviews(page: CalendarPage) -> None:
    assert len(page.grid.canvas.shown) == 18
    assert "November 2026" in read(page)
    assert "Week 47" in read(page)


def is_in_sight(page: CalendarPage, interview_id: str) -> bool:
    rect = page.grid.canvas.rect_of(interview_id).toRect()
    return page.grid.canvas.visibleRegion().boundingRect().contains(rect)


@pytest.mark.parametrize("hour", [6, 8])
async def test_an_early_event_is_in_sight(
    window: MainWindow, page: CalendarPage, records: MemoryRecords, hour: int
) -> None:
    early = records.interview("Before the office opens", at(26, hour))
    page.show_day(date(2026, 11, 26))
    await settled(window)
    assert is_in_sight(page, early)


@pytest.mark.parametrize(("hour", "minute"), [(9, 0), (13, 0), (21, 28), (23, 50)])
async def test_now_and_what_is_next_are_in_sight_at_every_hour(
    window: MainWindow, page: CalendarPage, records: MemoryRecords, hour: int, minute: int
) -> None:
    now = at(18, hour, minute)
    next_one = records.interview("Next", now, minutes=5)
    await settled(window)
    page.grid.scroll_to_work(now)
    assert is_in_sight(page, next_one)


async def test_another_week_stays_where_the_person_scrolled_to(
    window: MainWindow, page: CalendarPage
) -> None:
    area = page.grid.findChild(QScrollArea)
    assert area is not None
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum())
    page.show_day(date(2026, 11, 26))
    await settled(window)
    assert bar.value() == bar.maximum()
    press(page, "go-today")
    await settled(window)
    assert bar.value() < bar.maximum()


async def test_keys_change_the_view_and_the_period(page: CalendarPage) -> None:
    QTest.keyClick(page.window(), Qt.Key.Key_D)
    assert page.view == "day"
    assert "Wednesday 18 November" in read(page)
    QTest.keyClick(page.window(), Qt.Key.Key_PageDown)
    assert page.day == date(2026, 11, 19)
    QTest.keyClick(page.window(), Qt.Key.Key_W)
    assert page.view == "week"
    QTest.keyClick(page.window(), Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert page.view == "work_week"
    QTest.keyClick(page.window(), Qt.Key.Key_A)
    assert page.view == "agenda"
    QTest.keyClick(page.window(), Qt.Key.Key_PageUp)
    QTest.keyClick(page.window(), Qt.Key.Key_T)
    await page.tasks.settled()
    assert page.day == WEDNESDAY
    assert page.list.agenda.rowCount() > 10


async def test_the_view_is_remembered(page: CalendarPage, tmp_path: Path) -> None:
    press(page, "view-agenda")
    assert Preferences(tmp_path / "desk.ini").calendar_view == "agenda"


async def test_buttons_step_and_come_back(page: CalendarPage) -> None:
    press(page, "period-on")
    assert page.day == date(2026, 11, 25)
    press(page, "period-back")
    press(page, "period-back")
    assert page.day == date(2026, 11, 11)
    press(page, "go-today")
    assert page.day == WEDNESDAY


async def test_an_event_is_walked_to_and_opened_by_keyboard(
    qtbot: QtBot, page: CalendarPage
) -> None:
    canvas = page.grid.canvas
    for expected in titles(canvas):
        QTest.keyClick(canvas, Qt.Key.Key_Down)
        assert canvas.picked_id is not None
        picked = next(one for one in canvas.shown if one.id == canvas.picked_id)
        assert picked.interview.title == expected
    QTest.keyClick(canvas, Qt.Key.Key_Down)  # the last one stays
    with qtbot.waitSignal(page.interview_requested) as opened:
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert opened.args == [canvas.picked_id]


async def test_left_and_right_go_to_the_nearest_event_of_another_day(page: CalendarPage) -> None:
    canvas = page.grid.canvas
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.picked_id == canvas.shown[0].id
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    first = next(one for one in canvas.shown if one.id == canvas.picked_id)
    assert first.interview.start == at(17, 10)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.picked_id == canvas.shown[0].id
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.picked_id == canvas.shown[0].id


async def test_a_double_click_opens_or_begins_a_new_one(qtbot: QtBot, page: CalendarPage) -> None:
    canvas = page.grid.canvas
    target = canvas.shown[0]
    centre = canvas.rect_of(target.id).center().toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=centre)
    assert canvas.picked_id == target.id
    with qtbot.waitSignal(page.interview_requested) as opened:
        QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=centre)
    assert opened.args == [target.id]
    window = page.window()
    assert isinstance(window, MainWindow)
    page.new_requested.disconnect(window.new_interview)
    free = QPoint(canvas.gutter + 5, int(canvas.y_of(17 * 60 + 40)))
    with qtbot.waitSignal(page.new_requested) as chosen:
        QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=free)
    assert chosen.args == [at(16, 17, 30)]


async def test_a_tooltip_says_what_the_painting_says(page: CalendarPage) -> None:
    canvas = page.grid.canvas
    target = next(one for one in canvas.shown if one.interview.title.startswith("Anxiety"))
    place = canvas.rect_of(target.id).center().toPoint()
    tip = canvas.tip_at(place)
    assert tip.splitlines() == [
        "Anxiety before the switch",
        "Wed 18 Nov, 16:30 \N{EN DASH} 17:30",
        "Noor Aziz, Fern & Field",
        "Scheduled",
        "you: Note taker, not confirmed",
    ]
    assert canvas.tip_at(QPoint(canvas.gutter + 2, 5)) == ""
    for spot in (place, QPoint(canvas.gutter + 2, 5)):
        shown = QHelpEvent(QHelpEvent.Type.ToolTip, spot, canvas.mapToGlobal(spot))
        assert QApplication.sendEvent(canvas, shown)


async def test_mine_and_the_teams_can_be_hidden(page: CalendarPage) -> None:
    everything = len(page.grid.canvas.shown)
    mine = page.sidebar.findChild(QCheckBox, "filter-mine")
    team = page.sidebar.findChild(QCheckBox, "filter-team")
    assert isinstance(mine, QCheckBox)
    assert isinstance(team, QCheckBox)
    team.click()
    only_mine = len(page.grid.canvas.shown)
    assert 0 < only_mine < everything
    assert all(one.my_part or one.is_unclaimed for one in page.grid.canvas.shown)
    team.click()
    mine.click()
    assert len(page.grid.canvas.shown) == everything - only_mine


async def test_every_painted_event_is_a_child_for_screen_readers(page: CalendarPage) -> None:
    canvas = page.grid.canvas
    calendar = QAccessible.queryAccessibleInterface(canvas)
    assert calendar.role() == QAccessible.Role.List
    assert calendar.text(QAccessible.Text.Name) == "Calendar"
    names = [
        calendar.child(number).text(QAccessible.Text.Name)
        for number in range(calendar.childCount())
    ]
    assert names == [event_words(one, BERLIN) for one in canvas.shown]
    assert len(names) == 18
    assert calendar.child(18) is None


async def test_an_accessible_event_is_where_it_is_painted(page: CalendarPage) -> None:
    canvas = page.grid.canvas
    calendar = QAccessible.queryAccessibleInterface(canvas)
    event = calendar.child(3)
    painted = canvas.rect_of(canvas.shown[3].id).toRect()
    assert event.rect().size() == painted.size()
    assert event.rect().topLeft() == canvas.mapToGlobal(painted.topLeft())
    centre = event.rect().center()
    assert calendar.childAt(centre.x(), centre.y()).text(QAccessible.Text.Name)
    assert calendar.indexOfChild(event) == 3
    assert event.role() == QAccessible.Role.ListItem
    assert not event.state().focused
    canvas.pick(canvas.shown[3].id)
    assert event.state().focused
    page.show_view(View.DAY)
    page.show_day(date(2026, 11, 28))
    await page.tasks.settled()
    assert not event.isValid()
    assert event.text(QAccessible.Text.Name) == ""
    assert event.rect().isNull()


async def test_another_zone_has_its_own_ruler(page: CalendarPage) -> None:
    narrow = page.grid.canvas.gutter
    page.set_second_zone("Asia/Tokyo")
    assert page.grid.canvas.gutter == 2 * narrow
    assert not page.grab().isNull()
    page.set_second_zone("Nowhere/Atlantis")
    assert page.grid.canvas.gutter == narrow


async def test_the_month_has_dots_and_leads_to_a_day(page: CalendarPage) -> None:
    days = page.month.days
    assert date(2026, 11, 24) in days._busy
    assert date(2026, 11, 25) not in days._busy
    centre = days.cell(date(2026, 11, 25)).center().toPoint()
    QTest.mouseClick(days, Qt.MouseButton.LeftButton, pos=centre)
    assert page.day == date(2026, 11, 25)
    days.setFocus()
    QTest.keyClick(days, Qt.Key.Key_Down)
    assert page.day == date(2026, 12, 2)
    assert "Wednesday 2 December" in days.accessibleName()
    press(page.sidebar, "previous-month")
    assert days.month == date(2026, 11, 1)
    press(page.sidebar, "next-month")
    assert days.month == date(2026, 12, 1)


async def test_an_empty_agenda_offers_to_begin(qtbot: QtBot, page: CalendarPage) -> None:
    page.show_view(View.AGENDA)
    page.show_day(date(2027, 5, 3))
    await page.tasks.settled()
    assert "No interviews in these four weeks." in read(page)
    window = page.window()
    assert isinstance(window, MainWindow)
    page.new_requested.disconnect(window.new_interview)
    with qtbot.waitSignal(page.new_requested):
        press(page, "new-from-agenda")


def test_looks_and_words_say_the_same() -> None:
    mine = appointment(crew=(crew(is_me=True),))
    assert look_of(mine, NOW).hue is Hue.LEAD
    assert look_of(appointment(crew=(crew("Ben"),)), NOW).hue is Hue.TEAM
    orphan = appointment()
    assert look_of(orphan, NOW).hue is Hue.ASKED
    assert "nobody leads it yet" in event_words(orphan, BERLIN)
    missed = appointment(status=Status.NO_SHOW, start=NOW - timedelta(hours=3))
    assert look_of(missed, NOW).hue is Hue.MISSED
    assert "No-show" in event_words(missed, BERLIN)
    gone = look_of(appointment(status=Status.CANCELLED), NOW)
    assert gone.struck
    assert gone.past
    assert look_of(appointment(status=Status.REQUESTED), NOW).tentative


@pytest.mark.parametrize("days", [1, 5, 7])
def test_events_never_leave_their_column(
    qtbot: QtBot, light: Appearance, days: int, records: MemoryRecords
) -> None:
    canvas = GridCanvas(BERLIN, GridPicture)
    qtbot.addWidget(canvas)
    canvas.resize(800, 1345)
    shown = [
        appointment(f"{number}", start=datetime(2026, 11, 16 + number % days, 9, tzinfo=UTC))
        for number in range(3 * days)
    ]
    canvas.show_days([date(2026, 11, 16) + timedelta(days=n) for n in range(days)], shown, NOW)
    column = (800 - canvas.gutter) / days
    for one in canvas.shown:
        rect = canvas.rect_of(one.id)
        index = int((rect.left() - canvas.gutter) // column)
        area = QRectF(canvas.gutter + index * column, 0, column, 1345)
        assert area.contains(rect)
    assert not canvas.grab().isNull()
