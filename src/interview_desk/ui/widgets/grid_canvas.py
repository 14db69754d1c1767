"""The hours of some days with their events: painted, pressed, walked by keyboard."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.calendar_layout import MINUTES_A_DAY, Box, Span, lay_out
from interview_desk.ui.widgets.event_look import event_words
from interview_desk.ui.widgets.grid_access import announce_focus, teach_screen_readers
from interview_desk.ui.widgets.grid_paint import GridPainter, Scene

HOUR_HEIGHT = 56
GUTTER = 60
_SNAP = 30
_LEAST_WIDTH = 360


class GridCanvas(QWidget):
    """Days side by side on a ruler of hours.

    Signals: `opened(str)` with the interview to show; `picked(str)` when the keyboard or mouse
    stands on another event, empty for none; `time_chosen(object)` with a UTC datetime where a
    free place was double-clicked.
    """

    opened = Signal(str)
    picked = Signal(str)
    time_chosen = Signal(object)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        teach_screen_readers()
        self.setObjectName("calendar-grid")
        self.setAccessibleName("Calendar")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.zone = zone
        self.second_zone: tzinfo | None = None
        self.days: tuple[date, ...] = ()
        self.now: datetime = datetime.fromtimestamp(0, UTC)
        self._appointments: dict[str, Appointment] = {}
        self._boxes: list[Box] = []
        self._picked: str | None = None

    @property
    def gutter(self) -> int:
        """The width of the rulers left of the first day."""
        return GUTTER * (2 if self.second_zone else 1)

    @property
    def shown(self) -> list[Appointment]:
        """The events in the order a keyboard or a screen reader walks them."""
        order = sorted(self._boxes, key=lambda box: (box.day, box.top, box.left))
        return [self._appointments[key] for key in dict.fromkeys(box.key for box in order)]

    @property
    def first_minute(self) -> float | None:
        """The minute of the day at which the earliest shown event begins."""
        return min((box.top for box in self._boxes if box.begins), default=None)

    @property
    def picked_id(self) -> str | None:
        """The event the keyboard stands on."""
        return self._picked

    def show_days(
        self, days: Sequence[date], appointments: Sequence[Appointment], now: datetime
    ) -> None:
        """Show these days with these events."""
        self.days = tuple(days)
        self.now = now
        self._appointments = {one.id: one for one in appointments if one.interview.start}
        self._boxes = lay_out(
            [_span(one) for one in self._appointments.values()], self.days, self.zone
        )
        if self._picked not in {box.key for box in self._boxes}:
            self._picked = None
        self.update()

    def set_second_zone(self, zone: tzinfo | None) -> None:
        """Show another zone's hours beside mine."""
        self.second_zone = zone
        self.update()

    def tick(self, now: datetime) -> None:
        """Move the now line."""
        self.now = now
        self.update()

    def pick(self, interview_id: str | None) -> None:
        """Stand on an event, or on none."""
        if interview_id == self._picked:
            return
        self._picked = interview_id
        self.update()
        self.picked.emit(interview_id or "")
        if interview_id is not None:
            ids = [one.id for one in self.shown]
            announce_focus(self, ids.index(interview_id))

    def rect_of(self, interview_id: str) -> QRectF:
        """Where the first piece of an event is painted."""
        boxes = [box for box in self._boxes if box.key == interview_id]
        return self._rect(boxes[0]) if boxes else QRectF()

    def event_at(self, place: QPointF) -> str | None:
        """The topmost event under a point."""
        hit = [box for box in self._boxes if self._rect(box).contains(place)]
        return hit[-1].key if hit else None

    def y_of(self, minutes: float) -> float:
        """Where a minute of the day stands."""
        return minutes * HOUR_HEIGHT / 60

    def _column(self) -> float:
        return (self.width() - self.gutter) / max(len(self.days), 1)

    def _rect(self, box: Box) -> QRectF:
        column = self._column()
        left = self.gutter + box.day * column + box.left * (column - 8) + 2
        top, bottom = self.y_of(box.top), self.y_of(box.bottom)
        return QRectF(left, top + 1, box.width * (column - 8), bottom - top - 2)

    def _is_raised(self, box: Box) -> bool:
        # The event one stands on is never hidden by its neighbours.
        return box.key == self._picked

    def _step(self, by: int) -> None:
        ids = [one.id for one in self.shown]
        if not ids:
            return
        if self._picked is None:
            self.pick(ids[0 if by > 0 else -1])
        else:
            self.pick(ids[min(max(ids.index(self._picked) + by, 0), len(ids) - 1)])

    def _step_day(self, by: int) -> None:
        if self._picked is None:
            self._step(by)
            return
        here = next(box for box in self._boxes if box.key == self._picked)
        beyond = [box for box in self._boxes if (box.day - here.day) * by > 0]
        if beyond:
            nearest = min(abs(box.day - here.day) for box in beyond)
            column = [box for box in beyond if abs(box.day - here.day) == nearest]
            self.pick(min(column, key=lambda box: abs(box.top - here.top)).key)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH * 2, int(self.y_of(MINUTES_A_DAY)) + 1)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, int(self.y_of(MINUTES_A_DAY)) + 1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        scene = Scene(
            days=self.days,
            zone=self.zone,
            second_zone=self.second_zone,
            now=self.now,
            gutter=self.gutter,
            column=self._column(),
            hour_height=HOUR_HEIGHT,
            picked=self._picked if self.hasFocus() else None,
        )
        brush = GridPainter(painter, scene, palette=self.palette())
        brush.ground(QRectF(event.rect()))
        brush.now_across()
        ordered = sorted(self._boxes, key=self._is_raised)
        for number, box in enumerate(ordered):
            rect = self._rect(box)
            if rect.intersects(QRectF(event.rect())):
                above = [self._rect(other) for other in ordered[number + 1 :]]
                covers = [other for other in above if other.intersects(rect)]
                brush.event(rect, self._appointments[box.key], covers)
        brush.now_line()
        painter.end()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        day_steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in steps:
            self._step(steps[key])
        elif key in day_steps:
            self._step_day(day_steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._picked:
            self.opened.emit(self._picked)
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pick(self.event_at(event.position()))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.event_at(event.position())
        if found:
            self.opened.emit(found)
        elif event.position().x() > self.gutter and self.days:
            self.time_chosen.emit(self._moment_at(event.position()))

    def _moment_at(self, place: QPointF) -> datetime:
        index = min(int((place.x() - self.gutter) / self._column()), len(self.days) - 1)
        minutes = int(place.y() * 60 / HOUR_HEIGHT) // _SNAP * _SNAP
        day = self.days[index]
        wall = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(minutes=minutes)
        return wall.astimezone(UTC)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.event_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def tip_at(self, place: QPoint) -> str:
        """What a tooltip says there; empty over free time."""
        found = self.event_at(QPointF(place))
        if found is None:
            return ""
        return event_words(self._appointments[found], self.zone).replace("; ", "\n")

    def _show_tip(self, place: QPoint, on_screen: QPoint) -> None:
        tip = self.tip_at(place)
        if tip:
            QToolTip.showText(on_screen, tip, self)
        else:
            QToolTip.hideText()


def _span(appointment: Appointment) -> Span:
    interview = appointment.interview
    start = interview.start or datetime.fromtimestamp(0, UTC)
    return Span(interview.id, start, interview.end or start + timedelta(hours=1))
