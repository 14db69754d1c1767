"""Until when a time at Cal.com is kept for whoever books it."""

from datetime import datetime, timedelta, tzinfo

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from interview_desk.ui.bridge.dates import clock_time
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.widgets.parts import set_tone

# A timer can wait no longer than some weeks, and a clock that is wrong says any time.
_LONGEST = timedelta(days=1)
_OVER = "This time is not kept for you any more; it can be booked while it is free."


class KeptWords(QLabel):
    """One muted line that does not outlive its promise."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(font(Size.DETAIL))
        self.setWordWrap(True)
        set_tone(self, name="tone", tone="muted")
        self._over = QTimer(self, singleShot=True)
        self._over.timeout.connect(self._run_out)

    def say(self, words: str) -> None:
        """Say something else, or nothing."""
        self._over.stop()
        self.setText(words)

    def show_until(self, until: datetime | None, now: datetime, zone: tzinfo) -> None:
        """Say until when it is kept, for as long as it is; nothing where nobody keeps it."""
        self.say(f"This time is kept for you until {clock_time(until, zone)}." if until else "")
        if until is not None:
            left = min(max(until - now, timedelta()), _LONGEST)
            self._over.start(left // timedelta(milliseconds=1))

    def _run_out(self) -> None:
        self.setText(_OVER)
