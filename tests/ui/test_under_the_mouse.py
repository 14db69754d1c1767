"""What the mouse is over, and what it presses, answers; and nothing reads as called off by it."""

from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.pages.calendar_views import View
from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.grid_paint import around
from interview_desk.ui.widgets.grid_picture import GridPicture
from interview_desk.ui.widgets.mini_month import MonthDays
from tests.helpers.pressing import named, settled


@pytest.fixture
async def canvas(window: MainWindow) -> GridCanvas:
    """Wednesday at 11:48, an interview under way."""
    window.show_place("calendar")
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    page.show_view(View.DAY)
    await settled(window)
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


def shown(qtbot: QtBot, made: type[QAbstractButton], kind: str) -> QAbstractButton:
    button = made()
    qtbot.addWidget(button)
    button.setText("Ask")
    button.setProperty("kind", kind)
    button.show()
    return button


@pytest.mark.parametrize(
    ("made", "kind"),
    [*KINDS, *((QPushButton, kind) for kind in ("row", "card-row", "level"))],
)
def test_a_button_that_is_pressed_looks_pressed(
    qtbot: QtBot, light: Appearance, made: type[QAbstractButton], kind: str
) -> None:
    del light
    button = shown(qtbot, made, kind)
    before = button.grab().toImage()
    button.setDown(True)
    assert button.grab().toImage() != before


@pytest.mark.parametrize(("made", "kind"), KINDS)
def test_a_button_that_cannot_be_pressed_looks_so(
    qtbot: QtBot, light: Appearance, made: type[QAbstractButton], kind: str
) -> None:
    del light
    button = shown(qtbot, made, kind)
    before = button.grab().toImage()
    button.setEnabled(False)
    assert button.grab().toImage() != before
