"""Fills a slot picker: what was known last at once, what is free now as soon as it is known."""

from datetime import datetime
from typing import NamedTuple

from interview_desk.services.availability import AvailabilityService, FreeTimes
from interview_desk.services.ports import Clock
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.models.agenda_model import ChosenTime
from interview_desk.ui.widgets.slot_picker import SlotPicker


class Looking(NamedTuple):
    """What somebody looks for a free time for, how long it takes, and the week's first instant.

    `chosen` is the time they have chosen, where they have.
    """

    event_type: int
    minutes: int | None
    week: datetime
    chosen: ChosenTime | None = None


class SlotReader:
    """Reads the free times of one event type into a picker."""

    def __init__(
        self, picker: SlotPicker, times: AvailabilityService, *, tasks: TaskScope, clock: Clock
    ) -> None:
        self._picker = picker
        self._times = times
        self._tasks = tasks
        self._clock = clock
        self._event_type: int | None = None
        self._minutes: int | None = None
        self._fresh = False
        picker.week_wanted.connect(self._read)

    def use(self, event_type: int, minutes: int | None) -> None:
        """Show this event type from now on, for a meeting of this length."""
        self._event_type, self._minutes = event_type, minutes

    def _read(self, start: datetime, end: datetime) -> None:
        if self._event_type is None:
            return
        self._fresh = False
        known = self._times.known(self._event_type, start, end, minutes=self._minutes)
        fresh = self._times.fresh(self._event_type, start, end, minutes=self._minutes)
        self._tasks.start(known, then=self._show_known, instead_of="known")
        self._tasks.start(
            fresh, then=self._show_fresh, told=self._picker.show_trouble, instead_of="fresh"
        )

    def _show_known(self, found: FreeTimes | None) -> None:
        if found is not None and not self._fresh:
            self._picker.show_times(found, self._clock.now(), more_is_coming=True)

    def _show_fresh(self, found: FreeTimes) -> None:
        self._fresh = True
        self._picker.show_times(found, self._clock.now())
