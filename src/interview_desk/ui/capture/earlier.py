"""Between the capture window and what its notes said before."""

from datetime import tzinfo

from PySide6.QtCore import QObject, Signal

from interview_desk.services.capture import CaptureSession
from interview_desk.services.earlier_versions import Earlier, EarlierVersions, NoteVersion
from interview_desk.services.ports import NoteAddress
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.capture.earlier_panel import EarlierPanel
from interview_desk.ui.capture.notes_pane import NotesPane


class LookingBack(QObject):
    """Opens the earlier versions of the stage in sight in the notes' place, and goes back.

    Signals: `told(str)` with what happened, in one line.
    """

    told = Signal(str)

    def __init__(
        self,
        session: CaptureSession,
        notes: NotesPane,
        *,
        earlier: EarlierVersions,
        tasks: TaskScope,
        zone: tzinfo,
    ) -> None:
        super().__init__(notes)
        self._session = session
        self._notes = notes
        self._earlier = earlier
        self._tasks = tasks
        self._zone = zone
        self._panel: EarlierPanel | None = None
        self._note = NoteAddress(session.interview_id, session.stage)
        notes.earlier_asked.connect(self._open)

    def _open(self) -> None:
        self._note = NoteAddress(self._session.interview_id, self._session.stage)
        self._tasks.start(self._read(), then=self._show, instead_of="earlier")

    async def _read(self) -> Earlier:
        # What was typed just now is part of what is looked back on.
        await self._session.flush()
        return await self._earlier.of(self._note)

    def _show(self, found: Earlier) -> None:
        if self._panel is None:
            self._panel = EarlierPanel(zone=self._zone)
            self._panel.version_chosen.connect(self._chosen)
            self._panel.closed.connect(self._notes.show_notes)
            self._panel.copied.connect(self._copied)
        self._notes.show_instead(self._panel)
        self._panel.show_versions(found)

    def _chosen(self, version: NoteVersion) -> None:
        self._tasks.start(self._text(version), then=self._show_text, instead_of="earlier text")

    async def _text(self, version: NoteVersion) -> tuple[NoteVersion, str]:
        return version, await self._earlier.text(self._note, version)

    def _show_text(self, found: tuple[NoteVersion, str]) -> None:
        if self._panel is not None:
            self._panel.show_text(*found)

    def _copied(self) -> None:
        self.told.emit("The text is copied.")
