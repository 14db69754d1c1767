"""The events of the calendar, measured once and painted often.

Wrapping and shortening words costs ten times what drawing them does, so it is done when something
changes and not with each repaint.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from interview_desk.domain.agenda import Appointment
from interview_desk.ui.booking_words import asked_words
from interview_desk.ui.bridge.dates import clock_range, clock_time
from interview_desk.ui.models.agenda_model import ChosenTime
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.tokens import Tokens
from interview_desk.ui.widgets.event_look import EventLook, look_of, people_words

_LINE = 15
_RADIUS = 4
_EDGE = 3
_LEGIBLE = 28
_AT_MOST = 2
_NOT_YET = "Not booked yet"
_ELIDED = Qt.TextElideMode.ElideRight
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class Words(NamedTuple):
    """One line of an event where it is drawn."""

    place: QRectF
    text: str
    font: QFont

    def written(self) -> QRectF:
        """As much of its place as the text takes."""
        width = QFontMetricsF(self.font).horizontalAdvance(self.text)
        return QRectF(self.place.left(), self.place.top(), width, self.place.height())


class PaintedEvent(NamedTuple):
    """All that is drawn for one event."""

    rect: QRectF
    rim: QRectF
    ground: QBrush
    outline: QPen
    body: QRectF
    fill: QBrush
    edge: QRectF
    edge_fill: QBrush
    ink: QPen
    words: tuple[Words, ...]


class EventSetter:
    """Sets the words and colours of events in one zone and theme."""

    def __init__(self, tokens: Tokens, zone: tzinfo, now: datetime) -> None:
        self._tokens = tokens
        self._zone = zone
        self._now = now

    def painted(
        self, rect: QRectF, appointment: Appointment, covers: Sequence[QRectF] = ()
    ) -> PaintedEvent:
        """The event in its rectangle; its words keep clear of what `covers` it."""
        look = look_of(appointment, self._now)
        tokens, colours = self._tokens, self._tokens.events[look.hue]
        edge = QColor(colours.past_edge if look.past else colours.edge)
        hollow = look.tentative or look.struck
        style = Qt.PenStyle.DashLine if look.tentative else Qt.PenStyle.SolidLine
        fill = tokens.surface if hollow else colours.past_fill if look.past else colours.fill
        return PaintedEvent(
            rect=rect,
            # A rim of the ground keeps events apart that lie over one another.
            rim=rect.adjusted(-1, -1, 1, 1),
            ground=QBrush(QColor(tokens.surface)),
            outline=QPen(edge, 1, style) if hollow else QPen(Qt.PenStyle.NoPen),
            body=rect.adjusted(0.5, 0.5, -0.5, -0.5) if hollow else rect,
            fill=QBrush(QColor(fill)),
            edge=QRectF(rect.left(), rect.top(), _EDGE, rect.height()),
            edge_fill=QBrush(edge),
            ink=QPen(QColor(colours.past_text if look.past else colours.text)),
            words=self._words(_Sheet(rect, tuple(covers)), appointment, look),
        )

    def _words(
        self, sheet: "_Sheet", appointment: Appointment, look: EventLook
    ) -> tuple[Words, ...]:
        most = min(_AT_MOST, max(sheet.lines - 1, 1))
        title = _wrapped(appointment.interview.title, sheet, most)
        drawn_with = _title_font(struck=look.struck)
        found = [Words(sheet.line(number), line, drawn_with) for number, line in enumerate(title)]
        details = self._details(appointment, look, sheet, len(title))
        for number, line in enumerate(details, len(title)):
            place = sheet.line(number)
            if number < sheet.lines and place.width() >= _LEGIBLE:
                found.append(Words(place, line, font(Size.SMALL)))
        return tuple(found)

    def _details(
        self, appointment: Appointment, look: EventLook, sheet: "_Sheet", first: int
    ) -> list[str]:
        start, end = appointment.interview.start, appointment.interview.end
        if start is None:
            return []
        metrics = _detail_metrics()
        width = sheet.line(first).width()
        whole = clock_range(start, end, self._zone) if end else ""
        fits = bool(whole) and metrics.horizontalAdvance(whole) <= width
        lines = [whole if fits else clock_time(start, self._zone)]
        if look.pending and appointment.asked is not None:
            lines.append(asked_words(appointment.asked))
        lines.append(people_words(appointment))
        return [
            metrics.elidedText(line, _ELIDED, sheet.line(first + number).width())
            for number, line in enumerate(filter(None, lines))
        ]


def paint_event(painter: QPainter, event: PaintedEvent) -> None:
    """Draw what was set."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(event.ground)
    painter.drawRoundedRect(event.rim, _RADIUS + 1, _RADIUS + 1)
    painter.setPen(event.outline)
    painter.setBrush(event.fill)
    painter.drawRoundedRect(event.body, _RADIUS, _RADIUS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(event.edge_fill)
    painter.drawRoundedRect(event.edge, 1.5, 1.5)
    painter.setPen(event.ink)
    for place, text, drawn_with in event.words:
        painter.setFont(drawn_with)
        painter.drawText(place, _LEFT, text)


def paint_hovered(painter: QPainter, event: PaintedEvent) -> None:
    """The line around the event under the mouse; one that has a line has a stronger one."""
    pen = QPen(event.outline)
    pen.setWidth(2)
    has_line = pen.style() is not Qt.PenStyle.NoPen
    painter.setPen(pen if has_line else QPen(event.edge_fill, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(event.rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)


def paint_chosen(
    painter: QPainter, rect: QRectF, chosen: ChosenTime, *, tokens: Tokens, zone: tzinfo
) -> None:
    """The time that is about to be booked: dashed, over what is on then."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)
    painter.setPen(QPen(QColor(tokens.accent_text), 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(QColor(tokens.accent_soft))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
    painter.setPen(QColor(tokens.text))
    sheet = _Sheet(rect, ())
    whole, begin = clock_range(chosen.start, chosen.end, zone), clock_time(chosen.start, zone)
    fits = _title_metrics().horizontalAdvance(whole) <= sheet.line(0).width()
    said = (whole if fits else begin, chosen.title, _NOT_YET)
    for number, words in enumerate(said[: sheet.lines]):
        drawn_with = font(Size.SMALL) if number else _title_font(struck=False)
        place = sheet.line(number)
        painter.setFont(drawn_with)
        elided = QFontMetricsF(drawn_with).elidedText(words, _ELIDED, place.width())
        painter.drawText(place, _LEFT, elided)


def paint_picked(painter: QPainter, rect: QRectF, colour: str) -> None:
    """The frame around the event the keyboard stands on."""
    painter.setPen(QPen(QColor(colour), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)


class _Sheet:
    """The lines of one event, each as wide as what lies over it leaves free."""

    def __init__(self, rect: QRectF, covers: Sequence[QRectF]) -> None:
        self._rect = rect
        self._covers = covers
        self._inner = rect.adjusted(_EDGE + 6, 4, -4, -2)
        self.lines = max(int((rect.height() - 2) // _LINE), 1)

    def line(self, number: int) -> QRectF:
        """Where a line stands."""
        top = self._inner.top() if self.lines > 1 else self._rect.center().y() - _LINE / 2
        place = QRectF(self._inner.left(), top + number * _LINE, self._inner.width(), _LINE)
        for cover in self._covers:
            if cover.intersects(place):
                place.setRight(max(min(place.right(), cover.left() - 3), place.left()))
        return place


@cache
def _title_font(*, struck: bool) -> QFont:
    made = QFont(font(Size.DETAIL, QFont.Weight.DemiBold))
    made.setStrikeOut(struck)
    return made


@cache
def _title_metrics() -> QFontMetricsF:
    return QFontMetricsF(_title_font(struck=False))


@cache
def _detail_metrics() -> QFontMetricsF:
    return QFontMetricsF(font(Size.SMALL))


def _wrapped(text: str, sheet: _Sheet, most: int) -> list[str]:
    """`text` in at most `most` lines of the sheet, the last one shortened."""
    metrics = _title_metrics()
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        width = sheet.line(len(lines) - 1).width()
        if len(lines) < most and lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [
        metrics.elidedText(line, _ELIDED, sheet.line(number).width())
        for number, line in enumerate(lines)
    ]
