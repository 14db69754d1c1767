"""A desk of its own that types until it is killed; each line out is what is known to be on disk."""

import asyncio
import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from interview_desk.app.outside import Outside
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.ports import Me
from interview_desk.services.saved_state import SavedState, Saving
from interview_desk.store import LocalStore
from interview_desk.ui.capture.note_editor import NoteEditor
from interview_desk.ui.capture.window import CaptureWindow

INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"
ME = Me("member", "Ada", None, Role.OWNER, "Desk", None, None)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def type_for_ever(path: Path) -> None:
    store = await LocalStore.open(path, bytes(range(32)))
    await store.write([Edit("interviews", INTERVIEW, {"title": "Ines", "status": "scheduled"})])
    ports = CapturePorts(store, store, RealClock(), ME, Outside().new_id)
    session = CaptureSession(INTERVIEW, ports)
    await session.open()
    window = CaptureWindow(session, zone=ZoneInfo("Europe/Berlin"))
    window.begin()
    window.show()
    while (editor := window.findChild(NoteEditor, "note-prepare")) is None:  # noqa: ASYNC110  - no signal
        await asyncio.sleep(0.01)
    session.on_saved(Announcer(editor).saved)
    for number in itertools.count():
        QTest.keyClicks(editor, f"word{number} ")
        await asyncio.sleep(0.01)


class Announcer:
    def __init__(self, editor: NoteEditor) -> None:
        self._editor = editor

    def saved(self, state: SavedState) -> None:
        if state.saving is Saving.SAVED:
            print(len(self._editor.toPlainText()), flush=True)


if __name__ == "__main__":
    app = QApplication([])
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(type_for_ever(Path(sys.argv[1])))
