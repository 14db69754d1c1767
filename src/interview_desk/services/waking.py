"""Noticing that the computer slept, or that its clock was set."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from interview_desk.services.ports import Clock

# Looked at so often, and a difference of so much is no accident.
LOOK_EVERY: Final = 15.0
_NO_ACCIDENT: Final = 10.0


class Waking:
    """Compares the time of day with the time that has passed, from one look to the next.

    On some systems the clock that counts stands still while the computer sleeps, on others it
    goes on: either way one of the two has gone further than we waited.
    """

    def __init__(self, clock: Clock, counting: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counting = counting
        self._last = clock.now(), counting()

    def jumped(self, waited: float) -> bool:
        """Whether time went otherwise since the last look than by `waited` seconds."""
        before, counted_before = self._last
        self._last = now, counted = self._clock.now(), self._counting()
        passed = counted - counted_before
        off = abs((now - before) - timedelta(seconds=passed))
        return off >= timedelta(seconds=_NO_ACCIDENT) or passed - waited >= _NO_ACCIDENT
