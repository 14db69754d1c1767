"""Labels, buttons and rules in the desk's sizes, so that pages only say what they show."""

from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from interview_desk.ui.overriding import override
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.icons import icon
from interview_desk.ui.theme.palette import tokens_of

Weight = QFont.Weight


# Also for names that are written from right to left: what belongs together starts on one line.
AT_THE_LEFT = (
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
)


def label(
    words: str = "",
    *,
    size: Size = Size.BODY,
    weight: Weight = Weight.Normal,
    tone: str = "",
    wrap: bool = False,
) -> QLabel:
    """A text that shows what it is given, never as markup."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(font(size, weight))
    made.setWordWrap(wrap)
    made.setAlignment(AT_THE_LEFT)
    if tone:
        made.setProperty("tone", tone)
    return made


def heading(words: str = "") -> QLabel:
    """The small title over a group."""
    return label(words, size=Size.DETAIL, weight=Weight.DemiBold, tone="muted")


def pill(words: str = "", *, tone: str = "plain") -> QLabel:
    """A word on a tinted ground; keeps its own height in any row."""
    made = label(words, size=Size.SMALL, weight=Weight.Medium)
    made.setProperty("pill", tone)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


def set_tone(widget: QWidget, *, name: str, tone: str) -> None:
    """Change the property a style rule looks at, and have the rule looked up again."""
    if widget.property(name) == tone:
        return
    widget.setProperty(name, tone)
    # By way of `style()` the whole of QStyle would be loaded; taking back a sheet that is not there
    # does nothing, so one that says nothing comes and goes.
    widget.setStyleSheet("* {}")
    widget.setStyleSheet("")


def button(words: str, *, name: str, kind: str = "") -> QPushButton:
    """A button; `kind` is primary, quiet, link or empty."""
    made = QPushButton(words)
    made.setObjectName(name)
    made.setAccessibleName(words)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setAutoDefault(True)  # Enter presses it, too
    if kind:
        made.setProperty("kind", kind)
    return made


def reason_line(pressed: QPushButton) -> QLabel:
    """The line in which stands why a button is off; hidden while it is not."""
    made = label(size=Size.DETAIL, tone="muted", wrap=True)
    made.setObjectName(f"why-{pressed.objectName()}")
    made.hide()
    return made


def switch(pressed: QPushButton, reason: str, *, line: QLabel | None = None, tip: str = "") -> None:
    """Let a button be pressed where there is no reason against it, and say the reason.

    It is in `line`, where the screen reader tells of the button, and under the mouse, where else
    there is `tip`.
    """
    pressed.setEnabled(not reason)
    pressed.setToolTip(as_tip(reason or tip))
    pressed.setAccessibleDescription(reason)
    if line is not None:
        line.setText(reason)
        line.setVisible(bool(reason))


def pause(pressed: QPushButton) -> None:
    """Turn a button off while what it began is done; `resume` gives it the keyboard back.

    Qt would leave the keyboard with whatever comes next in the window.
    """
    window = pressed.window()
    had_keyboard = window.focusWidget() is pressed
    pressed.setEnabled(False)
    pressed.setProperty("had_keyboard", had_keyboard)
    pressed.setProperty("went_to", window.focusWidget())


def resume(pressed: QPushButton) -> None:
    """Let a paused button be pressed again; who went on elsewhere meanwhile keeps the keyboard."""
    pressed.setEnabled(True)
    here = pressed.window().focusWidget()
    if pressed.property("had_keyboard") and here in {None, pressed.property("went_to")}:
        pressed.setFocus()
    pressed.setProperty("had_keyboard", False)  # noqa: FBT003  - Qt's own signature


def rule(*, upright: bool = False) -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("kind", "rule")
    if upright:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


def row(*items: QWidget | QLayout | None, gap: int = 8) -> QHBoxLayout:
    """Items side by side; None takes the room that is left."""
    return _filled(QHBoxLayout(), items, gap)


def column(*items: QWidget | QLayout | None, gap: int = 8) -> QVBoxLayout:
    """Items below each other; None takes the room that is left."""
    return _filled(QVBoxLayout(), items, gap)


_Box = TypeVar("_Box", bound=QBoxLayout)


def _filled(layout: _Box, items: tuple[QWidget | QLayout | None, ...], gap: int) -> _Box:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)
    return layout


def scrolled_down(content: QLayout, *, ground: str = "", sideways: bool = False) -> QScrollArea:
    """`content` in a column of its own: as wide as there is room, and scrolled.

    `ground` is surface, window or empty; `sideways` for what a narrow window may not hold.
    """
    inner = QWidget()
    inner.setLayout(content)
    if ground:
        inner.setProperty("ground", ground)
    made = QScrollArea()
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setWidgetResizable(True)
    if not sideways:
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidget(inner)
    return made


def hide_unless(widget: QWidget, *, wanted: bool) -> None:
    """Take a widget away that is not wanted.

    One that is must not be told to show before it has a parent: it would open as a window.
    """
    if not wanted:
        widget.hide()


def emptied(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            emptied(inner)


class RowButton(QPushButton):
    """A whole row that can be pressed; as high as what is laid out in it."""

    def __init__(self, kind: str = "row") -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoDefault(True)

    @override
    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, self.sizeHint().height())


class EnterButton(QToolButton):
    """A tool button that Enter presses like any other."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)


class IconButton(EnterButton):
    """A quiet button with an icon that keeps the colour of the theme."""

    def __init__(self, icon_name: str, words: str, *, name: str) -> None:
        super().__init__()
        self._icon_name = icon_name
        self.setObjectName(name)
        self.setProperty("kind", "quiet")
        self.setToolTip(as_tip(words))
        self.setAccessibleName(words)
        self.setIconSize(QSize(18, 18))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._icon_name, tokens_of(self.palette()).muted))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
