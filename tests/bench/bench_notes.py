"""Typing and opening notes, against a bare QPlainTextEdit with the same text in the same run.

Ours is the capture window on a real encrypted database: text engine, journal and highlighting,
with `keep_saving` running. A keystroke is the time Qt's event handler takes; the lag of a key is
how long after it was due its letter stood in the text, keys being due every 2 ms, painting and
writing between them. Opening is from the database to the first complete picture of 20 kB of
notes; the floor puts the same text, in memory, into a bare editor and paints it.
"""

import asyncio
import os
import statistics
import tempfile
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from typing_extensions import override

from interview_desk.app.outside import Outside
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.store import LocalStore
from interview_desk.ui.capture.note_editor import NoteEditor
from interview_desk.ui.capture.window import CaptureWindow
from interview_desk.ui.theme import apply_theme
from tests.bench.table import row

KEY = bytes(range(32))
INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"
ME = Me("member", "Ada", None, Role.OWNER, "Desk", None, None)
ROUNDS, KEYS, LAG_KEYS, OPENINGS = 7, 300, 600, 15
EVERY_SECONDS = 0.002
LINE = "- What they said in **their own words**, line {}, and what happened the day before that.\n"
TEXT = "".join(LINE.format(number) for number in range(230))
WORDS = "nothing in the sheet was right that friday\r"


class RealClock:
    """The time of day."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def bare() -> QPlainTextEdit:
    """The floor: an editor with the text and nothing else."""
    editor = QPlainTextEdit()
    editor.setPlainText(TEXT)
    editor.resize(780, 560)
    editor.show()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    return editor


async def captured(store: LocalStore) -> tuple[CaptureWindow, NoteEditor]:
    """Ours: the capture window, its editor in sight."""
    ports = CapturePorts(store, store, RealClock(), ME, Outside().new_id)
    session = CaptureSession(INTERVIEW, ports)
    await session.open()
    window = CaptureWindow(session, zone=ZoneInfo("Europe/Berlin"))
    window.begin()
    window.show()
    while (editor := window.findChild(NoteEditor, "note-prepare")) is None:  # noqa: ASYNC110  - no signal
        await asyncio.sleep(0.01)
    editor.setFocus()
    return window, editor


def key(number: int) -> QKeyEvent:
    letter = WORDS[number % len(WORDS)]
    which = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_A
    return QKeyEvent(QEvent.Type.KeyPress, which, Qt.KeyboardModifier.NoModifier, letter)


async def keystrokes(editor: QPlainTextEdit) -> list[float]:
    """Seconds that each key took, with the loop turning between them."""
    took = []
    for number in range(KEYS):
        event = key(number)
        began = time.perf_counter()
        QApplication.sendEvent(editor, event)
        took.append(time.perf_counter() - began)
        if number % 4 == 0:
            await asyncio.sleep(0.001)
    return took


class Lag(QObject):
    """How long after it was due each key's letter stood in the text."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__()
        self._editor = editor
        self._due: deque[float] = deque()
        self._now: float | None = None
        self.lags: list[float] = []
        self.done = asyncio.Event()
        editor.installEventFilter(self)
        editor.textChanged.connect(self._changed)

    async def measure(self) -> list[float]:
        hands = threading.Thread(target=self._press)
        hands.start()
        await self.done.wait()
        hands.join()
        self._editor.removeEventFilter(self)
        self._editor.textChanged.disconnect(self._changed)
        return self.lags

    def _press(self) -> None:
        due = time.perf_counter()
        for number in range(LAG_KEYS):
            due += EVERY_SECONDS
            while (left := due - time.perf_counter()) > 0:
                time.sleep(left)
            self._due.append(due)
            QCoreApplication.postEvent(self._editor, key(number))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            self._now = self._due.popleft()
        return False

    def _changed(self) -> None:
        if self._now is None:
            return
        self.lags.append(time.perf_counter() - self._now)
        self._now = None
        if len(self.lags) == LAG_KEYS:
            self.done.set()


def painted(editor: QPlainTextEdit) -> None:
    editor.resize(780, 560)
    editor.show()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.grab()


async def opened_ours(store: LocalStore) -> QPlainTextEdit:
    """From the database to the picture."""
    ports = CapturePorts(store, store, RealClock(), ME, Outside().new_id)
    note = await CaptureSession(INTERVIEW, ports).note("welcome")
    editor = NoteEditor(note.document, name="note-welcome", spoken="Notes")
    painted(editor)
    note.close()
    return editor


async def opened_bare() -> QPlainTextEdit:
    editor = QPlainTextEdit()
    editor.setPlainText(TEXT)
    painted(editor)
    return editor


async def timed(opening: Callable[[], Awaitable[QPlainTextEdit]]) -> float:
    began = time.perf_counter()
    editor = await opening()
    took = time.perf_counter() - began
    editor.hide()
    editor.deleteLater()
    await asyncio.sleep(0.05)  # what opening leaves to do later is not measured twice
    return took


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[round(share * (len(values) - 1))]


async def typing(store: LocalStore) -> None:
    """The first two rows."""
    window, ours = await captured(store)
    ours.insertPlainText(TEXT)
    floor = bare()
    await asyncio.sleep(0.5)
    editors = (ours, floor)
    took: tuple[list[float], list[float]] = ([], [])
    lags: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for place, editor in enumerate(editors):
            took[place].append(statistics.median(await keystrokes(editor)))
            await asyncio.sleep(0.3)
            lags[place].append(percentile(await Lag(editor).measure(), 0.99))
            await asyncio.sleep(0.3)
    mine, least = (statistics.median(each) * 1e6 for each in took)
    row("keystroke in the capture editor (us, p50)", mine, least, 2.0)
    mine, least = (statistics.median(each) * 1e3 for each in lags)
    row("lag of keys due every 2 ms (ms, p99)", mine, least, 2.0)
    await window.leave()
    window.close()


async def opening(store: LocalStore) -> None:
    """The third row: notes of an earlier session, typed key by key."""
    note = NoteAddress(INTERVIEW, "welcome")
    ports = CapturePorts(store, store, RealClock(), ME, Outside().new_id)
    session = CaptureSession(INTERVIEW, ports)
    await session.open()
    document = (await session.note(note.stage)).document
    for place in range(0, len(TEXT), 5):
        document.insert(place, TEXT[place : place + 5])
        document.settle()
        await session.flush()
    await session.close()
    ours, floors = [], []
    for number in range(OPENINGS):
        mine = await timed(lambda: opened_ours(store))
        least = await timed(opened_bare)
        if number:
            ours.append(mine)
            floors.append(least)
    mine, least = (statistics.median(each) * 1e3 for each in (ours, floors))
    row("opening 20 kB of notes (ms)", mine, least, 1.5)


async def measure(folder: Path) -> None:
    """Print the rows."""
    store = await LocalStore.open(folder / "desk.db", KEY)
    await store.write([Edit("interviews", INTERVIEW, {"title": "Ines", "status": "scheduled"})])
    await typing(store)
    await opening(store)
    await store.close()


def main() -> None:
    """Print the rows."""
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    apply_theme(app, "light")
    # Imported here: qasync takes whichever Qt binding is loaded before it.
    from qasync import QEventLoop

    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner,
    ):
        runner.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
