"""The next interview, large: when, with whom, who has not confirmed, and the one Join."""

from datetime import datetime, tzinfo

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from interview_desk.domain.agenda import Appointment, Step, countdown, preparation
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.event_look import (
    no_join_words,
    service_name,
    status_tone,
    status_words,
    when_words,
)
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    heading,
    label,
    pill,
    reason_line,
    row,
    set_tone,
    switch,
)
from interview_desk.ui.widgets.people import crew_line, guest_line

_STEPS_BESIDE = 3


class NextCard(QFrame):
    """Everything one wants to know before a call.

    Signals: `join_requested(str)`, `capture_requested(str)`, `interview_requested(str)` with the
    interview's id; `new_requested()` from an empty desk.
    """

    join_requested = Signal(str)
    capture_requested = Signal(str)
    interview_requested = Signal(str)
    new_requested = Signal()

    def __init__(self, zone: tzinfo, *, alone: bool = False) -> None:
        super().__init__()
        self._zone = zone
        self._alone = alone
        self._shown: Appointment | None = None
        self.setObjectName("next")
        self.setAccessibleName("Next interview")
        self.setProperty("kind", "card")
        self._countdown = label(size=Size.DETAIL, weight=Weight.DemiBold, tone="accent")
        self._title = label(size=Size.TITLE, weight=Weight.DemiBold, wrap=True)
        self._when = label(tone="muted", wrap=True)
        self._status = pill()
        self._people = QVBoxLayout()
        self._people.setSpacing(4)
        self._steps = QGridLayout()
        self._steps.setHorizontalSpacing(0)
        self._steps.setVerticalSpacing(4)
        self._join = button("Join", name="join", kind="primary")
        self._why = reason_line(self._join)
        self._capture = button("Open capture", name="open-capture")
        self._details = button("Details", name="open-details", kind="quiet")
        self._new = button("New interview", name="new-from-today")
        self._beginning = QWidget()
        self._body = QWidget()
        self._prepare = heading("Prepare")
        self._build()
        self._join.clicked.connect(self._join_pressed)
        self._capture.clicked.connect(self._capture_pressed)
        self._details.clicked.connect(self._details_pressed)
        self._new.clicked.connect(self.new_requested)

    def show_next(self, appointment: Appointment | None, now: datetime) -> None:
        """Show this one, or say that nothing is ahead and how that changes."""
        self._shown = appointment
        self._body.setVisible(appointment is not None)
        self._beginning.setVisible(appointment is None)
        self._status.setVisible(appointment is not None)
        if appointment is None:
            self._countdown.setText("Nothing ahead")
            self._title.setText("Your calendar is free")
            self._when.setText(
                "A team's Cal.com bookings appear here by themselves. "
                "You can also make one by hand."
            )
            return
        interview = appointment.interview
        self._title.setText(interview.title)
        self._status.setText(status_words(interview.status))
        set_tone(self._status, name="pill", tone=status_tone(interview.status))
        self._when.setText(_where_and_when(appointment, self._zone))
        self._show_people(appointment)
        self._show_steps(preparation(appointment, alone=self._alone))
        switch(self._join, no_join_words(interview, now), line=self._why, tip="Ctrl+J")
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Count down."""
        if self._shown is None or self._shown.interview.start is None:
            return
        interview = self._shown.interview
        words = countdown(self._shown.interview.start, interview.end, now, self._zone)
        self._countdown.setText(f"Next \N{MIDDLE DOT} {words}")

    def _show_people(self, appointment: Appointment) -> None:
        emptied(self._people)
        for guest in appointment.guests:
            self._people.addLayout(guest_line(guest, appointment.interview.start, self._zone))
        for member in appointment.crew:
            self._people.addLayout(crew_line(member))

    def _show_steps(self, steps: tuple[Step, ...]) -> None:
        emptied(self._steps)
        for number, step in enumerate(steps):
            tone = "muted" if step.done else "warning"
            mark = label("\N{CHECK MARK}" if step.done else "\N{EN DASH}", tone=tone)
            mark.setFixedWidth(16)
            mark.setAccessibleName("done" if step.done else "still open")
            words = label(step.words, size=Size.DETAIL, tone=tone)
            words.setAccessibleName(f"{step.words}: {'done' if step.done else 'still open'}")
            down, across = divmod(number, _STEPS_BESIDE)
            self._steps.addWidget(mark, down, across * 2)
            self._steps.addWidget(words, down, across * 2 + 1)

    def _build(self) -> None:
        for words in (1, 3, 5):
            self._steps.setColumnMinimumWidth(words, 136)
        self._steps.setColumnStretch(6, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(4)
        layout.addLayout(row(self._countdown, None, self._status))
        layout.addWidget(self._title)
        layout.addWidget(self._when)
        layout.addWidget(self._body)
        beginning = row(self._new, None)
        beginning.setContentsMargins(0, 12, 0, 0)
        self._beginning.setLayout(beginning)
        layout.addWidget(self._beginning)
        buttons = row(self._join, self._capture, self._details, None)
        buttons.setContentsMargins(0, 6, 0, 0)
        body = column(self._people, self._prepare, self._steps, buttons, self._why, gap=8)
        body.setContentsMargins(0, 8, 0, 0)
        self._body.setLayout(body)
        self._prepare.setContentsMargins(0, 6, 0, 0)
        self._join.setMinimumWidth(120)

    def _join_pressed(self) -> None:
        self._say(self.join_requested)

    def _capture_pressed(self) -> None:
        self._say(self.capture_requested)

    def _details_pressed(self) -> None:
        self._say(self.interview_requested)

    def _say(self, signal: SignalInstance) -> None:
        if self._shown is not None:
            signal.emit(self._shown.id)


def _where_and_when(appointment: Appointment, zone: tzinfo) -> str:
    interview = appointment.interview
    place = service_name(interview.join_service) or interview.location or ""
    parts = [when_words(appointment, zone), place, appointment.startup or ""]
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)
