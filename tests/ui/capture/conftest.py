"""One room to capture in, for each test of it."""

from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desk.ui.theme import Appearance
from tests.helpers.capture_room import Room
from tests.ui.capture.author import Author, Desk


@pytest.fixture(autouse=True)
def _what_is_typed_in_one_go_is_undone_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the machine stands still between two keys."""
    stopped = SimpleNamespace(monotonic_ns=lambda: 0)
    monkeypatch.setattr("interview_desk.notes.document.time", stopped)


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication, light: Appearance) -> Room:
    qapp.setQuitOnLastWindowClosed(False)
    return Room(qtbot)


@pytest.fixture
def desk(qtbot: QtBot, light: Appearance) -> Desk:
    return lambda name: Author(qtbot, name)
