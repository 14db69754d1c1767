"""Asking a person who has joined a team what the team gets of the work they made alone."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from interview_desk.services.handover import Handover, HandoverPlan
from interview_desk.store import LocalStore
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.widgets.handover import HandoverDialog


class HandingOver:
    """Opens the question once at a time; until it is answered, nothing is sent."""

    def __init__(
        self, store: LocalStore, *, tasks: TaskScope, parent: QWidget, released: Callable[[], None]
    ) -> None:
        self._handover = Handover(store.handover, released=released)
        self._tasks = tasks
        self._parent = parent
        self._open: HandoverDialog | None = None

    def ask(self) -> None:
        """Show what will be sent, and wait for the person's word."""
        if self._open is None:
            self._tasks.start(self._handover.plan(), then=self._show, instead_of="handover")

    def _show(self, plan: HandoverPlan) -> None:
        self._open = HandoverDialog(self._handover, plan, self._parent)
        self._open.finished.connect(self._closed)
        self._open.open()

    def _closed(self, _: int) -> None:
        if self._open is not None:
            self._open.deleteLater()
            self._open = None
