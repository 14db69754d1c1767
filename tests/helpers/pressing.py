"""What tests of the screens do with their hands and eyes."""

import asyncio
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QListWidget,
    QWidget,
)

from interview_desk.ui.main_window import MainWindow

_T = TypeVar("_T", bound=QObject)


def named(where: QObject, kind: type[_T], name: str) -> _T:
    """The one widget of this object name."""
    found = where.findChild(kind, name)
    assert isinstance(found, kind), f"no {name} here"
    return found


def press(where: QObject, name: str) -> None:
    """Press a button that a person can see and press."""
    button = named(where, QAbstractButton, name)
    assert button.isVisible(), f"{name} cannot be seen"
    assert button.isEnabled(), f"{name} cannot be pressed"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def click_line(where: QObject, name: str, number: int) -> None:
    """Click a line of a list, as a mouse does."""
    box = named(where, QListWidget, name)
    place = box.visualItemRect(box.item(number)).center()
    QTest.mouseClick(box.viewport(), Qt.MouseButton.LeftButton, pos=place)


def read(where: QWidget) -> str:
    """All words a person can read there."""
    words = [item.text() for item in where.findChildren(QLabel) if item.isVisible()]
    words += [item.text() for item in where.findChildren(QAbstractButton) if item.isVisible()]
    return "\n".join(words)


async def settled(window: MainWindow) -> None:
    """Wait until every page has shown what it reads, also of what changed just now."""
    changes = window._changes
    while changes._timer.isActive():
        announced: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        changes.changed.connect(announced.set_result, Qt.ConnectionType.SingleShotConnection)
        await announced
    for page in tuple(window._pages.values()):
        await page.tasks.settled()


async def carried_out(window: MainWindow) -> None:
    """Wait until what was pressed is done, and every page shows what became of it."""
    for page in tuple(window._pages.values()):
        await page.tasks.settled()
    await settled(window)


def pick(box: QComboBox, data: object) -> None:
    """Choose as a person does."""
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def let_go() -> None:
    """Let what was taken off the screen be gone, as the next turn of the loop would."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def scroll(box: QWidget) -> None:
    """Turn the wheel by one step over something, whether the keyboard is in it or not."""
    place = QPointF(5, 5)
    event = QWheelEvent(
        place,
        QPointF(box.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003  - Qt's own signature
    )
    QApplication.sendEvent(box, event)
