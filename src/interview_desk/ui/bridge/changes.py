"""Changes of the local database as one Qt signal, however many rows moved."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desk.services.ports import Change, Listener

_GATHER_MS = 30


class ChangeSource(Protocol):
    """Whatever announces committed changes on the loop."""

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; returns the way to stop."""
        ...


class Changes(QObject):
    """Gathers what changed within a blink, so that a pull of 500 rows repaints once.

    Signals: `changed(object)` with a frozenset of `Change`.
    """

    changed = Signal(object)

    def __init__(self, source: ChangeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gathered: set[Change] = set()
        self._timer = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._timer.timeout.connect(self._announce)
        self._stop = source.on_change(self._take)

    def close(self) -> None:
        """Stop listening."""
        self._stop()
        self._timer.stop()

    def _take(self, changes: frozenset[Change]) -> None:
        self._gathered |= changes
        if not self._timer.isActive():
            self._timer.start()

    def _announce(self) -> None:
        gathered, self._gathered = frozenset(self._gathered), set()
        self.changed.emit(gathered)
