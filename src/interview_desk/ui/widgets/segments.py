"""Views beside each other, one of which is shown: buttons that look like one."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from interview_desk.ui.widgets.parts import EnterButton, row


class Segments(QWidget):
    """Signals: `chosen(str)` with the key of a view."""

    chosen = Signal(str)

    def __init__(self, views: Mapping[str, str], *, name: str) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, EnterButton] = {}
        for number, (key, words) in enumerate(views.items()):
            one = EnterButton()
            one.setObjectName(f"{name}-{key}")
            one.setText(words)
            one.setAccessibleName(words)
            one.setCheckable(True)
            one.setProperty("kind", "segment")
            one.setProperty("place", {0: "first", len(views) - 1: "last"}.get(number, ""))
            one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            one.clicked.connect(partial(self.chosen.emit, key))
            self._group.addButton(one)
            self._buttons[key] = one
        self.setLayout(row(*self._buttons.values(), None, gap=0))

    def choose(self, key: str) -> None:
        """Mark a view as the one shown."""
        self._buttons[key].setChecked(True)

    def say(self, key: str, words: str) -> None:
        """Let a button say this."""
        self._buttons[key].setText(words)
        self._buttons[key].setAccessibleName(words)
