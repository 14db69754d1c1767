"""A capture window over a desk in memory, and what a person does and reads there."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.ids import answer_id
from interview_desk.domain.values import Fields, Json
from interview_desk.notes import text_of
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.ui.capture.window import CaptureWindow
from tests.helpers.desk import ME, MemoryRecords, StoppedClock, counted_ids
from tests.helpers.notes_fakes import MemoryJournal

INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"
GUEST = "0192d3a4-0000-7000-8000-00000000b001"
CTRL = Qt.KeyboardModifier.ControlModifier


async def until(happened: Callable[[], bool]) -> None:
    while not happened():  # noqa: ASYNC110  - Qt tells of most of these by no signal
        await asyncio.sleep(0.01)


class Room:
    """One open capture window over a desk in memory."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.records = MemoryRecords()
        self.journal = MemoryJournal()
        self.clock = StoppedClock()
        self.broken: list[object] = []
        self.windows: list[CaptureWindow] = []
        self.records.put(
            "interviews",
            INTERVIEW,
            title="Ines Okafor",
            status="scheduled",
            start="2026-11-18T10:45:00Z",
            end="2026-11-18T11:45:00Z",
            join_url="https://zoom.us/j/123456789",
        )

    def guest(self, name: str = "Ines Okafor", guest_id: str = GUEST) -> None:
        self.records.put("interview_guests", guest_id, interview_id=INTERVIEW, name=name)

    async def open(self, me: Me = ME) -> CaptureWindow:
        ports = CapturePorts(
            records=self.records,
            journal=self.journal,
            clock=self.clock,
            me=me,
            new_id=counted_ids(self.clock),
        )
        session = CaptureSession(INTERVIEW, ports)
        await session.open()
        window = CaptureWindow(session, zone=ZoneInfo("Europe/Berlin"))
        window.broke.connect(self.broken.append)
        self.windows.append(window)
        window.begin()
        window.show()
        self.qtbot.waitExposed(window)
        await until(lambda: editor_of(window) is not None)
        return window

    async def leave(self) -> None:
        self.journal.full = False
        for window in self.windows:
            await window.leave()
            window.close()
            window.deleteLater()
        assert self.broken == []

    def on_disk(self, stage: str) -> str:
        return text_of(self.journal.on_disk(NoteAddress(INTERVIEW, stage)))

    def answer(self, field: str) -> Json:
        row = self.records.rows.get(("interview_answers", answer_id(INTERVIEW, field)))
        return row.fields.get("value") if row else None

    def insights(self) -> list[Fields]:
        return [row.fields for (kind, _), row in self.records.rows.items() if "insight" in kind]

    def guest_says(self, kind: str) -> Json:
        said = self.records.rows["interview_guests", GUEST].fields.get(f"consent_{kind}")
        return said["value"] if isinstance(said, dict) else None


def then_leave(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Close the windows while the loop still runs: Qt's timers go on firing after a test."""

    @functools.wraps(test)
    async def run(**fixtures: object) -> None:
        try:
            await test(**fixtures)
        finally:
            room = fixtures["room"]
            assert isinstance(room, Room)
            await room.leave()

    return run


def editor_of(window: CaptureWindow) -> QPlainTextEdit | None:
    shown = [
        editor
        for editor in window.findChildren(QPlainTextEdit)
        if editor.objectName().startswith("note-") and editor.isVisible()
    ]
    return shown[0] if shown else None


def editor(window: CaptureWindow) -> QPlainTextEdit:
    found = editor_of(window)
    assert found is not None
    return found


def child(window: QWidget, kind: type[QWidget], name: str):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def words(window: CaptureWindow, name: str) -> str:
    label = child(window, QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def lines(items: QWidget) -> list[str]:
    return sorted(line.text() for line in items.findChildren(QLineEdit) if line.isVisible())


def press(window: QWidget, name: str) -> None:
    button = child(window, QPushButton, name)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def to_stage(window: CaptureWindow, stage: str) -> None:
    def elsewhere() -> bool:
        return editor(window) is not before

    for _ in range(12):
        if editor(window).objectName() == f"note-{stage}":
            return
        before = editor(window)
        QTest.keyClick(window, Qt.Key.Key_PageDown, CTRL)
        await until(elsewhere)
    raise AssertionError(stage)
