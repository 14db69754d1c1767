"""The palette: everything that can be found or done, by typing a little of it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.ui.models.palette_model import ENTRY, Choice, Line, PaletteModel
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.palette_paint import PaletteDelegate, height_of
from interview_desk.ui.widgets.parts import label

_WIDTH, _TOP, _MARGIN = 640, 56, 40
_TALLEST: Final = 440
_HINT = "Arrows to move \N{MIDDLE DOT} Enter to open \N{MIDDLE DOT} Esc to close"
_Index = QModelIndex | QPersistentModelIndex


class Palette(QFrame):
    """A field and what it finds, over the window; the focus stays in the field.

    Signals: `typed(str)` with what stands in the field, `left()` when it is closed.
    """

    typed = Signal(str)
    left = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._before: QWidget | None = None
        self.setObjectName("palette")
        self.setAccessibleName("Search and commands")
        self.setProperty("kind", "palette")
        self.field = QLineEdit()
        self.field.setObjectName("palette-field")
        self.field.setAccessibleName("Search interviews, people, notes and commands")
        self.field.setPlaceholderText("Search interviews, people, notes\N{HORIZONTAL ELLIPSIS}")
        self.field.setMaxLength(400)
        self.rows = PaletteModel(self)
        self.list = QListView()
        self._foot = label(_HINT, size=Size.DETAIL, tone="muted")
        self._foot.setObjectName("palette-foot")
        self._build()
        self.hide()

    def open(self, text: str = "") -> None:
        """Show it with this text, ready to be typed over."""
        if not self.isVisible():
            self._before = self._window.focusWidget()
        self.field.setText(text)
        self.show()
        self.raise_()
        self._place()
        self.field.setFocus()
        self.typed.emit(text)

    def leave(self) -> None:
        """Close it; the focus goes back to where it was."""
        if not self.isVisible():
            return
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        self.left.emit()

    def show_lines(self, lines: Sequence[Line], *, foot: str = "") -> None:
        """Show what was found; the first choice is the one Enter takes."""
        self.rows.show(lines)
        self._foot.setText(foot or _HINT)
        self._speak()
        self._step(1, start=-1)
        self._place()

    @property
    def current(self) -> Choice | None:
        """What Enter would take."""
        line = self.list.currentIndex().data(ENTRY)
        return line if isinstance(line, Choice) else None

    def _build(self) -> None:
        self.list.setObjectName("palette-list")
        self.list.setAccessibleName("Found")
        self.list.setModel(self.rows)
        self.list.setItemDelegate(PaletteDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._clicked)
        self._foot.setContentsMargins(12, 0, 12, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._foot)
        self.field.textEdited.connect(self.typed)
        self.field.installEventFilter(self)
        self._window.installEventFilter(self)

    def _place(self) -> None:
        width = min(_WIDTH, self._window.width() - 2 * _MARGIN)
        heights = (height_of(line) for line in self.rows.lines)
        tallest = min(_TALLEST, self._window.height() - 2 * _TOP - 96)
        listed = min(sum(heights), tallest)
        self.list.setFixedHeight(max(listed, 0))
        height = self.field.sizeHint().height() + listed + self._foot.sizeHint().height() + 40
        self.setGeometry(QRect((self._window.width() - width) // 2, _TOP, width, height))

    def _step(self, by: int, *, start: int | None = None) -> None:
        row = self.list.currentIndex().row() if start is None else start
        count = len(self.rows.lines)
        for _ in range(count):
            row = (row + by) % count
            if isinstance(self.rows.lines[row], Choice):
                self.list.setCurrentIndex(self.rows.index(row))
                # The heading above the first choice is seen with it.
                self.list.scrollTo(self.rows.index(max(row - 1, 0)))
                self.list.scrollTo(self.rows.index(row))
                self._speak()
                return

    def _speak(self) -> None:
        # The focus stays in the field, so the field says what Enter would take.
        choice = self.current
        self.field.setAccessibleDescription(choice.spoken if choice is not None else "")

    def _take(self) -> None:
        choice = self.current
        if choice is not None:
            self.leave()
            choice.act()

    def _clicked(self, index: QModelIndex) -> None:
        if isinstance(index.data(ENTRY), Choice):
            self.list.setCurrentIndex(index)
            self._take()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._place()
        elif isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._pressed(Qt.Key(event.key()))
        elif event.type() == QEvent.Type.FocusOut:
            self._look_away()
        return super().eventFilter(watched, event)

    def _look_away(self) -> None:
        # Another program in front, or a menu of the field, leaves it open.
        if self._window.focusWidget() not in (None, self.field):
            self.leave()

    def _pressed(self, key: Qt.Key) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Backtab: -1,
        }
        if key in steps:
            self._step(steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True
