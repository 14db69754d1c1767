"""New: an interview made by hand, or booked at Cal.com where it has something to book."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from interview_desk.domain.booking_requests import BookingRequest
from interview_desk.services.availability import TextMemory
from interview_desk.services.event_types import EventType
from interview_desk.services.holds import HeldSlot
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.interview_fields import next_quarter
from interview_desk.ui.widgets.new_interview import NewInterviewDialog
from interview_desk.ui.widgets.typed_booking import TypedBooking, typed_booking

if TYPE_CHECKING:
    from interview_desk.ui.main_window import MainWindow

_LOOKS_ON = "Your role makes no interviews. Ask somebody who runs them."
_TAKEN_UP = "What you had typed to book is here again."


def ask_for_new(
    window: "MainWindow", parts: DeskParts, *, start: datetime | None, tasks: TaskScope
) -> None:
    """Ask over the window for a new interview, soon where no time was chosen.

    `tasks` outlives the dialog: what has to be ended after it is ended there.
    """
    if not parts.me.role.runs_interviews:
        window.say(_LOOKS_ON)
        return
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
        self._unsent: TypedBooking | None = None
        dialog.book_requested.connect(self._open)
        dialog.tasks.start(self._read(), then=self._offer)

    async def _read(self) -> list[EventType]:
        types = await _bookable(self._parts)
        self._unsent = await _kept(self._parts) if types else None
        return types

    def _offer(self, types: list[EventType]) -> None:
        self._types = types
        if types:
            self._dialog.offer_booking()

    def _open(self) -> None:
        # What is being typed already is not thrown away for an empty form.
        if not self._window.beside.go_on():
            form = _show_form(
                self._window, self._parts, self._types, start=self._start, tasks=self._tasks
            )
            if self._unsent:
                form.take_up(self._unsent)
                self._window.say(_TAKEN_UP)
            form.begin()


async def take_up_booking(window: "MainWindow", parts: DeskParts, *, tasks: TaskScope) -> None:
    """Show what was typed to book when the desk ended, where something can be booked.

    The keyboard stays where it is: nobody has asked for the form just now.
    """
    types = await _bookable(parts)
    typed = await _kept(parts) if types else None
    if typed and not window.beside.is_open:
        _show_form(window, parts, types, start=None, tasks=tasks).take_up(typed)
        window.say(_TAKEN_UP)


async def _kept(parts: DeskParts) -> TypedBooking | None:
    """What this member typed; what nobody can read, and what was typed in another team, goes."""
    unsent = parts.calcom().unsent
    words = await unsent.load()
    typed = typed_booking(words, parts.me.member_id)
    if words and typed is None:
        await unsent.save("")
    return typed


async def _bookable(parts: DeskParts) -> list[EventType]:
    if not await parts.booking().is_offered():
        return []
    return await parts.calcom().event_types.all()


def _show_form(
    window: "MainWindow",
    parts: DeskParts,
    types: list[EventType],
    *,
    start: datetime | None,
    tasks: TaskScope,
) -> BookingForm:
    calcom = parts.calcom()
    held = HeldSlot(calcom.holds)
    form = BookingForm(
        parts.booking(),
        calcom.times,
        held,
        calcom.unsent,
        event_types=types,
        member_id=parts.me.member_id,
        start=start,
        clock=parts.clock,
        zone=parts.zone,
    )
    form.tasks.broke.connect(tasks.broke)
    form.tasks.told.connect(window.say)
    form.booked.connect(partial(_booked, window))
    form.finished.connect(partial(_finished, form, window, held, calcom.unsent, tasks))
    window.beside.show(form)
    return form


def _booked(window: "MainWindow", request: BookingRequest) -> None:
    window.booking_asked.emit(request)
    window.show_interview(request.interview_id)


def _finished(
    form: BookingForm, window: "MainWindow", held: HeldSlot, unsent: TextMemory, tasks: TaskScope
) -> None:
    tasks.start(held.let_go())
    tasks.start(unsent.save(""))
    window.beside.take_away(form)
