"""New: an interview made by hand, or booked at Cal.com where it has something to book."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from interview_desk.domain.booking_requests import BookingRequest
from interview_desk.services.event_types import EventType
from interview_desk.services.holds import HeldSlot
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.new_interview import NewInterviewDialog, next_quarter

if TYPE_CHECKING:
    from interview_desk.ui.main_window import MainWindow


def ask_for_new(
    window: "MainWindow", parts: DeskParts, *, start: datetime | None, tasks: TaskScope
) -> None:
    """Ask over the window for a new interview, soon where no time was chosen.

    `tasks` outlives the dialog: what has to be ended after it is ended there.
    """
    begin = start or next_quarter(parts.clock.now())
    dialog = NewInterviewDialog(parts.interviews(), start=begin, zone=parts.zone, parent=window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.tasks.broke.connect(tasks.broke)
    dialog.created.connect(window.show_interview)
    BookingOffer(dialog, window, parts, start=start, tasks=tasks)
    dialog.open()


class BookingOffer(QObject):
    """Offers in New to book at Cal.com instead, once it is known what can be booked."""

    def __init__(
        self,
        dialog: NewInterviewDialog,
        window: "MainWindow",
        parts: DeskParts,
        *,
        start: datetime | None,
        tasks: TaskScope,
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._window = window
        self._parts = parts
        self._start = start
        self._tasks = tasks
        self._types: list[EventType] = []
        dialog.book_requested.connect(self._open)
        dialog.tasks.start(self._read(), then=self._offer)

    async def _read(self) -> list[EventType]:
        if not await self._parts.booking().is_offered():
            return []
        return await self._parts.calcom().event_types.all()

    def _offer(self, types: list[EventType]) -> None:
        self._types = types
        if types:
            self._dialog.offer_booking()

    def _open(self) -> None:
        parts, calcom = self._parts, self._parts.calcom()
        held = HeldSlot(calcom.holds)
        form = BookingForm(
            parts.booking(),
            calcom.times,
            held,
            event_types=self._types,
            start=self._start,
            clock=parts.clock,
            zone=parts.zone,
        )
        form.tasks.broke.connect(self._tasks.broke)
        # The dialog is gone by then.
        form.booked.connect(partial(_booked, self._window))
        form.finished.connect(partial(_finished, form, self._window, held, self._tasks))
        self._window.beside.show(form)


def _booked(window: "MainWindow", request: BookingRequest) -> None:
    window.booking_asked.emit(request)
    window.show_interview(request.interview_id)


def _finished(form: BookingForm, window: "MainWindow", held: HeldSlot, tasks: TaskScope) -> None:
    tasks.start(held.let_go())
    window.beside.take_away(form)
