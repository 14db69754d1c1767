"""The desk as the demo drives it: the real program, its buttons pressed by JSON lines.

Run as `python -m interview_desk.app.demo.puppet DATA OUT [person]`. Only three things are not a
user's: the key of the database comes from the asking process, addresses are noted instead of
opened, and alerts go to the window, so that a picture shows them. With a person before it alerts
go where they always go, and closing the window ends it.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TextIO

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QLineEdit, QWidget

from interview_desk.app.demo.fingers import press, type_text, until
from interview_desk.app.demo.reading import (
    SAVED,
    booked_titles,
    note_of,
    open_capture,
    saved_words,
    shown_titles,
)
from interview_desk.app.demo.report import StepFailed
from interview_desk.app.desk import Desk
from interview_desk.app.main import run_desk
from interview_desk.app.open_desk import OpenDesk
from interview_desk.app.outside import Outside
from interview_desk.domain.errors import DeskError
from interview_desk.services.notices import Answer, Notice
from interview_desk.services.sync_state import SyncKind
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.capture.window import CaptureWindow

_Action = Callable[..., Awaitable[dict[str, Any]]]


class Alerts:
    """Keeps what the desk wanted to say, and leaves saying it to the window."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    async def show(self, notice: Notice, on_answer: Callable[[str, Answer], None]) -> bool:
        """Note the alert; False, so that it appears in the window."""
        del on_answer
        self.notices.append(notice)
        return False

    async def withdraw(self, notice_id: str) -> None:
        """Do nothing: nothing was shown here."""


class Puppet:
    """Does on the desk what the demo asks for, and says what is then to be seen."""

    def __init__(
        self, desk: Desk, *, out: Path, alerts: Alerts, opened: list[str], person: bool
    ) -> None:
        self._desk = desk
        self._person = person
        self._out = out
        self._alerts = alerts
        self._opened = opened
        self._tasks = TaskScope()
        self._actions: dict[str, _Action] = {
            "pair": self._pair,
            "see_booking": self._see_booking,
            "see_alert": self._see_alert,
            "see_calendar": self._see_calendar,
            "join": self._join,
            "open_capture": self._open_capture,
            "type": self._type,
            "read_notes": self._read_notes,
            "wait_until_synced": self._wait_until_synced,
            "wait_until_offline": self._wait_until_offline,
            "wait_until_on_disk": self._wait_until_on_disk,
            "picture": self._picture,
            "quit": self._quit,
        }
        desk.running.connect(self._begin)

    def _begin(self) -> None:
        self._tasks.start(self._serve())

    async def _serve(self) -> None:
        await self._desk.opened.wait()
        if self._desk.open_desk is not None:
            await self._first_page()
        page = "first run" if self._desk.first_run is not None else "Today"
        _answer({"first_page": page})
        lines = _lines_from(sys.stdin)
        while line := await lines.get():
            asked = json.loads(line)
            try:
                _answer(await self._actions[asked.pop("do")](**asked))
            except (StepFailed, DeskError) as failure:
                _answer({"error": str(failure)})

    @property
    def _open(self) -> OpenDesk:
        if self._desk.open_desk is None:
            raise StepFailed("the desk is not open")
        return self._desk.open_desk

    @property
    def _capture(self) -> CaptureWindow:
        window = open_capture()
        if window is None:
            raise StepFailed("no capture window is open")
        return window

    async def _first_page(self) -> None:
        await until(lambda: self._open.window.today.shown is not None, "Today is shown")

    async def _pair(self, server: str, code: str) -> dict[str, Any]:
        window = self._desk.first_run
        if window is None:
            raise StepFailed("the desk did not ask how to begin")
        press(window, "choose-team")
        _fill(window, "server", server)
        _fill(window, "code", code)
        press(window, "pair")
        await until(lambda: self._desk.open_desk is not None, "the desk is paired")
        await self._first_page()
        if self._person:
            # A desk that stays in the tray would leave the demo and its server running, unseen.
            self._open.window.close_asked.connect(self._desk.quit)
        return {"paired_as": self._open.me.name, "team": self._open.me.workspace}

    async def _see_booking(self, title: str) -> dict[str, Any]:
        today = self._open.window.today
        await until(lambda: title in shown_titles(today), f"{title!r} is on Today")
        following = today.shown.next if today.shown else None
        return {
            "titles": shown_titles(today),
            "next": following.interview.title if following else None,
            "status": str(following.interview.status) if following else None,
        }

    async def _see_alert(self, title: str) -> dict[str, Any]:
        def told() -> list[Notice]:
            return [one for one in self._alerts.notices if title in f"{one.title} {one.body}"]

        await until(lambda: bool(told()), f"an alert about {title!r}")
        return {
            "alerts": [
                {"title": one.title, "body": one.body, "answers": [str(a) for a in one.answers]}
                for one in told()
            ],
            "told_in_all": [one.title for one in self._alerts.notices],
        }

    async def _see_calendar(self, titles: list[str]) -> dict[str, Any]:
        window = self._open.window
        window.show_place("calendar")
        found = await booked_titles(window, titles)
        missing = sorted(set(titles) - found.keys())
        if missing:
            raise StepFailed(f"not in the calendar: {missing}")
        return {"calendar": found}

    async def _join(self) -> dict[str, Any]:
        window = self._open.window
        window.show_place("today")
        press(window.today.next_card, "join")
        await until(lambda: bool(self._opened), "the meeting is opened")
        return {"opened_url": self._opened[-1], "times_opened": len(self._opened)}

    async def _open_capture(self, title: str) -> dict[str, Any]:
        window = self._open.window
        window.show_place("today")
        await self._see_booking(title)
        press(window.today.next_card, "open-capture")
        await until(lambda: open_capture() is not None, "the capture window is open")
        return {"window": self._capture.windowTitle()}

    async def _type(self, stage: str, text: str) -> dict[str, Any]:
        editor = await note_of(self._capture, stage)
        await type_text(editor, text)
        return {"shown": len(editor.toPlainText())}

    async def _read_notes(self, stages: list[str]) -> dict[str, Any]:
        return {
            "notes": {
                stage: (await note_of(self._capture, stage)).toPlainText() for stage in stages
            }
        }

    async def _wait_until_synced(self) -> dict[str, Any]:
        await until(lambda: self._sync_is(SyncKind.SYNCED), "everything is synced")
        return self._badge()

    async def _wait_until_offline(self) -> dict[str, Any]:
        await until(lambda: self._sync_is(SyncKind.OFFLINE), "the desk says that it is offline")
        return self._badge()

    async def _wait_until_on_disk(self) -> dict[str, Any]:
        await until(lambda: SAVED in saved_words(self._capture), "all is on disk")
        return {"saved": saved_words(self._capture), **self._badge()}

    async def _picture(self, name: str, window: str = "main") -> dict[str, Any]:
        shown: QWidget = self._capture if window == "capture" else self._open.window
        path = self._out / f"{name}.png"
        self._out.mkdir(parents=True, exist_ok=True)
        if not shown.grab().save(str(path)):
            raise StepFailed(f"the picture {path.name} could not be written")
        return {"picture": path.name}

    async def _quit(self) -> dict[str, Any]:
        self._desk.quit()
        return {}

    def _sync_is(self, kind: SyncKind) -> bool:
        online = self._open.online
        return online is not None and online.sync.state.kind is kind

    def _badge(self) -> dict[str, Any]:
        return {"badge": self._open.window.rail.badge.words}


def main(data: Path, out: Path, *, person: bool = False) -> int:
    """Wait for the key, then run the desk until it is asked to quit."""
    asked = json.loads(sys.stdin.readline())
    database_key = bytes.fromhex(asked["key"])
    alerts, opened = Alerts(), []
    kept: list[Puppet] = []

    def launch(address: QUrl) -> bool:
        opened.append(address.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        return True

    def with_desk(desk: Desk) -> None:
        kept.append(Puppet(desk, out=out, alerts=alerts, opened=opened, person=person))

    outside = Outside(
        launch=launch,
        has_program=lambda _scheme: False,
        key=lambda: database_key,
        notifier=None if person else alerts,
    )
    return run_desk(data=data, outside=outside, with_desk=with_desk)


def _fill(window: QWidget, name: str, text: str) -> None:
    line = window.findChild(QLineEdit, name)
    if line is None:
        raise StepFailed(f"there is no field {name!r}")
    line.setText(text)


def _lines_from(stream: TextIO) -> asyncio.Queue[str]:
    """Lines as they come, an empty one at the end.

    Read on a thread of its own that may be left behind: the loop would wait for one of its pool,
    and so for a line that never comes, before the program could end.
    """
    lines = asyncio.Queue[str]()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in stream:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    return lines


def _answer(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), person="person" in sys.argv[3:]))
