"""A desk in which somebody types to book and never pauses; it says what it has kept of that.

`python -m tests.e2e.typing_process DATA KEY`. Each line is a text that can be read from the
database now.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from interview_desk.app.behind import UNSENT_BOOKING
from interview_desk.app.desk import Desk
from interview_desk.app.main import run_desk
from interview_desk.app.open_desk import OpenDesk
from interview_desk.app.outside import Outside
from interview_desk.ui.bridge.tasks import TaskScope
from tests.helpers.booking_form import open_form
from tests.helpers.pressing import named

# Some twenty letters a second.
_BETWEEN_LETTERS = 0.05


class Typist:
    """Types letters as soon as the desk stands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks = TaskScope()
        self._tasks.broke.connect(_fail)
        desk.running.connect(self._begin)

    def _begin(self) -> None:
        self._tasks.start(self._type())

    async def _type(self) -> None:
        await self._desk.opened.wait()
        open_desk = self._desk.open_desk
        assert open_desk is not None
        form = await open_form(open_desk.window)
        line = named(form, QLineEdit, "book-name")
        said = ""
        async for kept in _kept_while(line, open_desk):
            if kept != said:
                said = kept
                print(kept, flush=True)


def _fail(error: BaseException) -> None:
    raise SystemExit(1) from error


async def _kept_while(line: QLineEdit, desk: OpenDesk) -> AsyncIterator[str]:
    memory = desk.store.text(UNSENT_BOOKING)
    for number in count():
        QTest.keyClicks(line, chr(ord("a") + number % 26))
        yield await memory.load() or ""
        await asyncio.sleep(_BETWEEN_LETTERS)


if __name__ == "__main__":
    data, key = sys.argv[1:]
    outside = Outside(has_program=lambda _scheme: False, key=lambda: bytes.fromhex(key))
    kept: list[Typist] = []
    sys.exit(
        run_desk(data=Path(data), outside=outside, with_desk=lambda desk: kept.append(Typist(desk)))
    )
