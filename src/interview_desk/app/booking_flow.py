"""What was asked of Cal.com, before the person's eyes until it is settled."""

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desk.domain.booking_requests import (
    BookingRequest,
    FreeTime,
    RequestKind,
    RequestState,
)
from interview_desk.services.agenda import AgendaService
from interview_desk.services.booking import BookingService, TooLateToUndo
from interview_desk.services.ports import Change, Clock
from interview_desk.ui.booking_words import (
    asked_title,
    asked_words,
    done_words,
    moment_words,
    outcome_words,
    telling_words,
)
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.toasts import Toast, Toasts

_UNDO, _SEND, _OPEN, _BACK, _FREE = "undo", "send", "open", "back", "free-"
# So many of the times that can be had instead are offered in a message.
_OFFERED = 2
_UNSENT = "This computer is offline, so Cal.com hears of it later. Until then you can undo it."
_BACK_AGAIN = "Moving it back tells the guest again."
_NOTHING = "There is nothing to undo."
_LATER_MS = 50


class BookingFlow(QObject):
    """Shows each wish with Undo and Send now, then how it ended.

    Signals: `told(str)` with a sentence for the person; `opened(str)` with an interview to show.
    """

    told = Signal(str)
    opened = Signal(str)

    def __init__(
        self,
        booking: BookingService,
        agenda: AgendaService,
        *,
        toasts: Toasts,
        tasks: TaskScope,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        super().__init__(toasts)
        self._booking = booking
        self._agenda = agenda
        self._toasts = toasts
        self._tasks = tasks
        self._clock = clock
        self._zone = zone
        self._titles: dict[str, str] = {}
        # The messages of mine on screen: others use the same words for their answers.
        self._mine: set[str] = set()
        # What was offered in them: by the time it is pressed the record may offer something else.
        self._offered: dict[str, tuple[FreeTime, ...]] = {}
        self._last: str | None = None
        toasts.answered.connect(self._answered)

    def asked(self, request: BookingRequest) -> None:
        """Show what was asked just now."""
        self._last = request.id
        self._tasks.start(self._begin(request))

    def changed(self, changes: frozenset[Change]) -> None:
        """Records read differently; those that are shown are looked at again."""
        for change in changes:
            if change.entity == "booking_requests" and change.id in self._titles:
                self._tasks.start(self._look(change.id))

    def undo_last(self) -> None:
        """Take back what was asked last, or say why that is no longer possible."""
        self._tasks.start(self._undo_last())

    async def _begin(self, request: BookingRequest) -> None:
        found = await self._agenda.appointment(request.interview_id)
        self._titles[request.id] = found.interview.title if found else ""
        await self._look(request.id)
        if request.send_after is not None:
            wait = (request.send_after - self._clock.now()).total_seconds()
            look = self._looking(request.id)
            QTimer.singleShot(max(int(wait * 1000), 0) + _LATER_MS, self, look)

    def _looking(self, request_id: str) -> Callable[[], None]:
        def look() -> None:
            if request_id in self._titles:
                self._tasks.start(self._look(request_id))

        return look

    async def _look(self, request_id: str) -> None:
        request = await self._booking.request(request_id)
        title = self._titles.get(request_id)
        if request is None or title is None:
            return
        if request.state is RequestState.WAITING:
            await self._show_waiting(request, title)
            return
        self._toasts.take_away(request.id)
        if request.state is RequestState.SENDING:
            return
        del self._titles[request_id]
        if request.state in {RequestState.FAILED, RequestState.UNCERTAIN}:
            self._offered[request_id] = request.next_free[:_OFFERED]
            self._show(_outcome(request, title, self._zone))
        else:
            self.told.emit(done_words(request))

    async def _show_waiting(self, request: BookingRequest, title: str) -> None:
        words = asked_title(request, title, self._zone)
        in_time = request.send_after is not None and self._clock.now() < request.send_after
        if in_time:
            answers = ((_UNDO, "Undo"), (_SEND, "Send now"))
            toast = Toast(request.id, words, telling_words(request), answers, stays=True)
        elif await self._booking.is_unsent(request.id):
            toast = Toast(request.id, words, _UNSENT, ((_UNDO, "Undo"),), stays=True)
        else:
            self._toasts.take_away(request.id)
            return
        self._show(toast)

    def _show(self, toast: Toast) -> None:
        self._mine.add(toast.id)
        self._toasts.show_toast(toast)

    async def _undo_last(self) -> None:
        request = await self._booking.request(self._last) if self._last else None
        if request is None or request.state is RequestState.UNDONE:
            self.told.emit(_NOTHING)
        elif request.can_be_undone:
            await self._booking.undo(request.id)
        elif request.state is RequestState.DONE and request.kind is RequestKind.RESCHEDULE:
            words = done_words(request)
            back = ((_BACK, "Move back"),)
            self._show(Toast(request.id, words, _BACK_AGAIN, back, stays=True))
        else:
            self.told.emit(str(TooLateToUndo()))

    def _answered(self, toast_id: str, key: str) -> None:
        if toast_id not in self._mine:
            return
        if key == _UNDO and toast_id in self._titles:
            self._tasks.start(self._booking.undo(toast_id))
        elif key == _SEND and toast_id in self._titles:
            self._tasks.start(self._booking.send_now(toast_id))
        elif key == _BACK:
            self._tasks.start(self._booking.move_back(toast_id), then=self._asked_again)
        elif key == _OPEN:
            self._tasks.start(self._open(toast_id))
        elif key.startswith(_FREE):
            wanted = self._offered[toast_id][int(key.removeprefix(_FREE))]
            work = self._booking.take_instead(toast_id, wanted.start)
            self._tasks.start(work, then=self._asked_again)

    def _asked_again(self, request: BookingRequest | None) -> None:
        if request is not None:
            self.asked(request)

    async def _open(self, request_id: str) -> None:
        request = await self._booking.request(request_id)
        if request is not None:
            self.opened.emit(request.interview_id)


def _outcome(request: BookingRequest, title: str, zone: tzinfo) -> Toast:
    words = f"{asked_words(request)}: {title}"
    times = enumerate(request.next_free[:_OFFERED])
    free = [(f"{_FREE}{number}", moment_words(one.start, zone)) for number, one in times]
    answers = (*free, (_OPEN, "Open"))
    return Toast(request.id, words, outcome_words(request), answers, stays=True)
