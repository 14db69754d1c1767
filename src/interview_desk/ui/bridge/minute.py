"""The minutes of the wall clock: what counts down is brought up to date when one begins."""

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desk.services.ports import Clock

_MINUTE_MS = 60_000
# Timers may fire a little early.
_LATE_MS = 20


class Minute(QObject):
    """Signals: `passed()` at the beginning of each minute."""

    passed = Signal()

    def __init__(self, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._fired)

    def begin(self) -> None:
        """Wait for the next one, and each after it."""
        now = self._clock.now()
        passed = now.second * 1000 + now.microsecond // 1000
        self._timer.start(_MINUTE_MS - passed + _LATE_MS)

    def stop(self) -> None:
        """Count no longer."""
        self._timer.stop()

    def _fired(self) -> None:
        self.passed.emit()
        self.begin()
