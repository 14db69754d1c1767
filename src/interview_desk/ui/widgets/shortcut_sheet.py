"""The shortcuts of the window on one sheet."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, label, row

KEYS = (
    ("Ctrl+J", "Join what is next"),
    ("Ctrl+N", "New interview"),
    ("Ctrl+1 \N{HORIZONTAL ELLIPSIS} 5", "Today, Calendar, Interviews, Follow-ups, Team"),
    ("Ctrl+,", "Settings"),
    ("Ctrl+K  or  /", "Search, and every command"),
    ("T", "Calendar: today"),
    ("D, W, Shift+W, A", "Calendar: day, week, work week, agenda"),
    ("Page Up, Page Down", "Calendar: back, on"),
    ("Arrows, Enter", "Calendar: walk the events, open one"),
    ("M", "Calendar: move an event with the arrows; Enter drops it"),
    ("Ctrl+Z", "Take back what was asked of Cal.com"),
    ("Ctrl+B", "Narrow or widen the side bar"),
    ("?", "This sheet"),
)


class ShortcutSheet(QDialog):
    """Keys and what they do."""

    def __init__(self, keys: Sequence[tuple[str, str]], *, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("shortcuts")
        self.setWindowTitle("Shortcuts")
        self.setMinimumWidth(360)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        for number, (key, words) in enumerate(keys):
            grid.addWidget(label(key, weight=Weight.DemiBold), number, 0)
            grid.addWidget(label(words), number, 1)
        grid.setColumnStretch(1, 1)
        close = button("Close", name="close-shortcuts")
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addWidget(label("Shortcuts", size=Size.TITLE, weight=Weight.DemiBold))
        layout.addLayout(grid)
        layout.addLayout(row(None, close))
