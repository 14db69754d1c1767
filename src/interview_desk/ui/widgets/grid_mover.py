"""Moving an event of the calendar to another time, with the mouse or with keys."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QApplication

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.calendar_layout import SNAP, Span, day_shifted
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.tokens import Tokens
from interview_desk.ui.widgets.event_look import when_words
from interview_desk.ui.widgets.parts import Weight

_HOUR = timedelta(hours=1)
_STEPS = {Qt.Key.Key_Up: -SNAP, Qt.Key.Key_Down: SNAP}
_DAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_DROPS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})

MayMove = Callable[[Appointment], bool]
WhyNot = Callable[[Appointment, datetime], str]


class TimeGround(Protocol):
    """A surface of days and hours, as far as moving needs it."""

    def moment_at(self, place: QPointF, *, snap: timedelta, above: float = 0) -> datetime:
        """The UTC instant under a point, `above` device-independent pixels higher."""
        ...

    def rect_of(self, interview_id: str) -> QRectF:
        """Where an event is painted."""
        ...


class EventMover(QObject):
    """One event on its way to another time; nothing is changed before it is dropped.

    Signals: `began(str)` with the interview; `shifted()` with each new time; `dropped(str, object)`
    with the interview and its new start, UTC; `refused(str)` with why it may not be there;
    `ended()` after a drop, a refusal or Esc.
    """

    began = Signal(str)
    shifted = Signal()
    dropped = Signal(str, object)
    refused = Signal(str)
    ended = Signal()

    def __init__(self, ground: TimeGround, zone: tzinfo, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        self._zone = zone
        self._held: Appointment | None = None
        self._taken_at: QPointF | None = None
        self._above = 0.0
        self._start: datetime | None = None
        self._by_keys = False
        self.may_move: MayMove = _never
        self.why_not: WhyNot = _anywhere

    @property
    def moving(self) -> Appointment | None:
        """The event where it is being moved to; None while nothing moves."""
        if self._held is None or self._start is None:
            return None
        interview = self._held.interview
        begin = interview.start or self._start
        length = interview.end - begin if interview.end else _HOUR
        moved = interview._replace(start=self._start, end=self._start + length)
        return self._held._replace(interview=moved)

    @property
    def by_keys(self) -> bool:
        """Whether keys move it."""
        return self._by_keys and self._start is not None

    @property
    def trouble(self) -> str:
        """Why it may not be dropped here; empty where it may."""
        if self._held is None or self._start is None:
            return ""
        return self.why_not(self._held, self._start)

    def take(self, appointment: Appointment, place: QPointF) -> None:
        """The mouse is pressed on an event; it moves once the mouse does."""
        if self.may_move(appointment):
            self._held, self._taken_at = appointment, place
            self._above = place.y() - self._ground.rect_of(appointment.id).top()

    def drag(self, place: QPointF) -> bool:
        """The mouse moves with its button down; whether an event moves with it."""
        if self._held is None or self._taken_at is None:
            return False
        far = (place - self._taken_at).manhattanLength() >= QApplication.startDragDistance()
        if self._start is None and not far:
            return False
        fresh = self._start is None
        self._start = self._ground.moment_at(place, snap=SNAP, above=self._above)
        self._tell(fresh=fresh)
        return True

    def begin_by_keys(self, appointment: Appointment) -> bool:
        """Let the arrows move an event; whether it may be moved at all."""
        if not self.may_move(appointment) or appointment.interview.start is None:
            return False
        self._held, self._start, self._by_keys = appointment, appointment.interview.start, True
        self._tell(fresh=True)
        return True

    def press(self, key: Qt.Key) -> bool:
        """A key while an event moves by keys; whether it meant something."""
        if self._start is None:
            return False
        if key is Qt.Key.Key_Escape:
            self.cancel()
        elif self._by_keys and key in _STEPS:
            self._start += _STEPS[key]
            self._tell(fresh=False)
        elif self._by_keys and key in _DAYS:
            self._start = day_shifted(self._start, _DAYS[key], self._zone)
            self._tell(fresh=False)
        elif self._by_keys and key in _DROPS:
            self.drop()
        else:
            return False
        return True

    def drop(self) -> None:
        """Leave the event where it is now, where it may be."""
        held, start, trouble = self._held, self._start, self.trouble
        moved = self._let_go()
        if held is None or start is None or not moved:
            return
        if start != held.interview.start:
            if trouble:
                self.refused.emit(trouble)
            else:
                self.dropped.emit(held.id, start)
        self.ended.emit()

    def cancel(self) -> None:
        """Leave everything as it was."""
        if self._let_go():
            self.ended.emit()

    def _let_go(self) -> bool:
        moved = self._start is not None
        self._held = self._taken_at = self._start = None
        self._by_keys = False
        return moved

    def _tell(self, *, fresh: bool) -> None:
        if fresh and self._held is not None:
            self.began.emit(self._held.id)
        self.shifted.emit()


def paint_label(
    painter: QPainter, tokens: Tokens, *, beside: QRectF, lines: tuple[str, ...], trouble: bool
) -> None:
    """The time that follows the event, inside the calendar and over everything."""
    metrics = QFontMetricsF(font(Size.DETAIL, Weight.DemiBold))
    width = max(metrics.horizontalAdvance(line) for line in lines) + 20
    height = 8 + 16 * len(lines)
    place = label_place(beside, width=width, height=height, within=painter.window().width())
    painter.setPen(QPen(QColor(tokens.bad if trouble else tokens.tooltip), 1))
    painter.setBrush(QColor(tokens.tooltip))
    painter.drawRoundedRect(place, 5, 5)
    painter.setPen(QColor(tokens.on_tooltip))
    painter.setFont(font(Size.DETAIL, Weight.DemiBold))
    for number, line in enumerate(lines):
        spot = QRectF(place.left() + 10, place.top() + 4 + 16 * number, width - 20, 16)
        painter.drawText(spot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)


def label_place(beside: QRectF, *, width: float, height: float, within: float) -> QRectF:
    """Above the event, below it at the upper edge, and never beyond the right one."""
    top = beside.top() - height - 4
    if top < 0:
        top = beside.bottom() + 4
    left = min(beside.left(), within - width - 4)
    return QRectF(max(left, 2), top, width, height)


def label_lines(moving: Appointment, zone: tzinfo, trouble: str) -> tuple[str, ...]:
    """What the label says."""
    when = when_words(moving, zone)
    return (when, trouble) if trouble else (when,)


def _never(_: Appointment) -> bool:
    return False


def _anywhere(_: Appointment, __: datetime) -> str:
    return ""


def span_of(appointment: Appointment) -> Span:
    """The appointment as the layout sees it."""
    interview = appointment.interview
    start = interview.start or datetime.fromtimestamp(0, UTC)
    return Span(interview.id, start, interview.end or start + timedelta(hours=1))
