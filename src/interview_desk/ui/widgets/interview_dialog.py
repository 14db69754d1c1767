"""The dialog around what is typed about an interview."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.interview_fields import InterviewFields
from interview_desk.ui.widgets.parts import Weight, button, label, row
from interview_desk.ui.widgets.sure_dialog import SureDialog

_WIDTH = 480


class InterviewDialog(QDialog):
    """Asks until what is typed can be kept; it is not thrown away without a word.

    Signals: `agreed()` when it shall be kept.
    """

    agreed = Signal()

    def __init__(self, title: str, fields: InterviewFields, *, yes: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        self.tasks = TaskScope(self)
        self.tasks.broke.connect(self._let_try_again)
        self._is_keeping = False
        self.fields = fields
        # As it stood before anything was typed.
        self._was = fields.typed()
        self._trouble = label(tone="bad", wrap=True)
        self._trouble.setObjectName("new-trouble")
        self._trouble.hide()
        keep = button(yes, name=yes.lower(), kind="primary")
        keep.setDefault(True)
        keep.clicked.connect(self._keep_pressed)
        cancel = button("Cancel", name="cancel-new")
        cancel.clicked.connect(self.reject)
        self.foot = row(None, cancel, keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addWidget(label(title, size=Size.TITLE, weight=Weight.DemiBold))
        layout.addLayout(fields)
        layout.addWidget(self._trouble)
        layout.addLayout(self.foot)
        fields.title.setFocus()

    @property
    def is_unsaved(self) -> bool:
        """Whether something was typed that would be lost."""
        return self.fields.typed() != self._was

    @override
    def reject(self) -> None:
        # What is on its way to the disk is not thrown away.
        if not self._is_keeping:
            self.leave(self.let_go)

    def leave(self, go: Callable[[], None]) -> None:
        """Do `go`, after a question where something was typed."""
        if not self.is_unsaved:
            go()
            return
        if any(one.isVisible() for one in self.findChildren(SureDialog)):
            return
        asking = SureDialog(
            "Throw away what you typed?",
            "It has not been saved.",
            name="discard",
            leave="Go on typing",
            really="Throw away",
            parent=self,
        )
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.agreed.connect(go)
        asking.open()

    def let_go(self) -> None:
        """Close without keeping anything."""
        self.done(QDialog.DialogCode.Rejected)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong; everything typed stays."""
        self._is_keeping = False
        self._trouble.setText(sentence)
        self._trouble.show()

    def _keep_pressed(self) -> None:
        # On a slow disk it can be pressed twice, and would be made twice.
        if not self._is_keeping:
            self._is_keeping = True
            self._trouble.hide()
            self.agreed.emit()

    def _let_try_again(self, _error: object) -> None:
        self._is_keeping = False
