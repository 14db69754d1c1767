"""The top of the capture window: who, how it stands, the time, Start and Join."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from interview_desk.domain.status import Status
from interview_desk.services.capture import CaptureSession
from interview_desk.ui.capture.time_words import clock_words, planned_words, taken_words
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.event_look import status_tone, status_words
from interview_desk.ui.widgets.parts import Weight, button, label, pill, set_tone, switch


class CaptureHeader(QWidget):
    """Signals: `start_pressed()`, `finish_pressed()`, `join_pressed()`, `debrief_pressed()`."""

    start_pressed = Signal()
    finish_pressed = Signal()
    join_pressed = Signal()
    debrief_pressed = Signal()

    def __init__(self, session: CaptureSession) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("capture-header")
        self._title = ElidedLabel(size=Size.HEADING, weight=Weight.DemiBold)
        self._title.setObjectName("capture-title")
        self._status = pill()
        self._status.setObjectName("capture-status")
        self._company = ElidedLabel(size=Size.DETAIL, tone="good")
        self._company.setObjectName("capture-company")
        self._time = label(size=Size.BODY, weight=Weight.Medium)
        self._time.setObjectName("capture-time")
        self._start = button("Start", name="capture-start", kind="primary")
        self._finish = button("Finish", name="capture-finish")
        self._debrief = button("Debrief", name="capture-debrief", kind="primary")
        self._join = button("Join", name="capture-join")
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 10, 20, 10)
        line.setSpacing(12)
        for words in (self._title, self._status, self._company):
            line.addWidget(words)
        line.addStretch(1)
        line.addWidget(self._time)
        for press in (self._join, self._start, self._finish, self._debrief):
            line.addWidget(press)
        self._start.setToolTip("The clocks begin to run")
        self._start.clicked.connect(self.start_pressed)
        self._finish.clicked.connect(self.finish_pressed)
        self._join.clicked.connect(self.join_pressed)
        self._debrief.setToolTip("Rate it while it is fresh")
        self._debrief.clicked.connect(self.debrief_pressed)

    def show_interview(self) -> None:
        """Show the interview as it stands now."""
        interview = self._session.interview
        self._title.setText(interview.title)
        self._status.setText(status_words(interview.status))
        set_tone(self._status, name="pill", tone=status_tone(interview.status))
        switch(self._join, self._no_join(), tip="Ctrl+J")
        running = self._session.is_running
        self._start.setVisible(not running)
        self._start.setText("Go on" if self._session.finished_at else "Start")
        self._finish.setVisible(running)
        over = self._session.finished_at is not None and not running
        self._debrief.setVisible(over)
        set_tone(self._start, name="kind", tone="" if over else "primary")
        self.tick()

    def _no_join(self) -> str:
        interview = self._session.interview
        if interview.status is Status.CANCELLED:
            return "Cancelled: there is nothing to join."
        return "" if interview.join_url else "There is no meeting link yet."

    def show_company(self, words: str, where: str) -> None:
        """Say who else is here; the tip says in which stage."""
        self._company.setText(words)
        self._company.setToolTip(as_tip(where))
        self._company.setAccessibleName(words)

    def tick(self) -> None:
        """Show the time as it is now."""
        if self._session.started_at is None:
            self._time.setText(planned_words(self._session.guide.minutes))
            set_tone(self._time, name="tone", tone="muted")
            return
        if not self._session.is_running:
            self._time.setText(taken_words(self._session.elapsed()))
            set_tone(self._time, name="tone", tone="muted")
            return
        remaining = self._session.remaining()
        self._time.setText(clock_words(self._session.elapsed(), remaining))
        set_tone(self._time, name="tone", tone="warning" if remaining.days < 0 else "")
