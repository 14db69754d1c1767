"""Something that was to be erased for good and could not be: why, and what can be done."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from interview_desk.services.erasing import FailedErasure
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, label, row

_NOT_THERE = "It was erased before, or never got there."
_WHY = {
    "interview": f"The team's server has no such interview. {_NOT_THERE}",
    "guest": f"The team's server has nothing about this guest. {_NOT_THERE}",
}
_NEXT = "If something of it is still shown, ask again; otherwise there is nothing left to do."


class FailedErasureCard(QFrame):
    """Signals: `asked_again(object)` and `left(object)` with the `FailedErasure`."""

    asked_again = Signal(object)
    left = Signal(object)

    def __init__(self, one: FailedErasure) -> None:
        super().__init__()
        self.setObjectName(f"not-erased-{one.id}")
        self.setAccessibleName(f"{one.name}, not erased")
        self.setProperty("kind", "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(label(one.name, weight=Weight.DemiBold, wrap=True))
        layout.addWidget(label(f"{_WHY[one.kind]} {_NEXT}", wrap=True))
        if one.said:
            words = f"The server says: {one.said}"
            layout.addWidget(label(words, size=Size.DETAIL, tone="muted", wrap=True))
        again = button("Ask again", name=f"erase-again-{one.id}")
        leave = button("Leave it", name=f"leave-erasure-{one.id}")
        for made, words in ((again, "Ask again"), (leave, "Leave it")):
            made.setAccessibleName(f"{words}: {one.name}")
        again.clicked.connect(partial(self.asked_again.emit, one))
        leave.clicked.connect(partial(self.left.emit, one))
        layout.addLayout(row(again, leave, None))
