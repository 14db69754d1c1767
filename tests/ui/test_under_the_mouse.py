"""What the mouse is over, and what it presses, answers; and nothing reads as called off by it."""

from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.pages.calendar_views import View
from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.grid_paint import around
from interview_desk.ui.widgets.grid_picture import GridPicture
from interview_desk.ui.widgets.mini_month import MonthDays
from interview_desk.ui.widgets.parts import button, row
from tests.helpers.pressing import named, settled


@pytest.fixture
async def canvas(window: MainWindow) -> GridCanvas:
    """Wednesday at 11:48, an interview under way."""
    window.show_place("calendar")
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    page.show_view(View.DAY)
    await settled(window)
    # Beside all events, wherever an earlier test has left it.
    QTest.mouseMove(page.grid.canvas, QPoint(2, 2))
    QTest.mouseMove(page.grid.canvas, QPoint(3, 3))
    return page.grid.canvas


def place_of(canvas: GridCanvas, title: str) -> QRectF:
    return canvas.rect_of(next(one.id for one in canvas.shown if one.interview.title == title))


def picture(canvas: GridCanvas) -> QImage:
    return canvas.grab().toImage()


@pytest.mark.parametrize("title", ["Why they switched to Brightloom", "Anxiety before the switch"])
async def test_the_event_under_the_mouse_has_a_line_until_the_mouse_leaves(
    canvas: GridCanvas, title: str
) -> None:
    place = place_of(canvas, title)
    untouched = picture(canvas)
    QTest.mouseMove(canvas, place.center().toPoint())
    over = picture(canvas)
    edge = QPoint(int(place.right()) - 1, int(place.center().y()))
    assert over.copy(place.toAlignedRect()) != untouched.copy(place.toAlignedRect())
    assert over.pixel(QPoint(5, edge.y())) == untouched.pixel(QPoint(5, edge.y()))
    # Beside all events.
    QTest.mouseMove(canvas, QPoint(2, edge.y()))
    assert picture(canvas) == untouched
    QTest.mouseMove(canvas, place.center().toPoint())
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert picture(canvas) == untouched


async def test_the_day_of_the_month_under_the_mouse_has_a_ring(
    window: MainWindow, canvas: GridCanvas
) -> None:
    del canvas
    month = named(window, MonthDays, "mini-month")
    untouched = month.grab().toImage()
    day = month.cell(date(2026, 11, 25)).center().toPoint()
    QTest.mouseMove(month, day)
    assert month.grab().toImage() != untouched
    assert month.cursor().shape() == Qt.CursorShape.PointingHandCursor
    # The names of the weekdays are no days.
    QTest.mouseMove(month, QPoint(day.x(), 4))
    assert month.grab().toImage() == untouched
    assert month.cursor().shape() == Qt.CursorShape.ArrowCursor
    QTest.mouseMove(month, day)
    QApplication.sendEvent(month, QEvent(QEvent.Type.Leave))
    assert month.grab().toImage() == untouched


async def test_what_comes_under_the_still_mouse_has_the_line(
    window: MainWindow, canvas: GridCanvas
) -> None:
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    bar = page.grid._scroll.verticalScrollBar()
    first, second = (
        next(one.id for one in canvas.shown if one.interview.title == title)
        for title in ("Why they switched to Brightloom", "Anxiety before the switch")
    )
    QTest.mouseMove(canvas, canvas.rect_of(first).center().toPoint())
    assert canvas.hovered_id == first
    down = canvas.rect_of(second).center().y() - canvas.rect_of(first).center().y()
    bar.setValue(bar.value() - int(down))
    assert canvas.cursor().shape() == Qt.CursorShape.ArrowCursor
    bar.setValue(bar.value() + 2 * int(down))
    assert canvas.hovered_id == second
    assert canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
    # And what goes away under it.
    canvas.show_days(canvas.days, (), canvas.now)
    assert canvas.hovered_id is None


async def test_the_month_that_turns_under_the_still_mouse_has_its_ring_on_its_own_day(
    window: MainWindow, canvas: GridCanvas
) -> None:
    del canvas
    month = named(window, MonthDays, "mini-month")
    place = month.cell(date(2026, 11, 25)).center()
    QTest.mouseMove(month, place.toPoint())
    assert month._hovered == date(2026, 11, 25)
    month.show_month(date(2026, 12, 1))
    assert month._hovered == month.day_at(place.x(), place.y())
    assert month._hovered != date(2026, 11, 25)


async def test_the_line_of_now_strikes_no_words_through(canvas: GridCanvas) -> None:
    drawn = canvas.picture
    assert isinstance(drawn, GridPicture)
    now = canvas.y_of(11 * 60 + 48)
    (word,) = drawn._words_on(now)
    assert place_of(canvas, "Buying for a team of 40").contains(word)
    shown, y = picture(canvas), round(now)

    def is_red(x: float) -> bool:
        colours = [QColor(shown.pixel(int(x), y + by)) for by in (-1, 0, 1)]
        return any(colour.red() > colour.blue() for colour in colours)

    assert not any(is_red(x) for x in range(int(word.left()) - 4, int(word.right())))
    assert is_red(word.right() + 20)
    assert is_red(place_of(canvas, "Buying for a team of 40").left() - 20)


def test_words_side_by_side_have_their_room() -> None:
    words = [QRectF(60, 0, 20, 10), QRectF(20, 0, 30, 10), QRectF(200, 0, 10, 10)]
    assert list(around(0, 100, words)) == [(0, 11), (84, 100)]
    assert list(around(0, 100, [])) == [(0, 100)]


KINDS = [
    *((QPushButton, kind) for kind in ("", "primary", "quiet", "link")),
    *((QToolButton, kind) for kind in ("quiet", "place", "segment")),
]


def stand_on(one: QWidget) -> None:
    """Two moves: Qt passes over one to where the mouse is already."""
    QTest.mouseMove(one, one.rect().topLeft())
    QTest.mouseMove(one, one.rect().center())


def shown(qtbot: QtBot, made: type[QAbstractButton], kind: str) -> QAbstractButton:
    one = made()
    qtbot.addWidget(one)
    one.setText("Ask")
    one.setProperty("kind", kind)
    one.show()
    return one


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_link_under_the_mouse_does_not_look_like_the_one_with_the_keyboard(
    qtbot: QtBot, theme: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(theme)
    around_both = QWidget()
    qtbot.addWidget(around_both)
    link, other = button("Open", name="open", kind="link"), button("Other", name="other")
    around_both.setLayout(row(link, other))
    around_both.show()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    # An earlier test may have left the mouse where the link is now.
    stand_on(other)
    untouched = link.grab().toImage()
    stand_on(link)
    hovered = link.grab().toImage()
    stand_on(other)
    link.setFocus()
    focused = link.grab().toImage()
    assert hovered != untouched
    assert focused not in (untouched, hovered)
    # Its words stay where they are.
    assert untouched.size() == focused.size()


@pytest.mark.parametrize(
    ("made", "kind"),
    [*KINDS, *((QPushButton, kind) for kind in ("row", "card-row", "level"))],
)
def test_a_button_that_is_pressed_looks_pressed(
    qtbot: QtBot, light: Appearance, made: type[QAbstractButton], kind: str
) -> None:
    del light
    one = shown(qtbot, made, kind)
    before = one.grab().toImage()
    one.setDown(True)
    assert one.grab().toImage() != before


@pytest.mark.parametrize(("made", "kind"), KINDS)
def test_a_button_that_cannot_be_pressed_looks_so(
    qtbot: QtBot, light: Appearance, made: type[QAbstractButton], kind: str
) -> None:
    del light
    one = shown(qtbot, made, kind)
    before = one.grab().toImage()
    one.setEnabled(False)
    assert one.grab().toImage() != before
