"""The left side: the stages, how long each may take, and which are covered."""

from collections.abc import Mapping
from datetime import timedelta

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from interview_desk.domain.guides import Guide
from interview_desk.domain.stage_timers import Pace, StageTimer
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.theme.tokens import Tokens
from interview_desk.ui.widgets.parts import Weight

_ROW = 48
_CHECK_LEFT, _CHECK, _TEXT_LEFT, _RIGHT = 16, 16, 44, 16
_KEY = Qt.ItemDataRole.UserRole + 1
_TIMER = Qt.ItemDataRole.UserRole + 2
_Index = QModelIndex | QPersistentModelIndex
_PACE_WORDS = {Pace.OVER: "over its time", Pace.WELL_OVER: "well over its time"}


class StageList(QListView):
    """The stages, top to bottom; any of them can be chosen at any time.

    Signals: `stage_chosen(str)` with a stage's key; `covered_changed(str, bool)` when a check mark
    was set or taken away.
    """

    stage_chosen = Signal(str)
    covered_changed = Signal(str, bool)

    def __init__(self, guide: Guide, *, checkable: bool) -> None:
        super().__init__()
        self._showing = False
        self._stages = QStandardItemModel(self)
        self.setObjectName("capture-stages")
        self.setAccessibleName("Stages of the interview")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(StageDelegate(self))
        for stage in guide.stages:
            item = QStandardItem(stage.title)
            item.setData(stage.key, _KEY)
            item.setToolTip(as_tip(stage.goal))
            item.setCheckable(checkable)
            self._stages.appendRow(item)
        self.setModel(self._stages)
        self._stages.itemChanged.connect(self._item_changed)
        self.selectionModel().currentChanged.connect(self._current_changed)

    def show_state(
        self, current: str, timers: Mapping[str, StageTimer], covered: frozenset[str]
    ) -> None:
        """Show where the conversation is, how the time stands, and what is checked off."""
        self._showing = True
        for item in self._items():
            key = item.data(_KEY)
            checked = Qt.CheckState.Checked if key in covered else Qt.CheckState.Unchecked
            item.setCheckState(checked)
            item.setData(timers[key], _TIMER)
            spoken = _spoken(item.text(), timers[key], covered=key in covered)
            item.setData(spoken, Qt.ItemDataRole.AccessibleTextRole)
            if key == current:
                self.setCurrentIndex(item.index())
        self._showing = False

    def step(self, by: int) -> None:
        """Go some stages further or back, staying inside the guide."""
        row = self.currentIndex().row() + by
        self.setCurrentIndex(self._stages.index(max(0, min(row, self._stages.rowCount() - 1)), 0))

    def _items(self) -> list[QStandardItem]:
        return [self._stages.item(row) for row in range(self._stages.rowCount())]

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._showing and current.isValid():
            self.stage_chosen.emit(current.data(_KEY))

    def _item_changed(self, item: QStandardItem) -> None:
        if not self._showing:
            self.covered_changed.emit(item.data(_KEY), item.checkState() is Qt.CheckState.Checked)


class StageDelegate(QStyledItemDelegate):
    """Paints one stage: check mark, title, time, and a hairline that fills."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, _ROW)

    @override
    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        if not index.flags() & Qt.ItemFlag.ItemIsUserCheckable or not _checks(event, option):
            return False
        checked = Qt.CheckState.Unchecked if _is_checked(index) else Qt.CheckState.Checked
        return model.setData(index, checked.value, Qt.ItemDataRole.CheckStateRole)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        widget: QWidget = option.widget
        area = QRectF(option.rect)
        state = option.state
        tokens = tokens_of(widget.palette())
        current = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, area, tokens, current=current)
        _paint_check(painter, area, tokens, checked=_is_checked(index))
        _paint_words(painter, area, tokens, index=index, current=current)
        if state & QStyle.StateFlag.State_HasFocus and widget.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent_text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(5, 3, -5, -3), 6, 6)
        painter.restore()


def _checks(event: QEvent, option: QStyleOptionViewItem) -> bool:
    """Whether the person pressed Space, or clicked where the check mark is painted."""
    if isinstance(event, QKeyEvent):
        return event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
    if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
        return event.position().x() < option.rect.left() + _TEXT_LEFT
    return False


def _paint_ground(painter: QPainter, area: QRectF, tokens: Tokens, *, current: bool) -> None:
    if not current:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent_soft))
    painter.drawRoundedRect(area.adjusted(4, 2, -4, -2), 6, 6)


def _paint_check(painter: QPainter, area: QRectF, tokens: Tokens, *, checked: bool) -> None:
    circle = QRectF(area.left() + _CHECK_LEFT, area.center().y() - _CHECK / 2, _CHECK, _CHECK)
    painter.setBrush(QColor(tokens.good) if checked else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.good if checked else tokens.muted), 1.5))
    painter.drawEllipse(circle)
    if checked:
        painter.setPen(QPen(QColor(tokens.surface), 2))
        x, y = circle.left(), circle.top()
        painter.drawPolyline(
            [QPointF(x + 4, y + 8), QPointF(x + 7, y + 11), QPointF(x + 12, y + 5)]
        )


def _paint_words(
    painter: QPainter, area: QRectF, tokens: Tokens, *, index: _Index, current: bool
) -> None:
    timer = index.data(_TIMER)
    words = area.adjusted(_TEXT_LEFT, 8, -_RIGHT, -22 if _is_timed(timer) else -8)
    painter.setFont(font(Size.BODY, Weight.DemiBold if current else Weight.Normal))
    painter.setPen(QColor(tokens.text))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    shown = painter.fontMetrics().elidedText(
        index.data(), Qt.TextElideMode.ElideRight, int(words.width())
    )
    painter.drawText(words, left, shown)
    if not _is_timed(timer):
        return
    colour = QColor(_pace_colour(timer.pace, tokens))
    painter.setFont(font(Size.SMALL))
    painter.setPen(colour)
    below = area.adjusted(_TEXT_LEFT, 26, -_RIGHT, -6)
    painter.drawText(below, left, _time_words(timer))
    track = QRectF(below.left() + 92, area.center().y() + 8, below.width() - 92, 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.hairline_strong))
    painter.drawRoundedRect(track, 1.5, 1.5)
    share = min(timer.share, 1.0)
    if share:
        fill = tokens.accent if timer.pace is Pace.ON_TIME else colour
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(track.adjusted(0, 0, -track.width() * (1 - share), 0), 1.5, 1.5)


def _is_checked(index: _Index) -> bool:
    return Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole) or 0) is Qt.CheckState.Checked


def _is_timed(timer: StageTimer | None) -> bool:
    return timer is not None and timer.pace is not Pace.UNTIMED


def _pace_colour(pace: Pace, tokens: Tokens) -> str:
    return {Pace.OVER: tokens.warning, Pace.WELL_OVER: tokens.bad}.get(pace, tokens.muted)


def _time_words(timer: StageTimer) -> str:
    allotted = (timer.allotted or timedelta()) / timedelta(minutes=1)
    spent = int(timer.spent / timedelta(minutes=1))
    return f"{spent} of {allotted:.0f} min" if timer.spent else f"{allotted:.0f} min"


def _spoken(title: str, timer: StageTimer, *, covered: bool) -> str:
    words = [title, "covered" if covered else "not covered"]
    if _is_timed(timer):
        words.append(_time_words(timer))
    if timer.pace in _PACE_WORDS:
        words.append(_PACE_WORDS[timer.pace])
    return ", ".join(words)
