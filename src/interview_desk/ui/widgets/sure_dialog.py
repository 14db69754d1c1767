"""Asks once more before something that cannot be taken back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, label, row

_WIDTH = 440


class SureDialog(QDialog):
    """Says what it means; Enter and Esc both leave everything as it is.

    Its buttons are called `name` with `-leave` and `-really`.
    Signals: `agreed()` when it shall be done, with the dialog gone.
    """

    agreed = Signal()

    def __init__(
        self, title: str, *words: str, name: str, leave: str, really: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        keep, go_on = button(leave, name=f"{name}-leave"), button(really, name=f"{name}-really")
        keep.setDefault(True)
        keep.setFocus()
        keep.clicked.connect(self.reject)
        go_on.clicked.connect(self._agree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(title, size=Size.TITLE, weight=Weight.DemiBold, wrap=True))
        for place, sentence in enumerate(words):
            layout.addWidget(label(sentence, tone="muted" if place else "", wrap=True))
        layout.addSpacing(4)
        layout.addLayout(row(keep, None, go_on))

    def _agree(self) -> None:
        self.accept()
        self.agreed.emit()
