"""Asks once more before a guest's no to being recorded erases what there is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from interview_desk.services.media import Recorded
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, label, row

_WIDTH = 440
_IN_A_TEAM = (
    "{what} will be erased for everybody in the team, ten minutes after its server hears of it. "
    "Until then a Yes keeps it; afterwards nobody can bring it back."
)
_ALONE = "{what} will be deleted from this desk at once."
_ELSEWHERE = "What Cal.com itself has recorded stays there: delete it at Cal.com."


class WithdrawalDialog(QDialog):
    """Says what goes when a guest no longer agrees.

    Signals: `agreed()`.
    """

    agreed = Signal()

    def __init__(self, name: str, recorded: Recorded, *, alone: bool, parent: QWidget) -> None:
        super().__init__(parent)
        title = f"{name} says no to being recorded?"
        self.setObjectName("withdrawal")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        keep = button("Leave it as it was", name="withdrawal-leave")
        really = button("They say no", name="withdrawal-really")
        # The harmless answer is the one that Enter gives.
        keep.setDefault(True)
        keep.clicked.connect(self.reject)
        really.clicked.connect(self._agree)
        words = (_ALONE if alone else _IN_A_TEAM).format(what=_what_goes(recorded))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(title, size=Size.TITLE, weight=Weight.DemiBold, wrap=True))
        layout.addWidget(label(words, wrap=True))
        if recorded.recordings:
            layout.addWidget(label(_ELSEWHERE, tone="muted", wrap=True))
        layout.addSpacing(4)
        layout.addLayout(row(keep, None, really))

    def _agree(self) -> None:
        self.agreed.emit()
        self.accept()


def _what_goes(recorded: Recorded) -> str:
    """`The transcript and the link to 2 recordings`."""
    texts, links = recorded.transcripts, recorded.recordings
    said = "the transcript" if texts == 1 else f"{texts} transcripts"
    linked = "the link to the recording" if links == 1 else f"the links to {links} recordings"
    words = " and ".join([*([said] if texts else []), *([linked] if links else [])])
    return f"{words[:1].upper()}{words[1:]}"
