"""The brush of the calendar's ground: hours, columns, free times, the now line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen

from interview_desk.domain.calendar_layout import minute_of_day
from interview_desk.ui.bridge.dates import clock_time
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of

WORK_FROM, WORK_TO = 8, 19
_WEEKEND = 5
_LINE = 15
# From the edge of an event to its words, and after them.
_BEFORE_WORDS, _AFTER_WORDS = 9, 4


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
        # Hairlines and fields are whole pixels: smoothing them costs and shows nothing.
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
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
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def free(self, places: Iterable[QRectF]) -> None:
        """Where the guest can be booked: a tint with a line on its left, under the events."""
        tint, edge = QColor(self._tokens.good_soft), QColor(self._tokens.good)
        for place in places:
            self._painter.fillRect(place, tint)
            self._painter.fillRect(QRectF(place.left(), place.top(), 2, place.height()), edge)

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

    @property
    def now_y(self) -> float:
        """How far down the ruler it is now."""
        return self._scene.now_y

    def now_line(self, words: Iterable[QRectF]) -> None:
        """A line over today with the time in the ruler, where it hides the hour's label.

        It leaves out `words`: struck through they would read as called off.
        """
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
        for start, end in around(left, left + scene.column, words):
            painter.drawLine(QPointF(start, y), QPointF(end, y))
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


def around(left: float, right: float, words: Iterable[QRectF]) -> Iterator[tuple[float, float]]:
    """What is left of a line after every word has its room."""
    for word in sorted(words, key=QRectF.left):
        if left <= word.right() and word.left() <= right:
            if left < word.left() - _BEFORE_WORDS:
                yield left, word.left() - _BEFORE_WORDS
            left = max(left, word.right() + _AFTER_WORDS)
    if left < right:
        yield left, right


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
