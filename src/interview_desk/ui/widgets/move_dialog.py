"""Another time for a booking, chosen from what is free."""

from datetime import date, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget
from typing_extensions import override

from interview_desk.domain.booking_requests import BookingRequest, FreeTime
from interview_desk.services.availability import AvailabilityService
from interview_desk.services.booking import BookingService
from interview_desk.services.ports import Clock
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    label,
    pause,
    reason_line,
    resume,
    row,
    switch,
)
from interview_desk.ui.widgets.slot_picker import SlotPicker
from interview_desk.ui.widgets.slot_reader import SlotReader

_WIDTH = 600
_NO_TIME = "Choose another time."


class MoveDialog(QDialog):
    """Asks for another time.

    Signals: `asked(object)` with the request, None where nothing had to be asked.
    """

    asked = Signal(object)

    def __init__(
        self,
        booking: BookingService,
        times: AvailabilityService,
        interview_id: str,
        *,
        event_type: int,
        minutes: int | None,
        day: date,
        theirs: tzinfo | None,
        clock: Clock,
        zone: tzinfo,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("move-booking")
        self.setWindowTitle("Move the booking")
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        self.tasks = TaskScope(self)
        self._booking = booking
        self._interview_id = interview_id
        self._is_asking = False
        today = clock.now().astimezone(zone).date()
        self.picker = SlotPicker(zone, today=today)
        self.picker.set_guest_zone(theirs)
        reader = SlotReader(self.picker, times, tasks=self.tasks, clock=clock)
        self._trouble = label(tone="bad", wrap=True)
        self._trouble.hide()
        self._move = button("Move", name="move-agree", kind="primary")
        self._why = reason_line(self._move)
        self._build()
        reader.use(event_type, minutes)
        self.picker.show_day(max(day, today))

    def _chosen(self, slot: FreeTime | None) -> None:
        switch(self._move, "" if slot else _NO_TIME, line=self._why)

    def _pressed(self) -> None:
        slot = self.picker.slot
        if slot is not None:
            self._is_asking = True
            pause(self._move)
            work = self._booking.move(self._interview_id, slot.start)
            self.tasks.start(work, then=self._done, told=self._refused)

    def _done(self, request: BookingRequest | None) -> None:
        self.asked.emit(request)
        self.accept()

    def _refused(self, sentence: str) -> None:
        self._is_asking = False
        resume(self._move)
        self._trouble.setText(sentence)
        self._trouble.show()

    @override
    def reject(self) -> None:
        # What is being asked would still be asked, and nobody offered a way back.
        if not self._is_asking:
            super().reject()

    def _build(self) -> None:
        cancel = button("Cancel", name="move-cancel")
        cancel.clicked.connect(self.reject)
        words = "The guest is told of the new time ten seconds after you press Move."
        foot = row(self._why, None, cancel, self._move)
        # All the room that the buttons leave, where there is something to say.
        foot.setStretch(0, 100)
        layout = column(
            label("Move the booking", size=Size.TITLE, weight=Weight.DemiBold),
            label(words, tone="muted", wrap=True),
            self.picker,
            self._trouble,
            foot,
            gap=12,
        )
        layout.setContentsMargins(24, 20, 24, 20)
        self.setLayout(layout)
        self._chosen(None)
        self._move.clicked.connect(self._pressed)
        self.picker.chosen.connect(self._chosen)
