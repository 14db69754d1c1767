"""New: an interview made by hand, or booked at Cal.com where it has something to book."""

from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from interview_desk.domain.booking_requests import BookingRequest
from interview_desk.services.event_types import EventType
from interview_desk.services.holds import HeldSlot
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.new_interview import NewInterviewDialog, next_quarter

_MARGIN = 16


def ask_for_new(
    window: QWidget, parts: DeskParts, *, start: datetime | None, tasks: TaskScope
) -> NewInterviewDialog:
    """Ask over the window for a new interview, soon where no time was chosen.

    `tasks` outlives the dialog: what has to be ended after it is ended there.
    """
    begin = start or next_quarter(parts.clock.now())
    dialog = NewInterviewDialog(parts.interviews(), start=begin, zone=parts.zone, parent=window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.tasks.broke.connect(tasks.broke)
    BookingOffer(dialog, window, parts, start=start, tasks=tasks)
    dialog.open()
    return dialog


class BookingOffer(QObject):
    """Offers in New to book at Cal.com instead, once it is known what can be booked."""

    def __init__(
        self,
        dialog: NewInterviewDialog,
        window: QWidget,
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
            parent=self._window,
        )
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.tasks.broke.connect(self._tasks.broke)
        form.looked_for.connect(self._dialog.looked_for)
        form.booked.connect(self._booked)
        form.finished.connect(partial(self._closed, held))
        form.open()
        _to_the_right(form, self._window)

    def _booked(self, request: BookingRequest) -> None:
        self._dialog.booked.emit(request)
        self._dialog.created.emit(request.interview_id)

    def _closed(self, held: HeldSlot, _result: int) -> None:
        self._tasks.start(held.let_go())
        self._dialog.looked_for.emit(None)
        self._dialog.close()


def _to_the_right(form: QWidget, window: QWidget) -> None:
    """Leave in sight what the form is about: the days behind it, as many as the screen allows."""
    frame, screen = window.frameGeometry(), window.screen().availableGeometry()
    inside = frame.right() - form.width() - _MARGIN
    beside = min(frame.right() + _MARGIN, screen.right() - form.width() - _MARGIN)
    above = frame.top() + (frame.height() - form.height()) // 2
    form.move(max(inside, beside), max(above, screen.top()))
