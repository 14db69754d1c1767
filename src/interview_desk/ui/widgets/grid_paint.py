"""The brush of the calendar: hours, columns, events, the now line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.calendar_layout import minute_of_day
from interview_desk.ui.bridge.dates import clock_range, clock_time
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.widgets.event_look import EventLook, look_of, people_words

WORK_FROM, WORK_TO = 8, 19
_WEEKEND = 5
_LINE = 15
_RADIUS = 4
_EDGE = 3
_LEGIBLE = 28


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the painting depends on besides the events."""

    days: tuple[date, ...]
    zone: tzinfo
    second_zone: tzinfo | None
    now: datetime
    gutter: int
    column: float
    hour_height: int
    picked: str | None

    @property
    def today(self) -> int | None:
        """The column of today."""
        local = self.now.astimezone(self.zone).date()
        return self.days.index(local) if local in self.days else None

    @property
    def now_y(self) -> float:
        """How far down the ruler it is now."""
        return minute_of_day(self.now, self.zone) * self.hour_height / 60


class GridPainter:
    """Paints one scene in the theme of a palette."""

    def __init__(self, painter: QPainter, scene: Scene, *, palette: QPalette) -> None:
        self._painter = painter
        self._scene = scene
        self._tokens = tokens_of(palette)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def ground(self, area: QRectF) -> None:
        """Working hours, lines and rulers."""
        tokens, scene = self._tokens, self._scene
        right = scene.gutter + scene.column * len(scene.days)
        self._painter.fillRect(area, QColor(tokens.surface))
        for index, day in enumerate(scene.days):
            self._off_hours(index, whole_day=day.weekday() >= _WEEKEND)
        for hour in range(24):
            y = hour * scene.hour_height
            if hour:
                self._line(QPointF(scene.gutter - 4, y), QPointF(right, y), tokens.hairline)
            self._label_hour(hour)
        for index in range(len(scene.days)):
            x = scene.gutter + index * scene.column
            self._line(QPointF(x, area.top()), QPointF(x, area.bottom()), tokens.hairline)

    def event(self, rect: QRectF, appointment: Appointment, covers: Sequence[QRectF] = ()) -> None:
        """One event in its rectangle; its words keep clear of what `covers` it."""
        look = look_of(appointment, self._scene.now)
        self._body(rect, look)
        self._words(_Sheet(rect, tuple(covers)), appointment, look)
        if appointment.id == self._scene.picked:
            self._painter.setPen(QPen(QColor(self._tokens.accent_text), 2))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)

    def now_across(self) -> None:
        """The line under the events: full today, faint over the other days."""
        scene = self._scene
        if scene.today is not None:
            faint = QColor(self._tokens.now)
            faint.setAlpha(90)
            self._painter.setPen(QPen(faint, 1))
            right = scene.gutter + scene.column * len(scene.days)
            y, left = scene.now_y, scene.gutter + scene.today * scene.column
            self._painter.drawLine(QPointF(scene.gutter, y), QPointF(right, y))
            self._painter.setPen(QPen(QColor(self._tokens.now), 2))
            self._painter.drawLine(QPointF(left, y), QPointF(left + scene.column, y))

    def now_line(self) -> None:
        """A line over today with the time in the ruler, where it hides the hour's label."""
        scene, painter = self._scene, self._painter
        if scene.today is None:
            return
        y = scene.now_y
        colour = QColor(self._tokens.now)
        left = scene.gutter + scene.today * scene.column
        # Over an event the line is thin and faint: what is on now must stay readable.
        over = QColor(colour)
        over.setAlpha(120)
        painter.setPen(QPen(over, 1))
        painter.drawLine(QPointF(left, y), QPointF(left + scene.column, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(left, y), 4, 4)
        self._ruler_text(y, clock_time(scene.now, scene.zone), colour=self._tokens.now, bold=True)

    def _off_hours(self, index: int, *, whole_day: bool) -> None:
        scene = self._scene
        left, colour = scene.gutter + index * scene.column, QColor(self._tokens.off_hours)
        night = [(0, 24)] if whole_day else [(0, WORK_FROM), (WORK_TO, 24)]
        for first, last in night:
            height = (last - first) * scene.hour_height
            self._painter.fillRect(
                QRectF(left, first * scene.hour_height, scene.column, height), colour
            )

    def _label_hour(self, hour: int) -> None:
        scene = self._scene
        now = minute_of_day(scene.now, scene.zone) / 60
        hidden = scene.today is not None and abs(now - hour) * scene.hour_height < _LINE
        if not hour or not scene.days:
            return
        day = scene.days[scene.today or 0]
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=scene.zone)
        y = hour * scene.hour_height
        if not hidden:
            self._ruler_text(y, clock_time(moment, scene.zone), colour=self._tokens.muted)
        if scene.second_zone:
            words = clock_time(moment, scene.second_zone)
            self._ruler_text(y, words, colour=self._tokens.muted, shift=-scene.gutter / 2)

    def _ruler_text(
        self, y: float, words: str, *, colour: str, bold: bool = False, shift: float = 0
    ) -> None:
        weight = QFont.Weight.DemiBold if bold else QFont.Weight.Normal
        self._painter.setFont(font(Size.SMALL, weight))
        self._painter.setPen(QColor(colour))
        place = QRectF(0, y - 8, self._scene.gutter - 10 + shift, 16)
        self._painter.drawText(place, _RIGHT, words)

    def _line(self, start: QPointF, end: QPointF, colour: str) -> None:
        self._painter.setPen(QPen(QColor(colour), 1))
        self._painter.drawLine(start + QPointF(0.5, 0.5), end + QPointF(0.5, 0.5))

    def _body(self, rect: QRectF, look: EventLook) -> None:
        tokens, painter = self._tokens, self._painter
        colours = tokens.events[look.hue]
        hollow = look.tentative or look.struck
        fill = colours.past_fill if look.past else colours.fill
        edge = QColor(colours.past_edge if look.past else colours.edge)
        painter.setPen(Qt.PenStyle.NoPen)
        # A rim of the ground keeps events apart that lie over one another.
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)
        if hollow:
            style = Qt.PenStyle.DashLine if look.tentative else Qt.PenStyle.SolidLine
            painter.setPen(QPen(edge, 1, style))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        else:
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
        painter.drawRoundedRect(QRectF(rect.left(), rect.top(), _EDGE, rect.height()), 1.5, 1.5)

    def _words(self, sheet: "_Sheet", appointment: Appointment, look: EventLook) -> None:
        colours = self._tokens.events[look.hue]
        self._painter.setPen(QColor(colours.past_text if look.past else colours.text))
        most = min(2, max(sheet.lines - 1, 1))
        title = _wrapped(appointment.interview.title, sheet, most)
        for number, line in enumerate(title):
            self._write(sheet, number, line, _title_font(struck=look.struck))
        for number, line in enumerate(self._details(appointment, sheet, len(title)), len(title)):
            if number < sheet.lines and sheet.line(number).width() >= _LEGIBLE:
                self._write(sheet, number, line, font(Size.SMALL))

    def _write(self, sheet: "_Sheet", number: int, words: str, drawn_with: QFont) -> None:
        self._painter.setFont(drawn_with)
        self._painter.drawText(sheet.line(number), _LEFT, words)

    def _details(self, appointment: Appointment, sheet: "_Sheet", first: int) -> list[str]:
        start, end = appointment.interview.start, appointment.interview.end
        if start is None:
            return []
        metrics = QFontMetricsF(font(Size.SMALL))
        width = sheet.line(first).width()
        whole = clock_range(start, end, self._scene.zone) if end else ""
        fits = bool(whole) and metrics.horizontalAdvance(whole) <= width
        times = whole if fits else clock_time(start, self._scene.zone)
        elide = Qt.TextElideMode.ElideRight
        below = sheet.line(first + 1).width()
        people = metrics.elidedText(people_words(appointment), elide, below)
        return [metrics.elidedText(times, elide, width), *([people] if people else [])]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The lines of one event, each as wide as what lies over it leaves free."""

    rect: QRectF
    covers: tuple[QRectF, ...]

    @property
    def lines(self) -> int:
        return max(int((self.rect.height() - 2) // _LINE), 1)

    def line(self, number: int) -> QRectF:
        inner = self.rect.adjusted(_EDGE + 6, 4, -4, -2)
        top = inner.top() if self.lines > 1 else self.rect.center().y() - _LINE / 2
        place = QRectF(inner.left(), top + number * _LINE, inner.width(), _LINE)
        for cover in self.covers:
            if cover.intersects(place):
                place.setRight(max(min(place.right(), cover.left() - 3), place.left()))
        return place


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


@cache
def _title_font(*, struck: bool) -> QFont:
    made = QFont(font(Size.DETAIL, QFont.Weight.DemiBold))
    made.setStrikeOut(struck)
    return made


def _wrapped(text: str, sheet: _Sheet, most: int) -> list[str]:
    """`text` in at most `most` lines of the sheet, the last one shortened."""
    metrics = QFontMetricsF(_title_font(struck=False))
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        width = sheet.line(len(lines) - 1).width()
        if len(lines) < most and lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    elide = Qt.TextElideMode.ElideRight
    return [
        metrics.elidedText(line, elide, sheet.line(number).width())
        for number, line in enumerate(lines)
    ]
