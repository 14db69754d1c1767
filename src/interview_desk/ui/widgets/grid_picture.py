"""The calendar's picture: measured once, painted often, and still while one event moves."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.calendar_layout import Box, Span, lay_out
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.theme.tokens import Tokens
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.grid_events import (
    EventSetter,
    PaintedEvent,
    paint_chosen,
    paint_event,
    paint_hovered,
    paint_picked,
)
from interview_desk.ui.widgets.grid_mover import label_lines, paint_label, span_of
from interview_desk.ui.widgets.grid_paint import GridPainter, Scene


class GridPicture:
    """Paints what a canvas holds."""

    def __init__(self, canvas: GridCanvas) -> None:
        self._canvas = canvas
        self._painted: list[PaintedEvent] | None = None
        self._still: QPixmap | None = None

    @property
    def _tokens(self) -> Tokens:
        return tokens_of(self._canvas.palette())

    def forget(self) -> None:
        """Something looks different now: measure and paint anew."""
        self._painted = self._still = None

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Everything within `area`."""
        canvas = self._canvas
        brush = self._ground(painter)
        brush.ground(area)
        brush.free(self._free_rects())
        brush.now_across()
        hovered = self._hovered_places()
        for painted in self.events():
            if painted.rect.intersects(area):
                paint_event(painter, painted)
                if painted.rect in hovered:
                    paint_hovered(painter, painted)
        if canvas.chosen is not None:
            for place in canvas.chosen_places():
                paint_chosen(painter, place, canvas.chosen, tokens=self._tokens, zone=canvas.zone)
        if canvas.picked_id is not None and canvas.hasFocus():
            paint_picked(painter, canvas.rect_of(canvas.picked_id), self._tokens.accent_text)
        brush.now_line(self._words_on(brush.now_y))

    def paint_moving(self, painter: QPainter, moving: Appointment, trouble: str) -> None:
        """One event on its way over everything that stands still."""
        canvas, tokens = self._canvas, self._tokens
        painter.drawPixmap(QPointF(0, 0), self._backdrop())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        setter = EventSetter(tokens, canvas.zone, canvas.now)
        boxes = lay_out([span_of(moving)], canvas.days, canvas.zone)
        rects = [canvas.place_of(box) for box in boxes]
        for rect in rects:
            paint_event(painter, setter.painted(rect, moving))
            paint_picked(painter, rect, tokens.bad if trouble else tokens.accent_text)
        if rects:
            lines = label_lines(moving, canvas.zone, trouble)
            paint_label(painter, tokens, beside=rects[0], lines=lines, trouble=bool(trouble))

    def _backdrop(self) -> QPixmap:
        if self._still is None:
            canvas = self._canvas
            ratio = canvas.devicePixelRatioF()
            self._still = QPixmap(canvas.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            painter = QPainter(self._still)
            self.paint(painter, QRectF(canvas.rect()))
            painter.end()
        return self._still

    def _ground(self, painter: QPainter) -> GridPainter:
        canvas = self._canvas
        scene = Scene(
            days=canvas.days,
            zone=canvas.zone,
            second_zone=canvas.second_zone,
            now=canvas.now,
            gutter=canvas.gutter,
            column=canvas.column_width(),
            hour_height=canvas.hour_height,
        )
        return GridPainter(painter, scene, palette=canvas.palette())

    def events(self) -> list[PaintedEvent]:
        """Every event as it is drawn, measured again only when something has changed."""
        if self._painted is None:
            canvas = self._canvas
            setter = EventSetter(self._tokens, canvas.zone, canvas.now)
            # The event one stands on is never hidden by its neighbours.
            ordered = sorted(canvas.boxes, key=lambda box: box.key == canvas.picked_id)
            rects = [canvas.place_of(box) for box in ordered]
            self._painted = [
                setter.painted(
                    rects[number], canvas.appointments[box.key], _covers(ordered, rects, number)
                )
                for number, box in enumerate(ordered)
            ]
        return self._painted

    def _hovered_places(self) -> list[QRectF]:
        canvas = self._canvas
        return [canvas.place_of(box) for box in canvas.boxes if box.key == canvas.hovered_id]

    def _words_on(self, y: float) -> list[QRectF]:
        """What is written at this height."""
        across = (one for one in self.events() if one.rect.top() <= y <= one.rect.bottom())
        words = (word for event in across for word in event.words)
        return [word.written() for word in words if word.place.top() <= y <= word.place.bottom()]

    def _free_rects(self) -> list[QRectF]:
        canvas = self._canvas
        spans = [Span(f"{start}", start, end) for start, end in canvas.free]
        column = canvas.column_width()
        return [
            QRectF(
                canvas.gutter + box.day * column + 1,
                canvas.y_of(box.top),
                column - 2,
                canvas.y_of(box.bottom - box.top),
            )
            for box in lay_out(spans, canvas.days, canvas.zone)
        ]


def _covers(ordered: Sequence[Box], rects: Sequence[QRectF], number: int) -> list[QRectF]:
    """What lies over an event; only its own day can."""
    day, rect = ordered[number].day, rects[number]
    return [
        rects[later]
        for later in range(number + 1, len(ordered))
        if ordered[later].day == day and rects[later].intersects(rect)
    ]
