"""A list of lines in groups: two rows of words each, painted, chosen by mouse or keyboard."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.widgets.interview_list import paint_ground
from interview_desk.ui.widgets.parts import Weight

_HEIGHT, _GROUP_HEIGHT = 56, 32
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class Line(NamedTuple):
    """One entry; `mark` stands at its right in `tone`. Without an id it heads a group."""

    id: str
    title: str
    below: str = ""
    mark: str = ""
    tone: str = "muted"


class LineModel(QAbstractListModel):
    """The lines of a list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Show these in place of what was there."""
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return tuple(self._lines)

    def line(self, index: _Index) -> Line | None:
        """The line at an index."""
        return self._lines[index.row()] if index.isValid() else None

    def row_of(self, line_id: str) -> int:
        """Where a line stands; -1 where it does not."""
        return next((row for row, one in enumerate(self._lines) if one.id == line_id), -1)

    @override
    def rowCount(self, parent: _Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._lines)

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        line = self.line(index)
        return super().flags(index) if line is not None and line.id else Qt.ItemFlag.NoItemFlags

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        line = self.line(index)
        if line is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        spoken = ", ".join(filter(None, [line.title, line.below, line.mark]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(spoken)
        return spoken if role == Qt.ItemDataRole.AccessibleTextRole else None


class LineList(QListView):
    """Signals: `chosen(str)` with the id of the line under the keyboard or mouse."""

    chosen = Signal(str)

    def __init__(self, *, name: str, spoken: str) -> None:
        super().__init__()
        self.rows = LineModel(self)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setModel(self.rows)
        self.setItemDelegate(_LineDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._showing = False
        self.selectionModel().currentChanged.connect(self._current_changed)

    def show_lines(self, lines: Sequence[Line], chosen: str | None) -> None:
        """Show these, standing on the chosen one where it is still there.

        Who stands there already is left where they have scrolled to.
        """
        if list(lines) == list(self.rows.lines):
            return
        before = self.rows.line(self.currentIndex())
        self._showing = True
        self.rows.show(lines)
        self._showing = False
        if chosen is not None and before is not None and before.id == chosen:
            self._stand_on(chosen)
        elif chosen is not None:
            self.choose(chosen)

    def choose(self, line_id: str) -> bool:
        """Stand on a line and show it; False where it is not in the list."""
        if not self._stand_on(line_id):
            return False
        self.scrollTo(self.currentIndex())
        return True

    def _stand_on(self, line_id: str) -> bool:
        row = self.rows.row_of(line_id)
        if row < 0:
            return False
        self.setAutoScroll(False)
        self.setCurrentIndex(self.rows.index(row))
        self.setAutoScroll(True)
        return True

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        line = self.rows.line(current)
        if line is not None and line.id and not self._showing:
            self.chosen.emit(line.id)


class _LineDelegate(QStyledItemDelegate):
    """Paints a line or the head of a group."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        model = index.model()
        line = model.line(index) if isinstance(model, LineModel) else None
        return QSize(240, _HEIGHT if line is not None and line.id else _GROUP_HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        line = model.line(index) if isinstance(model, LineModel) else None
        if line is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.id:
            paint_ground(painter, option)
            _paint_line(painter, option, line)
        else:
            _paint_group(painter, option, line)
        painter.restore()


def _paint_group(painter: QPainter, option: QStyleOptionViewItem, line: Line) -> None:
    tokens = tokens_of(option.palette)
    place = QRectF(option.rect).adjusted(16, 8, -16, 0)
    painter.setFont(font(Size.DETAIL, Weight.DemiBold))
    painter.setPen(QColor(tokens.muted))
    painter.drawText(place, _LEFT, line.title)
    painter.drawText(place, _RIGHT, line.mark)


def _paint_line(painter: QPainter, option: QStyleOptionViewItem, line: Line) -> None:
    tokens = tokens_of(option.palette)
    place = QRectF(option.rect).adjusted(16, 8, -16, -8)
    top = QRectF(place.left(), place.top(), place.width(), 20)
    small = font(Size.SMALL, Weight.Medium)
    painter.setFont(small)
    painter.setPen(QColor(tokens.names()[line.tone]))
    painter.drawText(top, _RIGHT, line.mark)
    taken = QFontMetricsF(small).horizontalAdvance(line.mark) + 12 if line.mark else 0
    for words, face, colour, room, down in (
        (line.title, font(Size.BODY, Weight.DemiBold), tokens.text, place.width() - taken, 0),
        (line.below, font(Size.DETAIL), tokens.muted, place.width(), 20),
    ):
        painter.setFont(face)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(face).elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(top.translated(0, down), _LEFT, shown)
