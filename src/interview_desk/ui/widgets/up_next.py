"""What comes next, with the one Join."""

from datetime import datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from interview_desk.domain.agenda import Appointment, countdown
from interview_desk.ui.bridge.dates import clock_range, clock_time, short_day
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.event_look import no_join_words, people_words, service_name
from interview_desk.ui.widgets.parts import Weight, button, label, reason_line, row, switch


class UpNextCard(QFrame):
    """The interview to get ready for.

    Signals: `join_requested(str)`, `capture_requested(str)` and `interview_requested(str)` with
    its id, when the button was pressed.
    """

    join_requested = Signal(str)
    capture_requested = Signal(str)
    interview_requested = Signal(str)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._shown: Appointment | None = None
        self.setObjectName("up-next")
        self.setAccessibleName("Up next")
        self.setProperty("kind", "card")
        self._title = label(size=Size.HEADING, weight=Weight.DemiBold, wrap=True)
        self._when = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._people = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._join = button("Join", name="up-next-join", kind="primary")
        self._why = reason_line(self._join)
        self._notes = button("Open capture", name="up-next-notes")
        self._join.clicked.connect(self._join_pressed)
        self._notes.clicked.connect(self._notes_pressed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(4)
        for item in (self._title, self._when, self._people):
            layout.addWidget(item)
        layout.addSpacing(8)
        layout.addLayout(row(self._join, self._notes))
        layout.addWidget(self._why)
        self.show_next(None, datetime.fromtimestamp(0, zone))

    @property
    def interview_id(self) -> str | None:
        """The interview shown, if any."""
        return self._shown.id if self._shown else None

    def show_next(self, appointment: Appointment | None, now: datetime) -> None:
        """Show this one, or that the calendar ahead is free."""
        self._shown = appointment
        for item in (self._when, self._people, self._join, self._notes):
            item.setVisible(appointment is not None)
        self._why.hide()
        if appointment is None:
            self._title.setText("Nothing ahead")
            return
        self._title.setText(appointment.interview.title)
        people = people_words(appointment)
        self._people.setText(people)
        self._people.setVisible(bool(people))
        service = service_name(appointment.interview.join_service)
        tip = f"Join in {service} (Ctrl+J)" if service else "Join (Ctrl+J)"
        why = no_join_words(appointment.interview, now)
        switch(self._join, why, line=self._why, tip=tip)
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Count down."""
        if self._shown is None or self._shown.interview.start is None:
            return
        start, end = self._shown.interview.start, self._shown.interview.end
        times = clock_range(start, end, self._zone) if end else clock_time(start, self._zone)
        local = start.astimezone(self._zone).date()
        day = "" if local == now.astimezone(self._zone).date() else f"{short_day(local)}, "
        away = countdown(start, end, now, self._zone)
        self._when.setText(f"{day}{times} \N{MIDDLE DOT} {away}")

    def _join_pressed(self) -> None:
        if self._shown is not None:
            self.join_requested.emit(self._shown.id)

    def _notes_pressed(self) -> None:
        if self._shown is not None:
            self.capture_requested.emit(self._shown.id)
