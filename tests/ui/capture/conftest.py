"""One room to capture in, for each test of it."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desk.ui.theme import Appearance
from tests.helpers.capture_room import Room


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication, light: Appearance) -> Room:
    qapp.setQuitOnLastWindowClosed(False)
    return Room(qtbot)
