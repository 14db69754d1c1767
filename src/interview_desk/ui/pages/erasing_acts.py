"""Asking what shall be erased for good, and having it done."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from interview_desk.services.erasing import Erasable, ErasingService
from interview_desk.ui.bridge.tasks import TaskScope


class ErasingActs(QObject):
    """Asks over the page. Signals: `told(str)` of what is done."""

    told = Signal(str)

    def __init__(self, erasing: ErasingService, *, tasks: TaskScope, parent: QWidget) -> None:
        super().__init__(parent)
        self._erasing = erasing
        self._tasks = tasks
        self._window = parent
        self._interview_id = ""
        # Nobody is surprised that these are gone.
        self.gone: set[str] = set()

    def ask(self, interview_id: str) -> None:
        """Ask what of this interview and its guests shall go."""
        self._interview_id = interview_id
        self._tasks.start(self._erasing.choices(interview_id), then=self._show_choices)

    def _show_choices(self, choices: Sequence[Erasable]) -> None:
        # Nobody erases anything before the page is open.
        from interview_desk.ui.widgets.erase_dialog import EraseDialog

        dialog = EraseDialog(choices, self._window, is_alone=self._erasing.is_alone)
        dialog.erased.connect(self._erase)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _erase(self, chosen: Erasable) -> None:
        self.gone.add(self._interview_id)
        self._tasks.start(self._erasing.erase(chosen), then=self._say_erasing)

    def _say_erasing(self, _: None) -> None:
        if self._erasing.is_alone:
            self.told.emit("It is erased, also from the backups of your desk.")
        else:
            self.told.emit("It is erased as soon as your team's server knows; every desk follows.")
