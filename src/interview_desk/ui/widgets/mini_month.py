"""A month at a glance: dots where something is on, walked by keyboard."""

from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QMoveEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.ui.bridge.dates import first_weekday, long_day, month_title, weekday_name
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.widgets.parts import IconButton, Weight, label, row
from interview_desk.ui.widgets.still_mouse import StillMouse

_CELL = 26
_WEEKS = 6
_DAYS = 7


def month_start(day: date) -> date:
    """The first cell of the month's picture: the locale's first weekday at or before the 1st."""
    first = day.replace(day=1)
    return first - timedelta(days=(first.weekday() - first_weekday()) % _DAYS)


def shifted_month(day: date, by: int) -> date:
    """The first of the month `by` months away."""
    months = day.year * 12 + day.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


class MiniMonth(QWidget):
    """The month with its arrows.

    Signals: `day_chosen(object)` with a date; `month_shown(object)` with the month's first day.
    """

    day_chosen = Signal(object)
    month_shown = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self.days = MonthDays(today)
        self._title = label(weight=Weight.DemiBold)
        back = IconButton("chevron-left", "Previous month", name="previous-month")
        on = IconButton("chevron-right", "Next month", name="next-month")
        back.clicked.connect(self._back)
        on.clicked.connect(self._on)
        self.days.day_chosen.connect(self.day_chosen)
        self.days.month_shown.connect(self._titled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        head = row(self._title, None, back, on, gap=0)
        head.setContentsMargins(8, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.days)
        self._titled(self.days.month)

    def _back(self) -> None:
        self.days.show_month(shifted_month(self.days.month, -1))

    def _on(self) -> None:
        self.days.show_month(shifted_month(self.days.month, 1))

    def _titled(self, month: date) -> None:
        self._title.setText(month_title(month))
        self.month_shown.emit(month)


class MonthDays(QWidget):
    """Six weeks of numbers.

    Signals: `day_chosen(object)` with a date; `month_shown(object)`.
    """

    day_chosen = Signal(object)
    month_shown = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setObjectName("mini-month")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.today = today
        self.month = today.replace(day=1)
        self._chosen = today
        self._range: frozenset[date] = frozenset({today})
        self._busy: frozenset[date] = frozenset()
        self._hovered: date | None = None
        self._mouse = StillMouse(self)
        self.setMouseTracking(True)
        self._name()

    @property
    def chosen(self) -> date:
        """The day the keyboard stands on."""
        return self._chosen

    def show_chosen(self, day: date, days: Iterable[date]) -> None:
        """Mark the day and the days the calendar shows beside."""
        self._chosen = day
        self._range = frozenset(days)
        self.show_month(day)
        self._name()

    def show_busy(self, days: Iterable[date]) -> None:
        """Put a dot on these days."""
        self._busy = frozenset(days)
        self.update()

    def show_month(self, day: date) -> None:
        """Turn to the month of this day."""
        turned = self.month != day.replace(day=1)
        self.month = day.replace(day=1)
        self.update()
        self._hover_again()
        if turned:
            self.month_shown.emit(self.month)

    def set_today(self, day: date) -> None:
        """Midnight has passed."""
        self.today = day
        self.update()

    def cell(self, day: date) -> QRectF:
        """Where a day is painted."""
        index = (day - month_start(self.month)).days
        width = self.width() / _DAYS
        return QRectF(index % _DAYS * width, 20 + index // _DAYS * _CELL, width, _CELL)

    def day_at(self, x: float, y: float) -> date | None:
        """The day under a point."""
        found = [day for day in self._cells() if self.cell(day).contains(x, y)]
        return found[0] if found else None

    def _cells(self) -> list[date]:
        first = month_start(self.month)
        return [first + timedelta(days=number) for number in range(_WEEKS * _DAYS)]

    def _name(self) -> None:
        self.setAccessibleName(f"Month, {long_day(self._chosen)}")

    def _choose(self, day: date) -> None:
        self._chosen = day
        self.show_month(day)
        self._name()
        self.day_chosen.emit(day)

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 20 + _WEEKS * _CELL)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = tokens_of(self.palette())
        painter.setFont(font(Size.SMALL, Weight.Medium))
        painter.setPen(QColor(tokens.muted))
        cells = self._cells()
        for day in cells[:_DAYS]:
            place = self.cell(day).translated(0, -20)
            place.setHeight(18)
            name = weekday_name(day.weekday(), narrow=True)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)
        for day in cells:
            self._paint_day(painter, day)
        painter.end()

    def _paint_day(self, painter: QPainter, day: date) -> None:
        tokens, place = tokens_of(self.palette()), self.cell(day)
        painter.setPen(Qt.PenStyle.NoPen)
        if day in self._range and day.month == self.month.month:
            painter.setBrush(QColor(tokens.sunken))
            painter.drawRect(place.adjusted(0, 2, 0, -2))
        disc = QRectF(place.center().x() - 11, place.center().y() - 11, 22, 22)
        ink = tokens.text if day.month == self.month.month else tokens.muted
        if day == self.today:
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(disc)
            ink = tokens.on_accent
        has_keyboard = day == self._chosen and self.hasFocus()
        if has_keyboard or day == self._hovered:
            pen = QPen(QColor(tokens.accent_text), 2) if has_keyboard else QColor(tokens.muted)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen)
            painter.drawEllipse(disc)
        inside = day.month == self.month.month
        painter.setFont(font(Size.SMALL, Weight.Medium if inside else Weight.Light))
        painter.setPen(QColor(ink))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(day.day))
        if day in self._busy:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ink if day == self.today else tokens.accent_text))
            painter.drawEllipse(QRectF(place.center().x() - 1.5, place.bottom() - 6, 3, 3))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -_DAYS,
            Qt.Key.Key_Down: _DAYS,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose(self._chosen + timedelta(days=step))

    def _hover_again(self) -> None:
        """What the mouse is over may be another day, though it has not moved."""
        place = self._mouse.place()
        day = self.day_at(place.x(), place.y()) if place is not None else None
        if day != self._hovered:
            self._hovered = day
            self.setCursor(Qt.CursorShape.PointingHandCursor if day else Qt.CursorShape.ArrowCursor)
            self.update()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._hover_again()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse.moved(event)
        self._hover_again()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse.left()
        self._hover_again()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position().x(), event.position().y())
        if day is not None:
            self._choose(day)
