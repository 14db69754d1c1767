"""One day, a work week or a week: the heads of the days over scrolling hours."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.calendar_layout import minute_of_day
from interview_desk.services.away import Away
from interview_desk.ui.bridge.dates import offset_name, short_day, weekday_name
from interview_desk.ui.models.agenda_model import ChosenTime
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.widgets.event_look import away_words
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.grid_paint import WORK_FROM
from interview_desk.ui.widgets.grid_picture import GridPicture
from interview_desk.ui.widgets.parts import Weight

_HEAD = 64
_AWAY = 20
_SCROLLBAR = 10
_WEEKEND = 5
# Minutes: how much of what has been stays in view, and how much room above what begins.
_BEEN = 120
_AHEAD = 120
_AIR = 15


class WeekGrid(QWidget):
    """The calendar's columns.

    Signals: those of `GridCanvas`, passed on.
    """

    opened = Signal(str)
    picked = Signal(str)
    time_chosen = Signal(object)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self.canvas = GridCanvas(zone, GridPicture)
        self._head = DayHeads(self.canvas)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self._scroll, 1)
        self._placed: int | None = None
        self.canvas.opened.connect(self.opened)
        self.canvas.picked.connect(self._follow)
        self.canvas.time_chosen.connect(self.time_chosen)
        self.canvas.mover.shifted.connect(self._follow_moving)

    def show_days(
        self, days: Sequence[date], appointments: Sequence[Appointment], now: datetime
    ) -> None:
        """Show these days from where they begin, unless the person has scrolled."""
        self.canvas.show_days(days, appointments, now)
        self._head.update()
        if self._placed in {None, self._scroll.verticalScrollBar().value()}:
            self.scroll_to_work(now)

    def show_away(self, away: Sequence[Away]) -> None:
        """Say under the days who cannot be booked on them."""
        self._head.show_away(away)

    def show_chosen(self, chosen: ChosenTime | None) -> None:
        """Mark the time that is about to be booked, in sight; None for none."""
        is_new = chosen != self.canvas.chosen
        self.canvas.show_chosen(chosen)
        for place in self.canvas.chosen_places() if is_new else ():
            centre = place.center().toPoint()
            self._scroll.ensureVisible(centre.x(), centre.y(), 0, int(place.height() / 2) + 32)

    def set_second_zone(self, zone: tzinfo | None) -> None:
        """Show another zone's hours beside mine."""
        self.canvas.set_second_zone(zone)
        self._head.update()

    def tick(self, now: datetime) -> None:
        """Move the now line."""
        self.canvas.tick(now)
        self._head.update()

    def scroll_to_work(self, now: datetime) -> None:
        """Bring the working day into view, and whatever begins before it.

        Late in the day what is now and next goes before the morning.
        """
        at = minute_of_day(now, self.canvas.zone)
        begins: list[float] = [WORK_FROM * 60, at - _BEEN]
        if self.canvas.first_minute is not None:
            begins.append(self.canvas.first_minute)
        top = self.canvas.y_of(max(min(begins) - _AIR, 0))
        if now.astimezone(self.canvas.zone).date() in self.canvas.days:
            foot = self.canvas.y_of(at + _AHEAD)
            top = max(top, foot - self._scroll.viewport().height())
        bar = self._scroll.verticalScrollBar()
        bar.setValue(int(top))
        self._placed = bar.value()

    def _follow_moving(self) -> None:
        place = self.canvas.moving_place()
        if not place.isEmpty():
            spot = place.center().toPoint()
            self._scroll.ensureVisible(spot.x(), spot.y(), 0, int(place.height() / 2) + 32)

    def _follow(self, interview_id: str) -> None:
        if interview_id:
            centre = self.canvas.rect_of(interview_id).center().toPoint()
            self._scroll.ensureVisible(centre.x(), centre.y(), 0, 96)
        self.picked.emit(interview_id)


class DayHeads(QWidget):
    """The names and numbers of the days; today's number stands on the accent."""

    def __init__(self, canvas: GridCanvas) -> None:
        super().__init__()
        self._canvas = canvas
        self._away: Sequence[Away] = ()
        self.setFixedHeight(_HEAD)
        self.setAccessibleName("Days")

    def show_away(self, away: Sequence[Away]) -> None:
        """Say who cannot be booked; a line more while there is anybody."""
        self._away = away
        self.setFixedHeight(_HEAD + (_AWAY if away else 0))
        self.update()

    def away_on(self, day: date) -> str:
        """`Away: Ben Cole (Holiday)`; empty where everybody can be booked."""
        return away_words(self._away, day, self._canvas.zone)

    @override
    def sizeHint(self) -> QSize:
        return QSize(360, self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas, tokens = self._canvas, tokens_of(self.palette())
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.hairline), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        column = (self.width() - _SCROLLBAR - canvas.gutter) / max(len(canvas.days), 1)
        today = canvas.now.astimezone(canvas.zone).date()
        for index, day in enumerate(canvas.days):
            place = QRectF(canvas.gutter + index * column, 0, column, _HEAD)
            self._day(painter, place, day, is_today=day == today)
            self._say_away(painter, QRectF(place.left() + 4, _HEAD - 4, column - 8, 16), day)
        self._zones(painter)
        painter.end()
        told = [". ".join(filter(None, [short_day(d), self.away_on(d)])) for d in canvas.days]
        self.setAccessibleDescription(", ".join(told))

    def _day(self, painter: QPainter, place: QRectF, day: date, *, is_today: bool) -> None:
        tokens = tokens_of(self.palette())
        painter.setFont(font(Size.SMALL, Weight.Medium))
        painter.setPen(QColor(tokens.accent_text if is_today else tokens.muted))
        centred = Qt.AlignmentFlag.AlignCenter
        painter.drawText(
            QRectF(place.left(), 8, place.width(), 16), centred, weekday_name(day.weekday())
        )
        number = QRectF(place.center().x() - 15, 26, 30, 30)
        if is_today:
            painter.setBrush(QColor(tokens.accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(number)
            painter.setPen(QColor(tokens.on_accent))
        else:
            weekend = day.weekday() >= _WEEKEND
            painter.setPen(QColor(tokens.muted if weekend else tokens.text))
        painter.setFont(font(Size.HEADING, Weight.DemiBold))
        painter.drawText(number, centred, str(day.day))

    def _say_away(self, painter: QPainter, place: QRectF, day: date) -> None:
        words = self.away_on(day)
        if words:
            painter.setFont(font(Size.SMALL))
            painter.setPen(QColor(tokens_of(self.palette()).warning))
            elide = Qt.TextElideMode.ElideRight
            shown = painter.fontMetrics().elidedText(words, elide, int(place.width()))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), as_tip(self.tip_at(event.pos().x())), self)
            return True
        return super().event(event)

    def tip_at(self, x: float) -> str:
        """Who is away on the day under this place."""
        canvas = self._canvas
        column = (self.width() - _SCROLLBAR - canvas.gutter) / max(len(canvas.days), 1)
        index = int((x - canvas.gutter) // column)
        return self.away_on(canvas.days[index]) if 0 <= index < len(canvas.days) else ""

    def _zones(self, painter: QPainter) -> None:
        canvas = self._canvas
        painter.setFont(font(Size.SMALL))
        painter.setPen(QColor(tokens_of(self.palette()).muted))
        zones = [zone for zone in (canvas.second_zone, canvas.zone) if zone]
        width = canvas.gutter / len(zones)
        for index, zone in enumerate(zones):
            place = QRectF(index * width, 34, width - 10, 16)
            aligned = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, aligned, offset_name(zone, canvas.now))
