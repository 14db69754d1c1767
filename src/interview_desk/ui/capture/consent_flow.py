"""Writing down what guests allow, and asking first where their no erases what was recorded."""

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from interview_desk.domain.consent import ConsentKind
from interview_desk.domain.interviews import Consent
from interview_desk.services.capture import CaptureSession
from interview_desk.services.media import Recorded, let_go_of_recorded, recorded_of
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.capture.consent_bar import ConsentBar, ConsentGiven
from interview_desk.ui.capture.withdrawal_dialog import WithdrawalDialog

_GOES = "It is erased in ten minutes. Press Yes before then to keep it."
_GONE = "What was recorded is deleted."


class ConsentFlow(QObject):
    """From the answers pressed in the bar to the guests' records.

    Signals: `settled()` when the bar is to show what stands; `told(str)` what follows from it.
    """

    settled = Signal()
    told = Signal(str)

    def __init__(
        self, bar: ConsentBar, session: CaptureSession, *, tasks: TaskScope, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._tasks = tasks
        self._window = window
        bar.consent_given.connect(self._given)
        bar.guest_named.connect(self._named)

    @property
    def _is_alone(self) -> bool:
        return self._session.me.server is None

    def _given(self, given: ConsentGiven) -> None:
        if given.kind is ConsentKind.RECORDING and given.value is Consent.NO:
            found = recorded_of(self._session.records, self._session.interview_id)
            self._tasks.start(found, then=partial(self._ask, given))
        else:
            self._tasks.start(self._write(given), then=self._settle)

    def _ask(self, given: ConsentGiven, recorded: Recorded) -> None:
        if not recorded:
            self._tasks.start(self._write(given), then=self._settle)
            return
        guests = {one.id: one.name for one in self._session.guests}
        name = guests.get(given.guest_id, "The guest")
        dialog = WithdrawalDialog(name, recorded, alone=self._is_alone, parent=self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.agreed.connect(partial(self._withdraw, given))
        dialog.rejected.connect(self.settled)
        dialog.open()

    def _withdraw(self, given: ConsentGiven) -> None:
        self._tasks.start(self._take_back(given), then=self._withdrawn)

    async def _take_back(self, given: ConsentGiven) -> None:
        await self._write(given)
        if self._is_alone:
            await let_go_of_recorded(self._session.records, self._session.interview_id)

    async def _write(self, given: ConsentGiven) -> None:
        await self._session.set_consent(given.guest_id, given.kind, given.value)

    def _named(self, name: str) -> None:
        self._tasks.start(self._session.add_guest(name), then=self._settle)

    def _withdrawn(self, _: None) -> None:
        self.settled.emit()
        self.told.emit(_GONE if self._is_alone else _GOES)

    def _settle(self, _: None) -> None:
        self.settled.emit()
