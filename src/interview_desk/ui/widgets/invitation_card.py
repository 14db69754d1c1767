"""One way into the team: a picture, a link and a code."""

from datetime import tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from interview_desk.services.team import Invitation
from interview_desk.ui.bridge.dates import clock_time
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, column, heading, label, row
from interview_desk.ui.widgets.qr_code import QrCode


class InvitationCard(QFrame):
    """Shows an invitation until the next one.

    Signals: `copy_requested(str)` with the link.
    """

    copy_requested = Signal(str)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self.setObjectName("invitation")
        self.setAccessibleName("Invitation")
        self.setProperty("kind", "card")
        self._link = QLineEdit()
        self._link.setReadOnly(True)
        self._link.setObjectName("invitation-link")
        self._link.setAccessibleName("Invitation link")
        self._code = label(size=Size.TITLE, weight=Weight.DemiBold)
        self._code.setObjectName("invitation-code")
        self._until = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._qr = QrCode()
        copy = button("Copy link", name="copy-invitation")
        copy.clicked.connect(self._copy_pressed)
        words = column(
            heading("Link"),
            row(self._link, copy),
            heading("Or read this code out"),
            self._code,
            self._until,
            None,
        )
        content = row(self._qr, words, gap=24)
        content.setContentsMargins(20, 20, 20, 20)
        self.setLayout(content)

    def show_invitation(self, invitation: Invitation) -> None:
        """Show this one."""
        self._link.setText(invitation.link)
        self._link.setCursorPosition(0)
        self._code.setText(invitation.code)
        self._qr.show_text(invitation.link)
        until = clock_time(invitation.expires_at, self._zone)
        self._until.setText(f"Works once, until {until}.")
        self.show()

    def _copy_pressed(self) -> None:
        self.copy_requested.emit(self._link.text())
