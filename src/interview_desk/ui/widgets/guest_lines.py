"""The guests of an interview: who, what they allow, and the way to write to them."""

from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.interviews import Consent, Guest
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import button, emptied, hide_unless, label, row
from interview_desk.ui.widgets.people import consent_words, guest_line


class GuestLines(QWidget):
    """Signals: `follow_up_requested(object)` with the guest."""

    follow_up_requested = Signal(object)

    # Whether guests may be written to from here; for those whose role decides about mail.
    offers_follow_up = False

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 12)

    def show_guests(self, appointment: Appointment) -> None:
        """Show each with their own clock, address and consent."""
        emptied(self._lines)
        for guest in appointment.guests:
            self._lines.addLayout(self._guest(guest, appointment.interview.start))
        if not appointment.guests:
            self._lines.addWidget(label("Nobody yet", size=Size.DETAIL, tone="muted"))

    def _guest(self, guest: Guest, start: datetime | None) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.addLayout(guest_line(guest, start, self._zone))
        words = " \N{MIDDLE DOT} ".join(filter(None, [guest.email, consent_words(guest)]))
        beneath = row(
            label(words, size=Size.DETAIL, tone="muted", wrap=True), self._follow_up(guest)
        )
        beneath.setStretch(0, 1)
        lines.addLayout(beneath)
        return lines

    def _follow_up(self, guest: Guest) -> QPushButton:
        made = button("Begin a follow-up", name=f"follow-up-{guest.id}", kind="link")
        made.setAccessibleName(f"Begin a follow-up for {guest.name}")
        made.clicked.connect(partial(self.follow_up_requested.emit, guest))
        refused = guest.consent_contact_again is Consent.NO
        hide_unless(made, wanted=self.offers_follow_up and not refused)
        return made
