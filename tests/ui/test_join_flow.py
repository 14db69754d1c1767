"""Joining as a person meets it: presses, questions and what is copied."""

from datetime import timedelta

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.app.join_flow import JoinFlow
from interview_desk.domain.links import MeetingLink
from interview_desk.domain.records import Record
from interview_desk.services.joining import JoiningService, Opened, Refused
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.toasts import Toasts
from tests.helpers.desk import MemoryRecords, StoppedClock

ZOOM = "https://zoom.us/j/1234567890?pwd=abc"
MEET = "https://meet.google.com/abc-defg-hij"
OWN = "https://talk.acme.example/room/7"


class Stage:
    """A window with toasts, and a door that opens nothing."""

    def __init__(self, window: QWidget) -> None:
        self.records = MemoryRecords()
        self.clock = StoppedClock()
        self.opened: list[tuple[str, bool]] = []
        self.programs: set[str] = set()
        self.hosts: set[str] = set()
        self.brought_forward = 0
        self.toasts = Toasts(window)
        self.tasks = TaskScope()
        joining = JoiningService(
            self.records,
            self,
            clock=self.clock,
            has_program=self.has_program,
            allowed=self,
            on_joined=lambda _: None,
        )
        self.flow = JoinFlow(joining, toasts=self.toasts, tasks=self.tasks, front=self.front)

    def open_link(
        self, link: MeetingLink, *, native: bool, allowed: frozenset[str]
    ) -> Opened | Refused:
        self.opened.append((link.url, native))
        return Opened(link.url, link.host, fallback=link.url if native else None)

    async def has_program(self, scheme: str) -> bool:
        return scheme in self.programs

    async def all(self) -> frozenset[str]:
        return frozenset(self.hosts)

    async def add(self, host: str) -> None:
        self.hosts.add(host)

    def front(self) -> None:
        self.brought_forward += 1

    async def join(self, *, join_url: str | None, location: str | None = None) -> None:
        fields = {"title": "Ada", "join_url": join_url, "location": location}
        self.records.rows["interviews", "ada"] = Record("interviews", "ada", fields)
        self.flow.join("ada")
        await self.tasks.settled()

    async def press(self, words: str) -> None:
        buttons = self.toasts.findChildren(QPushButton)
        next(one for one in buttons if one.text() == words and one.isVisible()).click()
        await self.tasks.settled()

    def says(self, words: str) -> bool:
        return any(words in text.text() for text in self.toasts.findChildren(QLabel))


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1100, 700)
    window.show()
    return Stage(window)


async def test_after_opening_the_link_id_and_passcode_can_be_copied(stage: Stage) -> None:
    clipboard = QGuiApplication.clipboard()
    for words, copied in (("Copy link", ZOOM), ("Copy ID", "1234567890"), ("Copy passcode", "abc")):
        await stage.join(join_url=ZOOM)
        assert stage.says("Opened zoom.us")
        await stage.press(words)
        assert clipboard.text() == copied
        stage.clock.at += timedelta(seconds=10)
    assert stage.brought_forward == 0


async def test_a_program_that_failed_leaves_the_browser(stage: Stage) -> None:
    stage.programs = {"zoommtg"}
    await stage.join(join_url=ZOOM)
    await stage.press("Open in the browser")
    assert stage.opened == [(ZOOM, True), (ZOOM, False)]


async def test_two_meetings_are_asked_about_in_the_window(stage: Stage) -> None:
    await stage.join(join_url=ZOOM, location=MEET)
    assert stage.says("Which meeting?")
    assert stage.brought_forward == 1
    await stage.press("Google Meet (meet.google.com)")
    assert stage.opened == [(MEET, False)]


async def test_an_unknown_host_is_shown_and_opened_only_when_allowed(stage: Stage) -> None:
    await stage.join(join_url=OWN)
    assert stage.opened == []
    await stage.press("Allow talk.acme.example and open")
    assert stage.opened == [(OWN, False)]


async def test_a_second_press_and_nothing_to_join_are_said(stage: Stage) -> None:
    await stage.join(join_url=MEET)
    await stage.join(join_url=MEET)
    assert stage.says("Already opened")
    await stage.join(join_url=None)
    assert stage.says("This interview has no link to join.")
    assert len(stage.opened) == 1
