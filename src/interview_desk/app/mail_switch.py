"""The switch in the tray that stops all mail to guests, for those who run the team."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from interview_desk.domain.flags import Flag
from interview_desk.services.flags import FlagService
from interview_desk.services.ports import Change
from interview_desk.ui.bridge.changes import ChangeSource
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.tray import Tray


class MailSwitch(QObject):
    """Keeps the tray's offer true, and does what is pressed."""

    def __init__(self, flags: FlagService, *, tray: Tray, tasks: TaskScope) -> None:
        super().__init__(tray)
        self._flags = flags
        self._tray = tray
        self._tasks = tasks
        tray.mail_requested.connect(self._turn)
        self._read()

    def watch(self, source: ChangeSource) -> Callable[[], None]:
        """Follow what others turn; returns the way to stop."""
        return source.on_change(self._changed)

    def _changed(self, changes: frozenset[Change]) -> None:
        if any(change.entity == "flags" for change in changes):
            self._read()

    def _read(self) -> None:
        work = self._flags.is_on(Flag.FOLLOW_UP)
        self._tasks.start(work, then=self._show, instead_of="mail-switch")

    def _show(self, on: bool) -> None:  # noqa: FBT001  - the answer to one question
        self._tray.show_mail(on=on)

    def _turn(self, on: bool) -> None:  # noqa: FBT001  - Qt's own signature
        self._tasks.start(self._flags.turn(Flag.FOLLOW_UP, on=on))
