"""Acting on one interview's booking: asks what has to be asked, then has it requested."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.booking_requests import BookingRequest
from interview_desk.domain.instants import zone_called
from interview_desk.services.availability import AvailabilityService
from interview_desk.services.booking import BookingService, BookingStanding
from interview_desk.services.ports import Clock
from interview_desk.services.team import Colleague
from interview_desk.ui.booking_words import series_words
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.widgets.booking_card import BookingAct, BookingCard
from interview_desk.ui.widgets.booking_dialogs import (
    AbsenceDialog,
    BookingDialog,
    HostDialog,
    ReasonDialog,
)
from interview_desk.ui.widgets.move_dialog import MoveDialog

_CANCEL = (
    "Cal.com cancels it and tells the guest. A cancelled booking does not come back; it can only "
    "be booked again."
)
_UNKNOWN_TYPE = "It is not known what was booked at Cal.com. Move it there, or in the calendar."
_DECLINE = "Cal.com tells the guest that this time does not suit; they can choose another."

_CONFIRM_ALL = "The guest asked for these times together, and Cal.com confirms them together:"
_DECLINE_ALL = "Cal.com tells the guest that none of these times suits; it answers them together:"


class BookingActs(QObject):
    """Carries a person's acts on a booking to the service.

    Signals: `asked(object)` with each request.
    """

    asked = Signal(object)

    def __init__(
        self,
        booking: BookingService,
        times: AvailabilityService,
        *,
        tasks: TaskScope,
        clock: Clock,
        zone: tzinfo,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._booking = booking
        self._times = times
        self._clock = clock
        self._zone = zone
        self._tasks = tasks
        self._window = parent
        self._shown: Appointment | None = None
        self._colleagues: Sequence[Colleague] = ()
        self._standing = BookingStanding()

    def about(
        self, appointment: Appointment, colleagues: Sequence[Colleague], standing: BookingStanding
    ) -> None:
        """The interview that is acted on from now on."""
        self._shown = appointment
        self._colleagues = colleagues
        self._standing = standing

    def listen(self, card: BookingCard) -> None:
        """Do what is pressed on the card."""
        card.undone.connect(self._undo)
        card.sent.connect(self._send)
        card.again.connect(self._again)
        card.moved_back.connect(self._move_back)
        card.elsewhere.connect(self._elsewhere)
        card.dismissed.connect(self._dismiss)
        card.taken.connect(self._take_instead)

    def act(self, name: str) -> None:
        """Do this about the interview shown."""
        if self._shown is None:
            return
        shown = self._shown
        match BookingAct(name):
            case BookingAct.CONFIRM:
                self._ask_confirm(shown)
            case BookingAct.DECLINE:
                self._ask_decline(shown)
            case BookingAct.CANCEL:
                self._ask_cancel(shown)
            case BookingAct.ABSENT:
                self._ask_absent(shown)
            case BookingAct.HOST:
                self._ask_host(shown)
            case BookingAct.MOVE:
                self._ask_time(shown)

    def _ask_cancel(self, shown: Appointment) -> None:
        dialog = ReasonDialog(
            "Cancel the booking?", _CANCEL, yes="Cancel it", no="Keep it", parent=self._window
        )
        self._open(dialog, partial(self._cancel, shown.id, dialog))

    def _ask_confirm(self, shown: Appointment) -> None:
        times = self._standing.together
        if not times:
            self._confirm(shown.id)
            return
        dialog = BookingDialog(
            f"Confirm all {len(times)} times?",
            _CONFIRM_ALL,
            listed=series_words(times, self._zone),
            yes=f"Confirm all {len(times)}",
            no="Leave it",
            parent=self._window,
        )
        self._open(dialog, partial(self._confirm, shown.id))

    def _ask_decline(self, shown: Appointment) -> None:
        times = self._standing.together
        dialog = ReasonDialog(
            f"Decline all {len(times)} times?" if times else "Decline this time?",
            _DECLINE_ALL if times else _DECLINE,
            listed=series_words(times, self._zone),
            yes=f"Decline all {len(times)}" if times else "Decline",
            no="Leave it",
            parent=self._window,
        )
        self._open(dialog, partial(self._decline, shown.id, dialog))

    def _ask_absent(self, shown: Appointment) -> None:
        dialog = AbsenceDialog(
            shown.guests, host_absent=self._standing.host_absent, parent=self._window
        )
        self._open(dialog, partial(self._mark, shown.id, dialog))

    def _ask_host(self, shown: Appointment) -> None:
        dialog = HostDialog(self._colleagues, parent=self._window)
        self._open(dialog, partial(self._reassign, shown.id, dialog))

    def _ask_time(self, shown: Appointment) -> None:
        interview, wish = shown.interview, self._standing.wish
        number = interview.event_type_id or (wish.event_type_id if wish else None)
        if number is None:
            self._tasks.told.emit(_UNKNOWN_TYPE)
            return
        begin = interview.start or self._clock.now()
        zones = [zone_called(guest.zone) for guest in shown.guests]
        dialog = MoveDialog(
            self._booking,
            self._times,
            shown.id,
            event_type=number,
            minutes=interview.minutes,
            day=begin.astimezone(self._zone).date(),
            theirs=next((zone for zone in zones if zone is not None), None),
            clock=self._clock,
            zone=self._zone,
            parent=self._window,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.asked.connect(self._tell)
        dialog.tasks.broke.connect(self._tasks.broke)
        dialog.open()

    def _elsewhere(self, _request_id: str) -> None:
        if self._shown is not None:
            self._ask_time(self._shown)

    def _open(self, dialog: BookingDialog, agreed: "partial[None]") -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.agreed.connect(agreed)
        dialog.open()

    def _cancel(self, interview_id: str, dialog: ReasonDialog) -> None:
        self._tasks.start(self._booking.cancel(interview_id, dialog.reason), then=self._tell)

    def _confirm(self, interview_id: str) -> None:
        self._tasks.start(self._booking.confirm(interview_id), then=self._tell)

    def _decline(self, interview_id: str, dialog: ReasonDialog) -> None:
        self._tasks.start(self._booking.decline(interview_id, dialog.reason), then=self._tell)

    def _mark(self, interview_id: str, dialog: AbsenceDialog) -> None:
        absence = dialog.absence
        if absence is not None:
            self._tasks.start(self._booking.mark_absent(interview_id, absence), then=self._tell)

    def _reassign(self, interview_id: str, dialog: HostDialog) -> None:
        work = self._booking.reassign(interview_id, dialog.member_id, dialog.reason)
        self._tasks.start(work, then=self._tell)

    def _undo(self, request_id: str) -> None:
        self._tasks.start(self._booking.undo(request_id))

    def _send(self, request_id: str) -> None:
        self._tasks.start(self._booking.send_now(request_id))

    def _again(self, request_id: str) -> None:
        self._tasks.start(self._booking.try_again(request_id), then=self._tell)

    def _move_back(self, request_id: str) -> None:
        self._tasks.start(self._booking.move_back(request_id), then=self._tell)

    def _dismiss(self, request_id: str) -> None:
        self._tasks.start(self._booking.dismiss(request_id))

    def _take_instead(self, request_id: str, start: datetime) -> None:
        self._tasks.start(self._booking.take_instead(request_id, start), then=self._tell)

    def _tell(self, request: BookingRequest | None) -> None:
        if request is not None:
            self.asked.emit(request)
