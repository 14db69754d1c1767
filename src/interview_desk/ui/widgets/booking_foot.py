"""How the booking form ends: what went wrong, what can be had instead, Book and Cancel."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.ui.keyboard import has_keyboard
from interview_desk.ui.widgets.offered_times import OfferedTimes
from interview_desk.ui.widgets.parts import (
    button,
    column,
    label,
    pause,
    reason_line,
    resume,
    row,
    switch,
)

_NO_TIME = "Choose a time to book."


class BookingFoot(QWidget):
    """Signals: `booked()` and `cancelled()`; `taken(object)` with an offered start."""

    booked = Signal()
    cancelled = Signal()
    taken = Signal(object)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._trouble = label(tone="bad", wrap=True)
        self._trouble.hide()
        self._offered = OfferedTimes(zone)
        self._book = button("Book", name="book", kind="primary")
        self._why = reason_line(self._book)
        cancel = button("Cancel", name="cancel-booking")
        ends = row(self._why, None, cancel, self._book)
        # All the room that the buttons leave, where there is something to say.
        ends.setStretch(0, 100)
        layout = column(self._trouble, self._offered, ends, gap=8)
        layout.setContentsMargins(16, 10, 16, 14)
        self.setLayout(layout)
        self.ask_for_time(is_there=False)
        self._book.clicked.connect(self.booked)
        cancel.clicked.connect(self.cancelled)
        self._offered.taken.connect(self.taken)

    @property
    def may_book(self) -> bool:
        """Whether Book can be pressed."""
        return self._book.isEnabled()

    def ask_for_time(self, *, is_there: bool) -> None:
        """Book needs a time; who has pressed it in vain may press it again."""
        switch(self._book, "" if is_there else _NO_TIME, line=self._why)
        if is_there:
            resume(self._book)

    def wait(self) -> None:
        """Book has been pressed."""
        pause(self._book)

    def say(self, sentence: str, instead: Sequence[FreeTime] = ()) -> None:
        """What went wrong, with times that can be had instead; empty for nothing."""
        # What is offered goes with its buttons: the keyboard would go on to anything.
        if has_keyboard(self._offered):
            self._book.setFocus()
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))
        self._offered.offer(instead)
