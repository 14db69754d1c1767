"""Appointments one below the other: the day's list and the agenda view."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.status import Status
from interview_desk.ui.bridge.dates import clock_range, clock_time, long_day
from interview_desk.ui.models.agenda_model import AgendaModel, ChosenTime, FreeStretch
from interview_desk.ui.overriding import override
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.theme.tokens import Tokens
from interview_desk.ui.widgets.event_look import look_of, part_words, people_words, status_words
from interview_desk.ui.widgets.parts import Weight

if TYPE_CHECKING:
    from interview_desk.services.away import Away

_ROW, _FREE, _DAY = 52, 32, 40
_TIMES = 64
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MORE = Qt.TextElideMode.ElideRight
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex


class AgendaList(QListView):
    """A list of appointments.

    Signals, on a click or Enter: `opened(str)` with the interview, `time_chosen(object)` with the
    UTC datetime at which a free time begins.
    """

    opened = Signal(str)
    time_chosen = Signal(object)

    def __init__(self, zone: tzinfo, *, name: str, spoken: str) -> None:
        super().__init__()
        self._agenda = AgendaModel(zone, self)
        self._free: list[FreeStretch] = []
        self._chosen: list[ChosenTime] = []
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setModel(self._agenda)
        self.setItemDelegate(AgendaDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)

    @property
    def agenda(self) -> AgendaModel:
        """The rows."""
        return self._agenda

    @property
    def free(self) -> Sequence[FreeStretch | ChosenTime]:
        """What stands among the appointments: free times, and the one that was chosen."""
        return [*self._chosen, *self._free]

    def show_free(self, spans: Sequence[tuple[datetime, datetime]]) -> None:
        """Have these free times among the appointments, from the next time those are shown."""
        self._free = [FreeStretch(start, end) for start, end in spans]

    def show_chosen(self, chosen: ChosenTime | None) -> None:
        """Have this chosen time among them as well, from the next time those are shown."""
        self._chosen = [] if chosen is None else [chosen]

    def show_away(self, away: "Sequence[Away]") -> None:
        """Say beside the days who cannot be booked on them."""
        self._agenda.show_away(away)

    def show_appointments(
        self, appointments: Sequence[Appointment], now: datetime, *, days: bool = True
    ) -> None:
        """Show these, keeping the place where the person was."""
        place = self.verticalScrollBar().value()
        current = self._agenda.entry(self.currentIndex())
        self._agenda.show(appointments, now, days=days, free=self.free)
        if isinstance(current, Appointment):
            row = self._agenda.row_of(current.id)
            self.setCurrentIndex(self._agenda.index(row))
        self.verticalScrollBar().setValue(place)

    def tick(self, now: datetime) -> None:
        """What was ahead may be past now."""
        self._agenda.tick(now)

    def content_height(self) -> int:
        """How high the list is without scrolling."""
        rows = range(self._agenda.rowCount())
        return sum(self.sizeHintForRow(row) for row in rows) + 2

    def is_under_mouse(self, index: _Index) -> bool:
        """Whether the mouse is over this row."""
        # There is no frame, so the list's own coordinates are its viewport's.
        return self.underMouse() and self.indexAt(self.mapFromGlobal(QCursor.pos())) == index

    def _open(self, index: QModelIndex) -> None:
        entry = self._agenda.entry(index)
        if isinstance(entry, Appointment):
            self.opened.emit(entry.id)
        elif isinstance(entry, FreeStretch):
            self.time_chosen.emit(entry.start)


class AgendaDelegate(QStyledItemDelegate):
    """Paints a day's name, or one appointment on two lines."""

    def __init__(self, shown: AgendaList) -> None:
        super().__init__(shown)
        self._list = shown

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        heights = {Appointment: _ROW, FreeStretch: _FREE, ChosenTime: _FREE}
        return QSize(280, heights.get(type(self._list.agenda.entry(index)), _DAY))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        agenda = self._list.agenda
        entry = agenda.entry(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = tokens_of(option.palette)
        place = QRectF(option.rect)
        if isinstance(entry, Appointment):
            self._ground(painter, place, index, tokens)
            _appointment(painter, place.adjusted(8, 0, -12, 0), (entry, agenda), tokens)
        elif isinstance(entry, FreeStretch):
            self._ground(painter, place, index, tokens)
            words = clock_range(entry.start, entry.end, agenda.zone)
            _free(painter, place.adjusted(8, 0, -12, 0), words, tokens)
        elif isinstance(entry, ChosenTime):
            words = f"{clock_range(entry.start, entry.end, agenda.zone)}   {entry.title}"
            _chosen(painter, place.adjusted(8, 0, -12, 0), words, tokens)
        elif entry is not None:
            painter.setFont(font(Size.DETAIL, Weight.DemiBold))
            today = entry == agenda.now.astimezone(agenda.zone).date()
            painter.setPen(QColor(tokens.accent_text if today else tokens.muted))
            words = f"Today, {long_day(entry)}" if today else long_day(entry)
            line = place.adjusted(8, 12, -12, 0)
            painter.drawText(line, _LEFT, words)
            room = line.width() - painter.fontMetrics().horizontalAdvance(words) - 24
            painter.setFont(font(Size.DETAIL))
            painter.setPen(QColor(tokens.warning))
            away = QFontMetricsF(painter.font()).elidedText(agenda.away_on(entry), _MORE, room)
            painter.drawText(line, _RIGHT, away)
        painter.restore()

    def _ground(self, painter: QPainter, place: QRectF, index: _Index, tokens: Tokens) -> None:
        # The list is asked and not the option: its state would load the whole of QStyle.
        chosen = index in self._list.selectedIndexes()
        inside = place.adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or self._list.is_under_mouse(index):
            painter.setBrush(QColor(tokens.accent_soft if chosen else tokens.hover))
            painter.drawRoundedRect(inside, 6, 6)
        if self._list.hasFocus() and self._list.currentIndex() == index:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent_text), 2))
            painter.drawRoundedRect(inside, 6, 6)


def _appointment(
    painter: QPainter, place: QRectF, shown: tuple[Appointment, AgendaModel], tokens: Tokens
) -> None:
    appointment, agenda = shown
    interview = appointment.interview
    look = look_of(appointment, agenda.now)
    ink = QColor(tokens.muted if look.past else tokens.text)
    painter.setPen(ink)
    painter.setFont(font(Size.BODY, Weight.Medium))
    top = QRectF(place.left(), place.top() + 7, place.width(), 20)
    below = top.translated(0, 18)
    if interview.start:
        painter.drawText(top, _LEFT, clock_time(interview.start, agenda.zone))
    painter.setPen(QColor(tokens.muted))
    painter.setFont(font(Size.DETAIL))
    if interview.end:
        painter.drawText(below, _LEFT, clock_time(interview.end, agenda.zone))
    painter.setPen(Qt.PenStyle.NoPen)
    edge = tokens.events[look.hue]
    painter.setBrush(QColor(edge.past_edge if look.past else edge.edge))
    painter.drawRoundedRect(QRectF(place.left() + _TIMES, place.top() + 9, 3, 34), 1.5, 1.5)
    remark = _remark(appointment)
    room = place.width() - _TIMES - 14 - _painted_remark(painter, top, remark, tokens)
    title = QFont(font(Size.BODY, Weight.DemiBold))
    title.setStrikeOut(look.struck)
    lines = ((top, interview.title, title, ink), (below, _details(appointment), font(Size.DETAIL),
              QColor(tokens.muted)))  # fmt: skip
    for line, words, drawn_with, colour in lines:
        painter.setFont(drawn_with)
        painter.setPen(colour)
        elided = QFontMetricsF(drawn_with).elidedText(words, _MORE, room)
        painter.drawText(line.adjusted(_TIMES + 14, 0, 0, 0), _LEFT, elided)


def _free(painter: QPainter, place: QRectF, words: str, tokens: Tokens) -> None:
    """Where a guest can be booked: the tint and the line of the week's free times."""
    room = QRectF(place.left() + _TIMES, place.top() + 4, place.width() - _TIMES, _FREE - 8)
    painter.fillRect(room, QColor(tokens.good_soft))
    painter.fillRect(QRectF(room.left(), room.top(), 2, room.height()), QColor(tokens.good))
    painter.setFont(font(Size.DETAIL, Weight.Medium))
    painter.setPen(QColor(tokens.text))
    painter.drawText(room.adjusted(14, 0, -12, 0), _LEFT, words)
    painter.setPen(QColor(tokens.good))
    painter.drawText(place, _LEFT, "Free")


def _chosen(painter: QPainter, place: QRectF, words: str, tokens: Tokens) -> None:
    """The time that is about to be booked: dashed, as everything that is not certain."""
    room = QRectF(place.left() + _TIMES, place.top() + 4, place.width() - _TIMES, _FREE - 8)
    painter.setPen(QPen(QColor(tokens.accent_text), 1, Qt.PenStyle.DashLine))
    painter.setBrush(QColor(tokens.accent_soft))
    painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(font(Size.DETAIL, Weight.Medium))
    painter.setPen(QColor(tokens.text))
    painter.drawText(room.adjusted(14, 0, -12, 0), _LEFT, words)
    painter.setPen(QColor(tokens.accent_text))
    painter.drawText(place, _LEFT, "Chosen")


def _painted_remark(painter: QPainter, line: QRectF, words: str, tokens: Tokens) -> float:
    """Writes the remark at the right end of the line; returns the room it takes."""
    if not words:
        return 0
    drawn_with = font(Size.DETAIL, Weight.Medium)
    painter.setFont(drawn_with)
    painter.setPen(QColor(tokens.muted))
    painter.drawText(line, _RIGHT, words)
    return QFontMetricsF(drawn_with).horizontalAdvance(words) + 12


def _remark(appointment: Appointment) -> str:
    if appointment.interview.status is not Status.SCHEDULED:
        return status_words(appointment.interview.status)
    if appointment.my_part is not None:
        return part_words(appointment.my_part)
    return "Nobody leads it" if appointment.is_unclaimed else ""


def _details(appointment: Appointment) -> str:
    crew = ", ".join(one.name for one in appointment.crew if not one.is_me)
    people = people_words(appointment)
    return f"{people} \N{MIDDLE DOT} with {crew}" if people and crew else people or crew
