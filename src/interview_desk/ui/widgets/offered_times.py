"""Free times that can be had with one press instead of one that is gone."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.ui.booking_words import moment_words
from interview_desk.ui.widgets.parts import button, emptied, row

# As many as stand beside each other in the booking form.
AT_MOST = 2


class OfferedTimes(QWidget):
    """One button for each time. Signals: `taken(object)` with the start of the one pressed."""

    taken = Signal(object)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._row = row(gap=8)
        self.setLayout(self._row)
        self.hide()

    def offer(self, times: Sequence[FreeTime]) -> None:
        """Offer these instead of what was offered; none for nothing."""
        emptied(self._row)
        for number, one in enumerate(times):
            made = button(moment_words(one.start, self._zone), name=f"offered-{number}")
            made.clicked.connect(partial(self.taken.emit, one.start))
            self._row.addWidget(made)
        self._row.addStretch()
        self.setVisible(bool(times))
