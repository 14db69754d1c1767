"""From New to the booking form, where Cal.com has something to book."""

from datetime import datetime

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from interview_desk.domain.booking_requests import BookingRequest
from interview_desk.services.event_types import EventType
from interview_desk.services.holds import HeldSlot
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.places import DeskParts
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.new_interview import NewInterviewDialog


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
        tasks = self._tasks

        def let_go(_result: int) -> None:
            tasks.start(held.let_go())

        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.booked.connect(self._booked)
        form.finished.connect(let_go)
        form.open()

    def _booked(self, request: BookingRequest) -> None:
        self._dialog.booked.emit(request)
        self._dialog.created.emit(request.interview_id)
