"""When a guest can be booked, tinted in the calendar while somebody books or moves a booking."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtWidgets import QLabel

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.booking_requests import FreeTime
from interview_desk.services.availability import AvailabilityService, FreeTimes
from interview_desk.services.ports import Clock
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.slot_picker import age_words

_USUAL = timedelta(minutes=30)
# Of the event types on screen; each is one call that Cal.com counts.
_PREFETCHED = 3
_NOT_FREE = "Cal.com has nothing free here."
_ASKING = "Asking Cal.com when it is free\N{HORIZONTAL ELLIPSIS}"
_Question = tuple[int, int | None, datetime, datetime]
_Spans = Sequence[tuple[datetime, datetime]]


class FreeOverlay:
    """Shows free times, and says how old they are.

    While an event moves they are those of its event type; while somebody is about to book, those
    of what they book. Other days on screen are asked for as they come.
    """

    def __init__(
        self,
        canvas: GridCanvas,
        note: QLabel,
        times: AvailabilityService,
        *,
        show: Callable[[_Spans], None],
        tasks: TaskScope,
        clock: Clock,
    ) -> None:
        self._canvas = canvas
        self._note = note
        self._times = times
        self._show_free = show
        self._tasks = tasks
        self._clock = clock
        self._window: tuple[datetime, datetime] | None = None
        self._sought: tuple[int, int | None] | None = None
        self._moved: tuple[int, int | None] | None = None
        self._found: FreeTimes | None = None
        canvas.mover.began.connect(self._begin)
        canvas.mover.ended.connect(self._moved_on)

    def look_at(self, start: datetime, end: datetime) -> None:
        """The days on screen."""
        if (start, end) != self._window:
            self._window = (start, end)
            self._ask()

    def look_for(self, event_type: int, minutes: int | None) -> None:
        """Show when this can be booked, asked for anew, until `end`."""
        self._sought = (event_type, minutes)
        self._ask()

    def end(self) -> None:
        """Nobody looks any more; an answer that is still out is nobody's."""
        self._sought = None
        self._ask()

    def prefetch(self, appointments: Iterable[Appointment]) -> None:
        """Have the free times of what is on screen at hand before somebody pulls at it."""
        now = self._clock.now()
        ahead = [one.interview for one in appointments if one.interview.is_booked]
        wanted = [
            (one.event_type_id, one.minutes)
            for one in ahead
            if one.event_type_id is not None and one.start is not None and one.start > now
        ]
        if self._window is None:
            return
        start, end = self._window
        for number, minutes in list(dict.fromkeys(wanted))[:_PREFETCHED]:
            work = self._times.fresh(number, start, end, minutes=minutes)
            self._tasks.start(work, told=_nobody_asked, instead_of=f"free {number} {minutes}")

    def why_not(self, appointment: Appointment, start: datetime) -> str:
        """Why Cal.com would refuse; empty where it may not, or where that is not known."""
        found, window, interview = self._found, self._window, appointment.interview
        if found is None or found.stale or window is None or not interview.is_booked:
            return ""
        if not window[0] <= start < window[1] or _is_near(appointment, start):
            return ""
        return "" if any(slot.start == start for slot in found.slots) else _NOT_FREE

    def _begin(self, interview_id: str) -> None:
        shown = self._canvas.appointments[interview_id].interview
        if shown.is_booked and shown.event_type_id is not None:
            self._moved = (shown.event_type_id, shown.minutes)
            self._ask()

    def _moved_on(self) -> None:
        if self._moved is not None:
            self._moved = None
            self._ask()

    def _ask(self) -> None:
        question = self._question()
        self._found = None
        self._show_free(())
        self._note.setText(_ASKING if question else "")
        if question is None:
            return
        number, minutes, start, end = question
        known = self._times.known(number, start, end, minutes=minutes)
        fresh = self._times.fresh(number, start, end, minutes=minutes)
        self._tasks.start(known, then=partial(self._show_known, question), instead_of="free known")
        self._tasks.start(
            fresh,
            then=partial(self._show, question),
            told=partial(self._say, question),
            instead_of="free fresh",
        )

    def _question(self) -> _Question | None:
        """What is asked now."""
        wanted = self._moved or self._sought
        return None if self._window is None or wanted is None else (*wanted, *self._window)

    def _show_known(self, question: _Question, found: FreeTimes | None) -> None:
        if found is not None and self._found is None:
            self._show(question, found)

    def _show(self, question: _Question, found: FreeTimes) -> None:
        if question != self._question():
            return
        now = self._clock.now()
        self._found = found
        self._note.setText(age_words(found, now, self._canvas.zone))
        self._show_free(joined(slot for slot in found.slots if slot.start > now))

    def _say(self, question: _Question, sentence: str) -> None:
        if question == self._question():
            self._note.setText(sentence)


def joined(slots: Iterable[FreeTime]) -> list[tuple[datetime, datetime]]:
    """Slots that touch or overlap as one stretch of time each."""
    stretches: list[tuple[datetime, datetime]] = []
    for slot in sorted(slots, key=lambda one: one.start):
        end = slot.end or slot.start + _USUAL
        if stretches and slot.start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end))
        else:
            stretches.append((slot.start, end))
    return stretches


def _is_near(appointment: Appointment, start: datetime) -> bool:
    """Whether the new time overlaps the present one, which Cal.com counts as taken."""
    interview = appointment.interview
    if interview.start is None or interview.end is None:
        return False
    return abs(start - interview.start) < interview.end - interview.start


def _nobody_asked(_sentence: str) -> None:
    """Nobody waits for what is fetched ahead."""
