"""One interview's booking at Cal.com: what is asked of it, and what can be asked."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QGridLayout, QMenu, QPushButton, QVBoxLayout

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.booking_requests import (
    BookingRequest,
    FreeTime,
    RequestKind,
    RequestState,
)
from interview_desk.domain.status import Status
from interview_desk.ui.booking_words import (
    asked_title,
    asked_words,
    moment_words,
    outcome_words,
    telling_words,
)
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, emptied, label, row

_AHEAD = frozenset({Status.SCHEDULED, Status.RESCHEDULE_REQUESTED})
_TIMES = frozenset({RequestKind.CREATE, RequestKind.RESCHEDULE})
_IN_A_ROW = 2


class BookingAct(StrEnum):
    """What can be asked about a booking."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    CANCEL = "cancel"
    ABSENT = "absent"
    HOST = "host"
    MOVE = "move"


_WORDS = {
    BookingAct.CONFIRM: "Confirm this time",
    BookingAct.DECLINE: "Decline\N{HORIZONTAL ELLIPSIS}",
    BookingAct.CANCEL: "Cancel the booking\N{HORIZONTAL ELLIPSIS}",
    BookingAct.ABSENT: "Who did not come\N{HORIZONTAL ELLIPSIS}",
    BookingAct.MOVE: "Move\N{HORIZONTAL ELLIPSIS}",
    BookingAct.HOST: "Change the host\N{HORIZONTAL ELLIPSIS}",
}

_OF_SERIES = {
    BookingAct.CONFIRM: "Confirm all {} times\N{HORIZONTAL ELLIPSIS}",
    BookingAct.DECLINE: "Decline all {} times\N{HORIZONTAL ELLIPSIS}",
}


def acts_of(appointment: Appointment, now: datetime) -> list[BookingAct]:
    """What makes sense to ask about this booking now."""
    interview = appointment.interview
    if not interview.is_booked:
        return []
    begun = interview.start is not None and interview.start <= now
    if interview.status is Status.REQUESTED:
        return [BookingAct.CONFIRM, BookingAct.DECLINE]
    if begun and interview.status not in {Status.CANCELLED, Status.DECLINED}:
        return [BookingAct.ABSENT]
    if interview.status in _AHEAD:
        return [BookingAct.MOVE, BookingAct.HOST, BookingAct.CANCEL]
    return []


class BookingButton(QPushButton):
    """The acts of one booking in a menu; hidden where there is none.

    Signals: `chosen(str)` with a `BookingAct`.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("Booking")
        self.setObjectName("detail-booking")
        self.setAccessibleName("Booking at Cal.com")
        self.setProperty("menu", "yes")
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.hide()

    def show_acts(self, acts: list[BookingAct], *, together: int = 0) -> None:
        """Offer these; `together` is how many times Cal.com answers at once."""
        self._menu.clear()
        for act in acts:
            words = _OF_SERIES[act].format(together) if together and act in _OF_SERIES else None
            action = QAction(words or _WORDS[act], self._menu)
            action.setObjectName(f"booking-{act}")
            action.triggered.connect(partial(self.chosen.emit, str(act)))
            self._menu.addAction(action)
        self.setVisible(bool(acts))

    def wait(self, *, busy: bool) -> None:
        """Ask nothing more while something is asked."""
        self.setEnabled(not busy)
        self.setToolTip("Something is being asked of Cal.com already" if busy else "")


class BookingCard(QFrame):
    """How a wish stands, with its way back; nothing is shown while nothing is asked.

    Signals, each with a request's id: `undone(str)`, `sent(str)`, `again(str)`, `elsewhere(str)`
    for another time, `moved_back(str)`, `dismissed(str)`, `taken(str, object)` with the free time
    to have instead.
    """

    undone = Signal(str)
    sent = Signal(str)
    again = Signal(str)
    elsewhere = Signal(str)
    moved_back = Signal(str)
    dismissed = Signal(str)
    taken = Signal(str, object)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._shown: str | None = None
        self.setObjectName("booking-card")
        self.setProperty("kind", "card")
        self._title = label(weight=Weight.DemiBold, wrap=True)
        self._words = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._undo = self._button("Undo", "booking-undo", self.undone.emit)
        self._send = self._button("Send now", "booking-send", self.sent.emit)
        self._again = self._button("Try again", "booking-again", self.again.emit)
        self._other = self._button("Choose another time", "booking-other", self.elsewhere.emit)
        self._back = self._button("Move back", "booking-back", self.moved_back.emit)
        self._enough = self._button("Dismiss", "booking-dismiss", self.dismissed.emit)
        self._enough.setToolTip("Leave it at that. The timeline keeps what happened.")
        buttons = row(self._undo, self._send, self._other, self._again, self._back, self._enough)
        buttons.addStretch(1)
        buttons.setContentsMargins(0, 8, 0, 0)
        self._instead = QGridLayout()
        self._instead.setHorizontalSpacing(8)
        self._instead.setVerticalSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(2)
        layout.addWidget(self._title)
        layout.addWidget(self._words)
        layout.addLayout(self._instead)
        layout.addLayout(buttons)
        self.hide()

    def show_wish(
        self, wish: BookingRequest | None, last_move: BookingRequest | None, *, title: str
    ) -> None:
        """Show what is asked; otherwise the last move, while it can be taken back."""
        shown = wish or last_move
        self._shown = shown.id if shown else None
        self._offer_times(wish.next_free if wish else ())
        self.setVisible(shown is not None)
        if wish is not None:
            self._show_wish(wish, title)
        elif last_move is not None:
            self._show_move(last_move)

    def _show_wish(self, wish: BookingRequest, title: str) -> None:
        waits = wish.state is RequestState.WAITING
        failed = wish.state in {RequestState.FAILED, RequestState.UNCERTAIN}
        if failed:
            self._title.setText(f"{asked_words(wish)}.")
            self._words.setText(outcome_words(wish))
        else:
            self._title.setText(asked_title(wish, title, self._zone))
            # What could not be sent yet says why.
            told = wish.error or telling_words(wish) if waits else "Cal.com is being asked."
            self._words.setText(told)
        self._offer(undo=waits, failed=failed, other=failed and wish.kind in _TIMES)

    def _show_move(self, move: BookingRequest) -> None:
        was = moment_words(move.from_start, self._zone) if move.from_start else ""
        self._title.setText(f"Moved from {was}.")
        self._words.setText("The guest has been told. Moving it back tells them again.")
        self._offer(back=True)

    def _offer(
        self, *, undo: bool = False, failed: bool = False, other: bool = False, back: bool = False
    ) -> None:
        self._undo.setVisible(undo)
        self._send.setVisible(undo)
        self._again.setVisible(failed)
        self._enough.setVisible(failed)
        self._other.setVisible(other)
        self._back.setVisible(back)

    def _offer_times(self, times: Sequence[FreeTime]) -> None:
        """Each free time as a button: one click asks for it instead."""
        emptied(self._instead)
        self._instead.setContentsMargins(0, 8 if times else 0, 0, 0)
        for number, free in enumerate(times):
            made = button(moment_words(free.start, self._zone), name=f"booking-free-{number}")
            made.setAccessibleName(f"Book {made.text()} instead")
            made.clicked.connect(partial(self._time_pressed, free.start))
            self._instead.addWidget(made, number // _IN_A_ROW, number % _IN_A_ROW)

    def _time_pressed(self, start: datetime) -> None:
        if self._shown is not None:
            self.taken.emit(self._shown, start)

    def _button(self, words: str, name: str, act: Callable[[str], None]) -> QPushButton:
        made = button(words, name=name)
        made.clicked.connect(partial(self._pressed, act))
        return made

    def _pressed(self, act: Callable[[str], None]) -> None:
        if self._shown is not None:
            act(self._shown)
