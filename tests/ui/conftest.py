"""Tests of the screens: one Qt loop for Qt and asyncio, and a collector that keeps to it."""

import gc
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import STYLE, Appearance, apply_theme
from tests.helpers.desk import MemoryRecords, StoppedClock
from tests.helpers.desk_story import FriendlyServer, desk_parts, story
from tests.helpers.pressing import settled


def _qt_loop() -> AbstractEventLoop:
    # Imported here: qasync takes whichever Qt binding is loaded before it.
    from qasync import QEventLoop

    app = QApplication.instance() or QApplication(["tests", *STYLE])
    return QEventLoop(app)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Every `async def test_*` here runs on Qt's own loop."""
    return {"qt": _qt_loop}


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["tests", *STYLE]


@pytest.fixture(scope="session", autouse=True)
def _collector_on_this_thread() -> Iterator[None]:
    """A collection on a worker thread would delete Qt objects there."""
    gc.freeze()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _no_window_left(qapp: QApplication) -> Iterator[None]:
    """A window that a test leaves open lies over those of the next: it gets their mouse."""
    del qapp
    yield
    left = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    for window in left:
        window.hide()
    assert not left, f"left open: {[window.objectName() for window in left]}"


@pytest.fixture(scope="session", autouse=True)
def _locale() -> None:
    QLocale.setDefault(QLocale("en_GB"))


@pytest.fixture
def light(qapp: QApplication) -> Appearance:
    return apply_theme(qapp, "light")


@pytest.fixture
def dark(qapp: QApplication) -> Iterator[Appearance]:
    appearance = apply_theme(qapp, "dark")
    yield appearance
    appearance.use(appearance.mode.LIGHT)


@pytest.fixture
def records() -> MemoryRecords:
    return story()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def window(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, clock: StoppedClock, tmp_path: Path
) -> AsyncIterator[MainWindow]:
    """The desk in the story's week, on Today."""
    made = MainWindow(desk_parts(records, tmp_path, clock=clock, invitations=FriendlyServer()))
    made.show_place("today")
    made.show()
    await settled(made)
    yield made
    await made.shut()
    # Not left to qtbot: it deletes before a fixture can shut anything.
    made.deleteLater()
