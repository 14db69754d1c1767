"""A week with 500 events: repainting it, and following a drag, against the same shapes bare."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.interviews import Guest, Interview
from interview_desk.domain.status import Status
from interview_desk.ui.theme import STYLE, apply_theme
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.grid_picture import GridPicture
from tests.bench.table import row

EVENTS = 500
ROUNDS = 15
SIZE = (1040, 1345)
MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 18, 10, 48, tzinfo=UTC)
TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def appointments() -> list[Appointment]:
    """Five hundred in one week, many at once."""
    made = []
    for number in range(EVENTS):
        day, slot = number % 7, number // 7
        start = datetime(2026, 11, 16 + day, 6, tzinfo=UTC) + timedelta(minutes=10 * slot)
        interview = Interview(
            f"i{number}",
            f"Why company {number} left its tool",
            Status.SCHEDULED,
            start=start,
            end=start + timedelta(minutes=45),
        )
        guest = Guest(f"g{number}", interview.id, f"Guest {number}")
        made.append(Appointment(interview, guests=(guest,)))
    return made


def seconds(*paints: Callable[[], object]) -> list[float]:
    """The median of several rounds of each, in turn: what disturbs one disturbs the other."""
    taken: list[list[float]] = [[] for _ in paints]
    for _ in range(ROUNDS + 1):
        for number, paint in enumerate(paints):
            begin = time.perf_counter()
            paint()
            taken[number].append(time.perf_counter() - begin)
    return [statistics.median(one[1:]) for one in taken]


def bare(canvas: GridCanvas) -> Callable[[], None]:
    """The same rectangles and texts, handed to a painter without anything around them."""
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    events = GridPicture(canvas).events()

    def paint() -> None:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in events:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(one.ground)
            painter.drawRoundedRect(one.rim, 5, 5)
            painter.setPen(one.outline)
            painter.setBrush(one.fill)
            painter.drawRoundedRect(one.body, 4, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(one.edge_fill)
            painter.drawRoundedRect(one.edge, 1.5, 1.5)
            painter.setPen(one.ink)
            for place, text, drawn_with in one.words:
                painter.setFont(drawn_with)
                painter.drawText(place, TEXT, text)
        painter.end()

    return paint


def main() -> None:
    """Print the table's lines."""
    app = QApplication(["bench", *STYLE])
    apply_theme(app, "light")
    canvas = GridCanvas(ZoneInfo("Europe/Berlin"), GridPicture)
    canvas.resize(*SIZE)
    canvas.show_days([MONDAY + timedelta(days=n) for n in range(7)], appointments(), NOW)
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    area = QRectF(0, 0, *SIZE)

    def ours() -> None:
        painter = QPainter(image)
        canvas.picture.paint(painter, area)
        painter.end()

    def follow() -> None:
        painter = QPainter(image)
        moving = canvas.mover.moving
        assert moving is not None
        canvas.picture.paint_moving(painter, moving, "")
        painter.end()

    whole, floor = seconds(ours, bare(canvas))
    row("week with 500 events, repaint (ms)", whole * 1000, floor * 1000, 1.3)
    canvas.mover.may_move = lambda _: True
    first = canvas.shown[0]
    canvas.mover.take(first, canvas.rect_of(first.id).center())
    canvas.mover.drag(canvas.rect_of(first.id).center() + QPointF(0, 200))
    row("one step of a drag among 500 events (ms)", seconds(follow)[0] * 1000, floor * 1000, 0.3)


if __name__ == "__main__":
    main()
