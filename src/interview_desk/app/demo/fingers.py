"""What a person's hands do: press, type, and wait for what should then be seen."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from interview_desk.app.demo.report import StepFailed

_PATIENCE_SECONDS = 45
_LOOK_SECONDS = 0.02


async def until(seen: Callable[[], bool], what: str) -> None:
    """Look again and again until `seen`; StepFailed where it is not within a person's patience."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            # A person looks again and again, too; what is seen has no one event behind it.
            while not seen():  # noqa: ASYNC110  - many different events end the wait
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        raise StepFailed(f"waited in vain until {what}") from None


def press(inside: QWidget, name: str) -> None:
    """Press the button of this name, as far as a person could."""
    button = inside.findChild(QAbstractButton, name)
    if button is None:
        raise StepFailed(f"there is no button {name!r}")
    if not button.isEnabled():
        raise StepFailed(f"the button {name!r} cannot be pressed: {button.toolTip()}")
    button.click()


async def type_text(editor: QWidget, text: str) -> None:
    """Type `text` key by key, letting the program breathe as between two keys."""
    for character in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character)
            QCoreApplication.sendEvent(editor, event)
        await asyncio.sleep(0)
