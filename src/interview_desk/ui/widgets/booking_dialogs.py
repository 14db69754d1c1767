"""What is asked before Cal.com tells a guest: a reason, who was absent, who hosts instead."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from interview_desk.domain.interviews import Guest
from interview_desk.services.booking import Absence
from interview_desk.services.team import Colleague
from interview_desk.ui.quoting import caption
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, label, reason_line, row, switch

_WIDTH = 440
_REASON_HEIGHT = 72


class BookingDialog(QDialog):
    """One question about a booking; Esc and the quiet button ask nothing of Cal.com.

    `listed` is what it is about, line by line, where that is more than one thing.
    Signals: `agreed()`.
    """

    agreed = Signal()

    def __init__(
        self, title: str, words: str, *, yes: str, no: str, parent: QWidget, listed: str = ""
    ) -> None:
        super().__init__(parent)
        self.setObjectName("booking-dialog")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        self._yes = button(yes, name="booking-agree", kind="primary")
        self._yes.setDefault(True)
        self._yes.clicked.connect(self._agree)
        keep = button(no, name="booking-leave")
        keep.clicked.connect(self.reject)
        self.content = QVBoxLayout()
        self.content.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(title, size=Size.TITLE, weight=Weight.DemiBold, wrap=True))
        layout.addWidget(label(words, tone="muted", wrap=True))
        if listed:
            layout.addWidget(label(listed))
        layout.addLayout(self.content)
        layout.addLayout(row(None, keep, self._yes))

    def _agree(self) -> None:
        self.agreed.emit()
        self.accept()


class ReasonDialog(BookingDialog):
    """Asks for a reason that the guest may read; it may stay empty."""

    def __init__(
        self, title: str, words: str, *, yes: str, no: str, parent: QWidget, listed: str = ""
    ) -> None:
        super().__init__(title, words, yes=yes, no=no, parent=parent, listed=listed)
        self._reason = QPlainTextEdit()
        self._reason.setObjectName("booking-reason")
        self._reason.setAccessibleName("Reason")
        self._reason.setPlaceholderText("Reason, which the guest can read (may stay empty)")
        self._reason.setProperty("kind", "reason")
        self._reason.setFixedHeight(_REASON_HEIGHT)
        self._reason.setTabChangesFocus(True)
        self.content.addWidget(self._reason)
        self._reason.setFocus()

    @property
    def reason(self) -> str:
        """What was typed."""
        return self._reason.toPlainText()


class AbsenceDialog(BookingDialog):
    """Asks who did not come; what is ticked already can be taken back."""

    def __init__(self, guests: Sequence[Guest], *, host_absent: bool, parent: QWidget) -> None:
        words = "Cal.com counts absences. Tick who was not there; untick who was after all."
        super().__init__("Who did not come?", words, yes="Save", no="Leave", parent=parent)
        self._was = host_absent
        self._host = _tick("The host", "absent-host", on=host_absent)
        self._guests = [
            (guest, _tick(guest.name, f"absent-{number}", on=bool(guest.no_show)))
            for number, guest in enumerate(guests)
            if guest.email
        ]
        for box in (*(box for _, box in self._guests), self._host):
            self.content.addWidget(box)

    @property
    def absence(self) -> Absence | None:
        """What has changed; None for nothing."""
        host = self._host.isChecked()
        came: list[str] = []
        absent: list[str] = []
        for guest, box in self._guests:
            if box.isChecked() != bool(guest.no_show):
                (absent if box.isChecked() else came).append(guest.email or "")
        if host == self._was and not came and not absent:
            return None
        return Absence(host if host != self._was else None, tuple(absent), tuple(came))


class HostDialog(ReasonDialog):
    """Asks who of the team takes a booking over."""

    def __init__(self, colleagues: Sequence[Colleague], *, parent: QWidget) -> None:
        words = (
            "Cal.com gives the booking to this member and tells everybody. It does that only for "
            "event types that several hosts take in turn, and only to one of them."
        )
        super().__init__(
            "Change the host", words, yes="Change the host", no="Leave it", parent=parent
        )
        self._member = QComboBox()
        self._member.setObjectName("new-host")
        self._member.setAccessibleName("New host")
        self._member.setMinimumHeight(32)
        for one in colleagues:
            if one.member.email:
                name = f"{one.member.name} (you)" if one.is_me else one.member.name
                self._member.addItem(name, one.member.id)
        self.content.insertWidget(0, self._member)
        nobody = "" if self._member.count() else "Nobody else of the team has an e-mail address."
        why = reason_line(self._yes)
        self.content.insertWidget(1, why)
        switch(self._yes, nobody, line=why)

    @property
    def member_id(self) -> str:
        """Whom the person chose."""
        return str(self._member.currentData())


def _tick(words: str, name: str, *, on: bool) -> QCheckBox:
    made = QCheckBox(caption(words))
    made.setObjectName(name)
    made.setAccessibleName(f"{words} did not come")
    made.setChecked(on)
    return made
