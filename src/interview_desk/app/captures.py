"""The capture windows that are open, one per interview."""

import asyncio
import importlib
from datetime import tzinfo

from PySide6.QtCore import QObject, Signal

from interview_desk.app.outside import Outside
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.company import Company
from interview_desk.services.earlier_versions import EarlierVersions, VersionsFeed
from interview_desk.services.ports import Change, Me
from interview_desk.store import LocalStore
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.capture.window import CaptureWindow
from interview_desk.ui.on_screen import bring_to_front

_GONE = (
    "This interview was taken away from you or deleted. What you wrote and had not sent yet is "
    "under \N{LEFT DOUBLE QUOTATION MARK}Needs attention\N{RIGHT DOUBLE QUOTATION MARK}."
)


class Captures(QObject):
    """Opens an interview for capturing, or brings its open window to the front.

    Signals: `join_requested(str)` and `debrief_requested(str)` with the interview's id, `told(str)`
    and `broke(object)` as the windows have them.
    """

    join_requested = Signal(str)
    debrief_requested = Signal(str)
    told = Signal(str)
    broke = Signal(object)

    def __init__(
        self, store: LocalStore, me: Me, outside: Outside, *, zone: tzinfo, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._ports = CapturePorts(
            records=store,
            journal=store,
            clock=outside.clock,
            me=me,
            new_id=outside.new_id,
        )
        self._earlier = EarlierVersions(store, store, me=me, clock=outside.clock)
        self._zone = zone
        self._store = store
        self._clock = outside.clock
        self._tasks = TaskScope(self)
        self._tasks.told.connect(self.told)
        self._tasks.broke.connect(self.broke)
        self._sessions: dict[str, CaptureSession] = {}
        self._windows: dict[str, CaptureWindow] = {}
        self._opening = asyncio.Lock()
        self._is_offline = False
        self._company: Company | None = None
        self._stops = [store.on_change(self._changed)]

    def window(self, interview_id: str) -> CaptureWindow | None:
        """The open window of an interview."""
        return self._windows.get(interview_id)

    async def open(self, interview_id: str) -> CaptureWindow:
        """The interview's window, in front; InterviewGone where there is no such interview."""
        async with self._opening:  # a double click is one wish
            window = self._windows.get(interview_id) or await self._opened(interview_id)
        bring_to_front(window)
        return window

    def show_offline(self, *, offline: bool) -> None:
        """Let every window say whether the network is there."""
        self._is_offline = offline
        for window in self._windows.values():
            window.show_offline(offline=offline)

    def meet(self, company: Company, versions: VersionsFeed | None = None) -> None:
        """Be seen in every window by the others, see them, and look back with the server's help."""
        self._earlier.feed = versions
        self._company = company
        for window in self._windows.values():
            window.meet(company)

    async def close(self) -> None:
        """Write down everything and close every window; a failure leaves its window open."""
        for window in list(self._windows.values()):
            await window.leave()
            window.close()
        while self._stops:
            self._stops.pop()()
        await self._tasks.close()

    def _changed(self, changes: frozenset[Change]) -> None:
        for interview_id in tuple(self._windows):
            if Change("interviews", interview_id) in changes:
                self._tasks.start(self._look_after(interview_id), instead_of=interview_id)

    async def _look_after(self, interview_id: str) -> None:
        """Close the window of an interview that was taken away; no word typed in it is lost."""
        window, session = self._windows.get(interview_id), self._sessions.get(interview_id)
        if await self._store.get("interviews", interview_id) or not window or not session:
            return
        unsaved = [(note.address, note.document.text) for note in session.unsaved()]
        await window.leave()
        window.close()
        for note, text in unsaved:
            await self._store.keep_words(note, text, now=self._clock.now())
        self.told.emit(_GONE)

    async def _opened(self, interview_id: str) -> CaptureWindow:
        # The text engine is loaded beside the window, not in front of it.
        await asyncio.to_thread(importlib.import_module, "interview_desk.notes")
        session = CaptureSession(interview_id, self._ports)
        await session.open()
        window = CaptureWindow(session, zone=self._zone, earlier=self._earlier)
        window.join_requested.connect(self.join_requested)
        window.debrief_requested.connect(self.debrief_requested)
        window.told.connect(self.told)
        window.broke.connect(self.broke)
        window.closed.connect(self._closed)
        self._windows[interview_id], self._sessions[interview_id] = window, session
        window.show()
        window.begin()
        window.show_offline(offline=self._is_offline)
        window.meet(self._company)
        return window

    def _closed(self, interview_id: str) -> None:
        self._sessions.pop(interview_id, None)
        window = self._windows.pop(interview_id, None)
        if window is not None:
            window.deleteLater()
