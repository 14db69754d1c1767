"""What waits on me, one line each, pressed to get there."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from interview_desk.domain.agenda import Waiting, WaitingKind
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.parts import RowButton, Weight, column, emptied, label

_REASONS = {
    WaitingKind.ANSWER: "You are asked to take part",
    WaitingKind.NO_LEAD: "Nobody leads it yet",
    WaitingKind.OUTCOME: "Over: say how it ended",
    WaitingKind.REQUEST: "The guest asks for this time",
    WaitingKind.BOOKING: "Cal.com did not do what was asked",
    WaitingKind.MAIL: "A mail waits for your approval",
    WaitingKind.RATING: "Your ratings are missing",
    WaitingKind.ERASURE: "It could not be erased",
    WaitingKind.CONFLICTS: "Changed by two people",
}
_SHOWN_AT_MOST = 8


class WaitingList(QWidget):
    """Things only a person can settle.

    Signals: `chosen(object)` with what was pressed, a `Waiting`.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("waiting")
        self.setAccessibleName("Waiting on you")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    def show_waiting(self, waiting: Sequence[Waiting]) -> None:
        """Show these, most pressing first."""
        emptied(self._layout)
        if not waiting:
            self._layout.addWidget(label("Nothing waits on you.", size=Size.DETAIL, tone="muted"))
        for item in waiting[:_SHOWN_AT_MOST]:
            self._layout.addWidget(self._row(item))
        hidden = len(waiting) - _SHOWN_AT_MOST
        if hidden > 0:
            self._layout.addWidget(label(f"and {hidden} more", size=Size.DETAIL, tone="muted"))

    def _row(self, item: Waiting) -> RowButton:
        made = RowButton("card-row")
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        title = ElidedLabel(weight=Weight.Medium)
        title.setText(item.title)
        reason = item.reason or _REASONS[item.kind]
        if item.how_many > 1:
            reason = f"{reason} ({item.how_many})"
        # What does not fit ends in dots; the tooltip and the spoken name have it whole.
        made.setToolTip(as_tip(f"{item.title}\n{reason}"))
        made.setAccessibleName(f"{item.title}: {reason}")
        below = ElidedLabel(size=Size.DETAIL, tone="muted")
        below.setText(reason)
        lines = column(title, below, gap=0)
        lines.setContentsMargins(12, 6, 12, 8)
        made.setLayout(lines)
        made.clicked.connect(partial(self.chosen.emit, item))
        return made
