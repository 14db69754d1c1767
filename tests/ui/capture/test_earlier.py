"""Looking back: every version of a stage can be read and copied, nothing of it can be changed."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget, QPlainTextEdit, QPushButton

from interview_desk.domain.note_versions import Version
from interview_desk.notes import NoteDocument
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.earlier_versions import (
    EarlierVersions,
    VersionsFeed,
    VersionsPage,
)
from interview_desk.services.ports import NoteAddress
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.ui.capture.window import CaptureWindow
from tests.helpers.capture_room import (
    INTERVIEW,
    Room,
    child,
    editor,
    editor_of,
    then_leave,
    to_stage,
    until,
    words,
)
from tests.helpers.desk import ME, counted_ids


def elsewhere(text: str) -> list[bytes]:
    log: list[bytes] = []
    NoteDocument(log.append).insert(0, text)
    return log


async def opened(
    room: Room, *, earlier: bool = True, feed: VersionsFeed | None = None
) -> CaptureWindow:
    ports = CapturePorts(room.records, room.journal, room.clock, ME, counted_ids(room.clock))
    session = CaptureSession(INTERVIEW, ports)
    await session.open()
    versions = EarlierVersions(room.journal, room.records, me=ME, clock=room.clock, feed=feed)
    window = CaptureWindow(
        session, zone=ZoneInfo("Europe/Berlin"), earlier=versions if earlier else None
    )
    window.broke.connect(room.broken.append)
    room.windows.append(window)
    window.begin()
    window.show()
    await until(lambda: editor_of(window) is not None)
    return window


async def typed(room: Room, window: CaptureWindow, text: str) -> None:
    QTest.keyClicks(editor(window), text)
    await until(lambda: room.on_disk("prepare").endswith(text))
    room.clock.advance(hours=3)


async def looking_back(window: CaptureWindow) -> QListWidget:
    QTest.mouseClick(child(window, QPushButton, "capture-earlier"), Qt.MouseButton.LeftButton)
    await until(lambda: window.findChild(QListWidget, "earlier-versions") is not None)
    listed = child(window, QListWidget, "earlier-versions")
    assert isinstance(listed, QListWidget)
    await until(listed.isVisible)
    return listed


def text_then(window: CaptureWindow) -> QPlainTextEdit:
    shown = child(window, QPlainTextEdit, "earlier-text")
    assert isinstance(shown, QPlainTextEdit)
    return shown


@then_leave
async def test_every_version_is_listed_and_can_be_read_and_copied(room: Room):
    window = await opened(room)
    await typed(room, window, "one")
    await typed(room, window, " two")
    listed = await looking_back(window)
    lines = [listed.item(place).text() for place in range(listed.count())]
    assert lines == ["Today 14:48\nAda Berg", "Today 11:48\nAda Berg"]
    await until(lambda: text_then(window).toPlainText() == "one two")
    listed.setCurrentRow(1)
    await until(lambda: text_then(window).toPlainText() == "one")
    assert words(window, "earlier-when") == "As it was on Wed 18 Nov at 11:48"
    QTest.keyClicks(text_then(window), "more")
    assert text_then(window).toPlainText() == "one"
    QTest.mouseClick(child(window, QPushButton, "earlier-copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "one"
    assert words(window, "capture-told") == "The text is copied."
    caret = text_then(window).textCursor()
    caret.setPosition(1, caret.MoveMode.KeepAnchor)
    text_then(window).setTextCursor(caret)
    QTest.mouseClick(child(window, QPushButton, "earlier-copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "o"


@then_leave
async def test_going_back_or_to_another_stage_shows_the_notes_again(room: Room):
    window = await opened(room)
    await typed(room, window, "one")
    await looking_back(window)
    assert editor_of(window) is None
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert room.insights() == []
    QTest.mouseClick(child(window, QPushButton, "earlier-back"), Qt.MouseButton.LeftButton)
    assert editor(window).toPlainText() == "one"
    assert editor(window).hasFocus()
    await looking_back(window)
    QTest.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: editor_of(window) is not None)
    assert editor(window).objectName() == "note-welcome"


@then_leave
async def test_a_stage_without_notes_says_so(room: Room):
    window = await opened(room)
    await to_stage(window, "welcome")
    listed = await looking_back(window)
    assert listed.count() == 0
    assert words(window, "earlier-remark") == "Nothing was written here yet."
    assert not child(window, QPushButton, "earlier-copy").isEnabled()


@then_leave
async def test_what_is_only_on_the_server_is_said_to_be_there(room: Room):
    room.journal.confirmed[NoteAddress(INTERVIEW, "prepare")] = elsewhere("theirs ")
    window = await opened(room)
    await typed(room, window, "mine")
    await looking_back(window)
    assert words(window, "earlier-remark").startswith("Older versions are on the server")


class Away:
    """A server that tells what there was and is gone when it is asked for the text."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    async def versions(self, doc: str, *, before: int | None) -> VersionsPage:
        return VersionsPage([Version(7, self._at, self._at, ("x",))], more=False)

    async def version_text(self, doc: str, seq: int) -> str:
        raise ServerUnreachableError


@then_leave
async def test_a_server_that_goes_away_meanwhile_is_said(room: Room):
    window = await opened(room, feed=Away(room.clock.now()))
    await typed(room, window, "one")
    listed = await looking_back(window)
    assert listed.item(0).text().endswith("Somebody who left")
    await until(lambda: words(window, "capture-told") == str(ServerUnreachableError()))


@then_leave
async def test_without_a_memory_nothing_is_offered(room: Room):
    window = await opened(room, earlier=False)
    button = child(window, QPushButton, "capture-earlier")
    await asyncio.sleep(0)
    assert not button.isVisible()
    assert window.findChild(QLabel, "earlier-when") is None
