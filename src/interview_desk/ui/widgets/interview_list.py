"""The list of interviews: two lines each, painted."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)
from typing_extensions import override

from interview_desk.domain.status import Status
from interview_desk.services.agenda import InterviewRow
from interview_desk.ui.models.interview_model import MARK, InterviewModel, row_people
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.widgets.event_look import status_tone, status_words
from interview_desk.ui.widgets.parts import Weight

_HEIGHT = 56
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_OFF = frozenset({Status.CANCELLED, Status.DECLINED})
_Index = QModelIndex | QPersistentModelIndex


class InterviewList(QListView):
    """All interviews.

    Signals: `chosen(str)` with the interview under the keyboard or mouse.
    """

    chosen = Signal(str)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self.rows = InterviewModel(zone, self)
        # Somebody wants to see it, and it is not in the list yet.
        self._awaited: str | None = None
        self.setObjectName("interview-list")
        self.setAccessibleName("Interviews")
        self.setModel(self.rows)
        self.setItemDelegate(InterviewDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        # All rows are alike: without asking each, ten thousand open at once.
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.selectionModel().currentChanged.connect(self._current_changed)

    def choose(self, interview_id: str) -> bool:
        """Stand on an interview and show it; False where it is not in the list."""
        if not self._stand_on(interview_id):
            return False
        self.scrollTo(self.currentIndex())
        return True

    def reveal(self, interview_id: str) -> bool:
        """Choose an interview now, or as soon as the list has it; whether it is there already."""
        found = self.choose(interview_id)
        self._awaited = None if found else interview_id
        return found

    def show_rows(
        self, rows: Sequence[InterviewRow], *, has_more: bool, standing_on: str | None
    ) -> None:
        """Show these; nobody who looks at some of them is led away from there."""
        self.rows.show(rows, has_more=has_more)
        if standing_on is not None and standing_on == self._awaited:
            self.reveal(standing_on)
        elif standing_on is not None:
            self._stand_on(standing_on)

    def _stand_on(self, interview_id: str) -> bool:
        """Stand on an interview, wherever the list is scrolled to; False where it is not there."""
        row = self.rows.row_of(interview_id)
        if row < 0:
            return False
        self.setAutoScroll(False)
        self.setCurrentIndex(self.rows.index(row))
        self.setAutoScroll(True)
        return True

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.rows.row(current)
        if row is not None:
            self.chosen.emit(row.interview.id)


class InterviewDelegate(QStyledItemDelegate):
    """Paints a row."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(240, _HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        if not isinstance(model, InterviewModel) or (row := model.row(index)) is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option)
        taken = _mark(painter, option) if model.is_marked(row) else 0.0
        _words(painter, option, row, (model.when(row), taken))
        painter.restore()


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """What lies under a row: chosen, under the mouse, or under the keyboard."""
    tokens = tokens_of(option.palette)
    inside = QRectF(option.rect).adjusted(4, 2, -4, -2)
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(QColor(tokens.accent_soft))
        painter.drawRoundedRect(inside, 6, 6)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(tokens.hover))
        painter.drawRoundedRect(inside, 6, 6)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent_text), 2))
        painter.drawRoundedRect(inside, 6, 6)


def _words(
    painter: QPainter, option: QStyleOptionViewItem, row: InterviewRow, below: tuple[str, float]
) -> None:
    when, marked = below
    tokens = tokens_of(option.palette)
    place = QRectF(option.rect).adjusted(16, 8, -16, -8)
    status = row.interview.status
    small = font(Size.SMALL, Weight.Medium)
    tone = {"accent": "accent_text", "plain": "muted"}.get(status_tone(status), status_tone(status))
    painter.setFont(small)
    painter.setPen(QColor(tokens.names()[tone]))
    top = QRectF(place.left(), place.top(), place.width(), 20)
    painter.drawText(top, _RIGHT, status_words(status))
    taken = QFontMetricsF(small).horizontalAdvance(status_words(status)) + 12
    title = QFont(font(Size.BODY, Weight.DemiBold))
    title.setStrikeOut(status in _OFF)
    details = font(Size.DETAIL)
    elide = Qt.TextElideMode.ElideRight
    painter.setFont(title)
    painter.setPen(QColor(tokens.muted if status in _OFF else tokens.text))
    words = QFontMetricsF(title).elidedText(row.interview.title, elide, place.width() - taken)
    painter.drawText(top, _LEFT, words)
    painter.setFont(details)
    painter.setPen(QColor(tokens.muted))
    said = " \N{MIDDLE DOT} ".join(part for part in (when, row_people(row)) if part)
    room = place.width() - marked
    painter.drawText(
        top.translated(0, 20), _LEFT, QFontMetricsF(details).elidedText(said, elide, room)
    )


def _mark(painter: QPainter, option: QStyleOptionViewItem) -> float:
    """Paint that there are two versions; how much of the line it takes."""
    place = QRectF(option.rect).adjusted(16, 8, -16, -8)
    small = font(Size.SMALL, Weight.Medium)
    line = QRectF(place.left(), place.top() + 20, place.width(), 20)
    ground = QRectF(line)
    ground.setLeft(line.right() - QFontMetricsF(small).horizontalAdvance(MARK) - 16)
    tokens = tokens_of(option.palette)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.warning_soft))
    painter.drawRoundedRect(ground.adjusted(0, 1, 0, -1), 8, 8)
    painter.setFont(small)
    painter.setPen(QColor(tokens.warning))
    painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, MARK)
    return ground.width() + 8
