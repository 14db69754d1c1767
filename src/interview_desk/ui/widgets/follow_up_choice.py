"""Beginning a follow-up for a guest by hand: the sequences in use, one of which is chosen."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from interview_desk.domain.interviews import Guest
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import RowButton, Weight, button, column, label, row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interview_desk.services.sequences import Shelved
    from interview_desk.ui.mail_parts import MailParts

_NONE = "No sequence is in use yet. One is written and put to use under Follow-ups."
_WIDTH = 360


class FollowUpDialog(QDialog):
    """Signals: `chosen(object)` with the sequence, a `Shelved`."""

    chosen = Signal(object)

    def __init__(self, guest: Guest, in_use: "Sequence[Shelved]", *, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("follow-up-dialog")
        self.setWindowTitle("Begin a follow-up")
        self.setMinimumWidth(_WIDTH)
        title = label(f"A follow-up for {guest.name}", size=Size.HEADING, weight=Weight.DemiBold)
        leave = button("Cancel", name="leave-follow-up", kind="quiet")
        leave.clicked.connect(self.reject)
        nothing = () if in_use else (label(_NONE, tone="muted", wrap=True),)
        rows = [self._row(one) for one in in_use]
        content = column(title, *rows, *nothing, row(None, leave), gap=8)
        content.setContentsMargins(20, 16, 20, 16)
        self.setLayout(content)

    def _row(self, one: "Shelved") -> RowButton:
        made = RowButton("card-row")
        made.setObjectName(f"begin-{one.id}")
        made.setAccessibleName(one.name)
        purpose = label(str(one.fields.get("purpose") or ""), size=Size.DETAIL, tone="muted")
        lines = column(label(one.name, weight=Weight.Medium), purpose, gap=0)
        lines.setContentsMargins(12, 6, 12, 8)
        made.setLayout(lines)
        made.clicked.connect(partial(self._pressed, one))
        return made

    def _pressed(self, one: "Shelved") -> None:
        self.chosen.emit(one)
        self.accept()


class FollowUpChoice(QObject):
    """Asks which sequence is to begin, and begins it.

    Signals: `told(str)` once the guest is in one.
    """

    told = Signal(str)

    def __init__(
        self, mailing: "Callable[[], MailParts]", *, tasks: TaskScope, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._mailing = mailing
        self._tasks = tasks
        self._over = parent

    def open(self, guest: Guest) -> None:
        """Ask for this guest."""
        work = self._mailing().sequences.shelf()
        self._tasks.start(work, then=partial(self._offer, guest), instead_of="follow-up")

    def _offer(self, guest: Guest, shelf: "Sequence[Shelved]") -> None:
        from interview_desk.domain.sequences.plan import SequenceState

        in_use = [one for one in shelf if one.state is SequenceState.PUBLISHED]
        dialog = FollowUpDialog(guest, in_use, parent=self._over)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(partial(self._begin, guest))
        dialog.open()

    def _begin(self, guest: Guest, chosen: "Shelved") -> None:
        work = self._mailing().follow_ups.enrol(
            sequence_id=chosen.id, guest_id=guest.id, interview_id=guest.interview_id
        )
        self._tasks.start(work, then=partial(self._begun, guest, chosen.name))

    def _begun(self, guest: Guest, name: str, _: None) -> None:
        self.told.emit(f"{guest.name} is in {name}. Its mails are under Follow-ups.")
