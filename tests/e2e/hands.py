"""Runs the real desk and does what its standard input says; JSON lines in, JSON lines out.

`python -m tests.e2e.hands DATA [LINK]`. Nothing but the launching of addresses is replaced:
keyring or passphrase, database, sync, notifications and windows are the program's own.
"""

import asyncio
import json
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from interview_desk.app.desk import Desk
from interview_desk.app.main import run_desk
from interview_desk.app.open_desk import OpenDesk
from interview_desk.app.outside import Outside
from tests.e2e import mouse

if TYPE_CHECKING:
    from collections.abc import Callable
from interview_desk.services.interviews import NewInterview

_opened: list[str] = []


def _in_sight(kind: type[QWidget]) -> list[Any]:
    windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    return [each for window in windows for each in window.findChildren(kind) if each.isVisible()]


def _named(kind: type[QWidget], name: str) -> Any:
    return next((each for each in _in_sight(kind) if each.objectName() == name), None)


def _texts() -> list[str]:
    labels = [label.text() for label in _in_sight(QLabel)]
    return labels + [button.text() for button in _in_sight(QAbstractButton)]


def _press(name: str) -> bool:
    button = _named(QAbstractButton, name)
    if button is None or not button.isEnabled():
        return False
    button.click()
    return True


def _fill(name: str, text: str) -> bool:
    line = _named(QLineEdit, name)
    if line is None:
        return False
    line.setText(text)
    return True


def _read(name: str) -> str:
    line = _named(QLineEdit, name)
    return line.text() if line else ""


def _picture(path: str) -> bool:
    windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    return bool(windows and windows[0].grab().save(path))


def _sees(text: str) -> bool:
    return any(text in shown for shown in _texts())


class Hands:
    """Answers each line; what is not there yet is answered with false."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._actions: dict[str, Callable[..., Any]] = {
            "press": _press,
            "fill": _fill,
            "read": _read,
            "sees": _sees,
            "texts": _texts,
            "picture": _picture,
            "opened": lambda: list(_opened),
            "window": lambda: self._open is not None and self._open.window.isVisible(),
            "ready": lambda: self._open is not None and self._open.alerts is not None,
            "synced": self._is_synced,
            "tray": self._tray,
            "tray-press": self._tray_press,
            "close-window": self._close_window,
            "make": self._make,
            "quit": self._desk.quit,
            **mouse.ACTIONS,
        }

    @property
    def _open(self) -> OpenDesk | None:
        return self._desk.open_desk

    def begin(self) -> None:
        """Read on a thread that does not keep the program from ending."""
        loop = asyncio.get_event_loop()

        def read() -> None:
            for line in sys.stdin:
                loop.call_soon_threadsafe(self._answer, line)

        threading.Thread(target=read, daemon=True).start()

    def _answer(self, line: str) -> None:
        asked = json.loads(line)
        print(json.dumps(self._actions[asked.pop("do")](**asked)), flush=True)

    def _is_synced(self) -> bool:
        return self._open is not None and self._open.window.rail.badge.words.startswith("Synced ")

    def _tray(self) -> str:
        desk = self._open
        return desk.tray.tooltip if desk and desk.tray.is_there else ""

    def _tray_press(self, name: str) -> bool:
        found = self._open.tray.menu.findChild(QAction, name) if self._open else None
        if found is None or not found.isEnabled():
            return False
        found.trigger()
        return True

    def _make(self, title: str, start: str, where: str) -> bool:
        if self._open is None:
            return False
        new = NewInterview(title, start=datetime.fromisoformat(start), where=where)
        self._open.tasks.start(self._open.window._parts.interviews().create(new))
        return True

    def _close_window(self) -> bool:
        if self._open is None:
            return False
        self._open.window.close()
        return not self._open.window.isVisible()


def main(data: Path, link: str | None) -> int:
    kept: list[object] = []

    def launch(address: QUrl) -> bool:
        _opened.append(bytes(address.toEncoded().data()).decode())
        return True

    def with_desk(desk: Desk) -> None:
        hands = Hands(desk)
        kept.append(hands)
        desk.running.connect(hands.begin)

    return run_desk(
        data=data,
        link=link,
        outside=Outside(launch=launch, has_program=lambda _: False),
        with_desk=with_desk,
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
