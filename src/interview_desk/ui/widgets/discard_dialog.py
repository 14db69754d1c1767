"""Asks before what somebody typed is thrown away."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, label, row

_WIDTH = 360
_TITLE = "Throw away what you typed?"


class DiscardDialog(QDialog):
    """Enter and Esc both go back to what was typed.

    Signals: `agreed()` when it may go.
    """

    agreed = Signal()

    def __init__(self, *, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("discard")
        self.setWindowTitle(_TITLE)
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        keep = button("Go on typing", name="discard-not")
        really = button("Throw away", name="discard-really")
        keep.setDefault(True)
        keep.setFocus()
        keep.clicked.connect(self.reject)
        really.clicked.connect(self._agree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(_TITLE, size=Size.TITLE, weight=Weight.DemiBold, wrap=True))
        layout.addWidget(label("It has not been saved.", tone="muted", wrap=True))
        layout.addSpacing(4)
        layout.addLayout(row(None, keep, really))

    def _agree(self) -> None:
        self.accept()
        self.agreed.emit()
