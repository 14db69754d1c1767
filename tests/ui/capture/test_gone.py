"""An interview that is taken away while somebody captures it."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.app.captures import Captures
from interview_desk.app.outside import Outside
from interview_desk.services.exchange import Page, ServerRow
from interview_desk.store import LocalStore
from tests.helpers.desk import ME, StoppedClock, counted_bytes

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
INTERVIEW = "0199c0de-0000-7000-8000-000000000001"
GIVEN = ServerRow("interviews", INTERVIEW, 3, {"title": "Acme", "status": "scheduled"}, {})


async def arrive(store: LocalStore, *rows: ServerRow) -> None:
    await store.apply_page(Page(rows, "c", more=False, last_n=0, epoch="e"), NOW)


async def test_its_window_closes_and_what_was_being_typed_is_set_aside(
    tmp_path: Path, qtbot: QtBot
) -> None:
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    await arrive(store, GIVEN)
    parent = QWidget()
    qtbot.addWidget(parent)
    # The last window that closes would end the program.
    parent.show()
    outside = Outside(clock=StoppedClock(NOW), randomness=counted_bytes())
    captures = Captures(store, ME, outside, zone=UTC, parent=parent)
    told: list[str] = []
    captures.told.connect(told.append)
    window = await captures.open(INTERVIEW)
    await arrive(store, ServerRow("interviews", INTERVIEW, 4, {"title": "Acme Ltd"}, {}))
    await captures._tasks.settled()
    assert captures.window(INTERVIEW) is window
    editor = next(edit for edit in window.findChildren(QPlainTextEdit) if edit.isVisible())
    QTest.keyClicks(editor, "half a sentence")
    await arrive(store, ServerRow("interviews", INTERVIEW, 5, gone=True))
    await captures._tasks.settled()
    assert captures.window(INTERVIEW) is None
    assert "taken away" in told[0]
    (item,) = await store.quarantined()
    assert (item.kind, item.text) == ("note", "half a sentence")
    assert await store.pending_count() == 0
    await captures.close()
    await store.close()
