"""The hours of some days with their events: painted, pressed, walked by keyboard."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.calendar_layout import MINUTES_A_DAY, Box, Span, lay_out, moment_on
from interview_desk.ui.models.agenda_model import ChosenTime
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.widgets.event_look import event_words
from interview_desk.ui.widgets.grid_access import announce_focus, teach_screen_readers
from interview_desk.ui.widgets.grid_mover import EventMover, label_lines, span_of
from interview_desk.ui.widgets.still_mouse import StillMouse

HOUR_HEIGHT = 56
GUTTER = 60
_SNAP = 30
_LEAST_WIDTH = 360
_LOOKS = frozenset({QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.LocaleChange})
STAYS = "This interview cannot be moved: it is over, called off, or not yours to move."


class Picture(Protocol):
    """What paints a canvas."""

    def forget(self) -> None:
        """Something looks different now: measure and paint anew."""
        ...

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Everything within `area`."""
        ...

    def paint_moving(self, painter: QPainter, moving: Appointment, trouble: str) -> None:
        """One event on its way over everything that stands still."""
        ...


class GridCanvas(QWidget):
    """Days side by side on a ruler of hours.

    Signals: `opened(str)` with the interview to show; `picked(str)` when the keyboard or mouse
    stands on another event, empty for none; `time_chosen(object)` with a UTC datetime where a
    free place was double-clicked, or one that is tinted was pressed.
    """

    opened = Signal(str)
    picked = Signal(str)
    time_chosen = Signal(object)

    def __init__(self, zone: tzinfo, picture: "Callable[[GridCanvas], Picture]") -> None:
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
        self.appointments: dict[str, Appointment] = {}
        self.boxes: list[Box] = []
        self._picked: str | None = None
        self._hovered: str | None = None
        self._mouse = StillMouse(self)
        self.free: tuple[tuple[datetime, datetime], ...] = ()
        self.chosen: ChosenTime | None = None
        self.picture = picture(self)
        self.mover = EventMover(self, zone, self)
        self.mover.shifted.connect(self._shifted)
        self.mover.ended.connect(self._settled)

    @property
    def gutter(self) -> int:
        """The width of the rulers left of the first day."""
        return GUTTER * (2 if self.second_zone else 1)

    @property
    def shown(self) -> list[Appointment]:
        """The events in the order a keyboard or a screen reader walks them."""
        order = sorted(self.boxes, key=lambda box: (box.day, box.top, box.left))
        return [self.appointments[key] for key in dict.fromkeys(box.key for box in order)]

    @property
    def first_minute(self) -> float | None:
        """The minute of the day at which the earliest shown event begins."""
        return min((box.top for box in self.boxes if box.begins), default=None)

    @property
    def picked_id(self) -> str | None:
        """The event the keyboard stands on."""
        return self._picked

    @property
    def hovered_id(self) -> str | None:
        """The event under the mouse."""
        return self._hovered

    def show_days(
        self, days: Sequence[date], appointments: Sequence[Appointment], now: datetime
    ) -> None:
        """Show these days with these events."""
        self.days = tuple(days)
        self.now = now
        self.appointments = {one.id: one for one in appointments if one.interview.start}
        self.boxes = lay_out(
            [span_of(one) for one in self.appointments.values()], self.days, self.zone
        )
        if self._picked not in {box.key for box in self.boxes}:
            self._picked = None
        self._repaint()
        self._hover_again()

    def show_free(self, spans: Sequence[tuple[datetime, datetime]]) -> None:
        """Tint the times a guest can be booked at; none for no tint."""
        self.free = tuple(spans)
        self._repaint()

    def show_chosen(self, chosen: ChosenTime | None) -> None:
        """Mark the time that is about to be booked; None for none."""
        if chosen != self.chosen:
            self.chosen = chosen
            self._repaint()

    def set_second_zone(self, zone: tzinfo | None) -> None:
        """Show another zone's hours beside mine."""
        self.second_zone = zone
        self._repaint()

    def tick(self, now: datetime) -> None:
        """Move the now line."""
        self.now = now
        self._repaint()

    def pick(self, interview_id: str | None) -> None:
        """Stand on an event, or on none."""
        if interview_id == self._picked:
            return
        self._picked = interview_id
        self._repaint()
        self.picked.emit(interview_id or "")
        if interview_id is not None:
            ids = [one.id for one in self.shown]
            announce_focus(self, ids.index(interview_id))

    def rect_of(self, interview_id: str) -> QRectF:
        """Where the first piece of an event is painted."""
        boxes = [box for box in self.boxes if box.key == interview_id]
        return self.place_of(boxes[0]) if boxes else QRectF()

    def chosen_places(self) -> list[QRectF]:
        """Where the time stands that is about to be booked; nowhere while none is, or elsewhere."""
        chosen = self.chosen
        spans = [Span("", chosen.start, chosen.end)] if chosen else []
        return [self.place_of(box) for box in lay_out(spans, self.days, self.zone)]

    def moving_place(self) -> QRectF:
        """Where the event stands that is being moved; nowhere while none is."""
        moving = self.mover.moving
        boxes = lay_out([span_of(moving)], self.days, self.zone) if moving else []
        return self.place_of(boxes[0]) if boxes else QRectF()

    def event_at(self, place: QPointF) -> str | None:
        """The topmost event under a point."""
        hit = [box for box in self.boxes if self.place_of(box).contains(place)]
        return hit[-1].key if hit else None

    @property
    def hour_height(self) -> int:
        """How high an hour is."""
        return HOUR_HEIGHT

    def y_of(self, minutes: float) -> float:
        """Where a minute of the day stands."""
        return minutes * HOUR_HEIGHT / 60

    def column_width(self) -> float:
        """How wide one day is."""
        return (self.width() - self.gutter) / max(len(self.days), 1)

    def place_of(self, box: Box) -> QRectF:
        """Where a piece of an event is painted."""
        column = self.column_width()
        left = self.gutter + box.day * column + box.left * (column - 8) + 2
        top, bottom = self.y_of(box.top), self.y_of(box.bottom)
        return QRectF(left, top + 1, box.width * (column - 8), bottom - top - 2)

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
        here = next(box for box in self.boxes if box.key == self._picked)
        beyond = [box for box in self.boxes if (box.day - here.day) * by > 0]
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
        moving = self.mover.moving
        if moving is None:
            self.picture.paint(painter, QRectF(event.rect()))
        else:
            self.picture.paint_moving(painter, moving, self.mover.trouble)
        painter.end()

    def _repaint(self) -> None:
        """Something looks different now: measure and paint anew."""
        self.picture.forget()
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.picture.forget()
        self._hover_again()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._hover_again()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOKS:
            self._repaint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.mover.press(key):
            return
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

    def move_picked(self) -> None:
        """Let the arrows move the event one stands on."""
        if self._picked and not self.mover.begin_by_keys(self.appointments[self._picked]):
            self.mover.refused.emit(STAYS)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mover.cancel()
        found = self.event_at(event.position())
        self.pick(found)
        if found is not None and event.button() is Qt.MouseButton.LeftButton:
            self.mover.take(self.appointments[found], event.position())
        elif event.button() is Qt.MouseButton.LeftButton and self._is_free(event.position()):
            self.time_chosen.emit(self._half_hour_at(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mover.drop()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.event_at(event.position())
        if found:
            self.opened.emit(found)
        elif event.position().x() > self.gutter and self.days:
            self.time_chosen.emit(self._half_hour_at(event.position()))

    def moment_at(self, place: QPointF, *, snap: timedelta, above: float = 0) -> datetime:
        """The UTC instant under a point, `above` device-independent pixels higher."""
        index = int((place.x() - self.gutter) // self.column_width())
        day = self.days[min(max(index, 0), len(self.days) - 1)]
        return moment_on(day, (place.y() - above) * 60 / HOUR_HEIGHT, self.zone, snap=snap)

    def _is_free(self, place: QPointF) -> bool:
        if place.x() <= self.gutter or not self.days:
            return False
        moment = self.moment_at(place, snap=timedelta(minutes=1))
        return any(start <= moment < end for start, end in self.free)

    def _half_hour_at(self, place: QPointF) -> datetime:
        minutes = int(place.y() * 60 / HOUR_HEIGHT) // _SNAP * _SNAP
        return self.moment_at(QPointF(place.x(), self.y_of(minutes)), snap=timedelta(minutes=_SNAP))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self.mover.drag(event.position()):
            self.setCursor(
                Qt.CursorShape.ForbiddenCursor
                if self.mover.trouble
                else Qt.CursorShape.ClosedHandCursor
            )
            return
        self._mouse.moved(event)
        self._hover_again()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse.left()
        self._hover_again()

    def _hover_again(self) -> None:
        """What the mouse is over may be another event, though it has not moved."""
        place = self._mouse.place()
        over = self.event_at(place) if place is not None else None
        if self.mover.moving is None:
            hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
            self.setCursor(hand if over else arrow)
        if over != self._hovered:
            self._hovered = over
            self.update()

    def _shifted(self) -> None:
        moving = self.mover.moving
        if moving is not None:
            words = ", ".join(label_lines(moving, self.zone, self.mover.trouble))
            self.setAccessibleDescription(words)
        self.update()

    def _settled(self) -> None:
        self.setAccessibleDescription("")
        self._repaint()
        self._hover_again()

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
        return event_words(self.appointments[found], self.zone).replace("; ", "\n")

    def _show_tip(self, place: QPoint, on_screen: QPoint) -> None:
        tip = self.tip_at(place)
        if tip:
            QToolTip.showText(on_screen, as_tip(tip), self)
        else:
            QToolTip.hideText()
