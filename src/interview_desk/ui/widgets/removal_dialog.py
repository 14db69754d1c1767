"""Asks once more before somebody leaves the team."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, label, row

_WIDTH = 440
_MEANS = (
    "Their computers are signed out as soon as the team's server hears of it. What they wrote and "
    "rated stays with the team, and interviews they were assigned to need somebody else. They can "
    "be invited again."
)
_MEANS_FOR_ME = (
    "This desk and your other computers are signed out. What you wrote stays with the team; "
    "somebody else who runs it can invite you again."
)


class RemovalDialog(QDialog):
    """Says what it means that a member leaves.

    Signals: `agreed()`.
    """

    agreed = Signal()

    def __init__(self, name: str, *, is_me: bool, parent: QWidget) -> None:
        super().__init__(parent)
        title = "Leave the team?" if is_me else f"Take {name} out of the team?"
        self.setObjectName("removal")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        keep = button("Stay" if is_me else "Keep in the team", name="removal-leave")
        really = button("Leave" if is_me else "Take out", name="removal-really")
        # The harmless answer is the one that Enter gives.
        keep.setDefault(True)
        keep.clicked.connect(self.reject)
        really.clicked.connect(self._agree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(title, size=Size.TITLE, weight=Weight.DemiBold, wrap=True))
        layout.addWidget(label(_MEANS_FOR_ME if is_me else _MEANS, tone="muted", wrap=True))
        layout.addSpacing(4)
        layout.addLayout(row(keep, None, really))

    def _agree(self) -> None:
        self.agreed.emit()
        self.accept()
