"""The main window as a person has it before them, closed again behind the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PySide6.QtCore import QSize

from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.main_window import MainWindow
from tests.helpers.pressing import settled

USUAL = QSize(1360, 860)


@asynccontextmanager
async def shown_window(
    parts: DeskParts, *, size: QSize = USUAL, place: str = "today"
) -> AsyncIterator[MainWindow]:
    """A window of this size that shows `place`, once everything in it has been read."""
    window = MainWindow(parts)
    window.resize(size)
    window.show()
    window.show_place(place)
    await settled(window)
    yield window
    await window.shut()
    # Not left to qtbot: it deletes before a fixture can shut anything.
    window.deleteLater()
