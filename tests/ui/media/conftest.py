"""An interview that was held, and what Cal.com has of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot
from typing_extensions import override

from interview_desk.domain.status import Status
from interview_desk.services.media import Recording
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.theme import Appearance
from tests.helpers.calcom_desk import MemoryCalcom, calcom_parts
from tests.helpers.desk import MemoryRecords, StoppedClock
from tests.helpers.desk_story import at, desk_parts
from tests.helpers.pressing import settled
from tests.helpers.shown_window import shown_window

LINK = "https://files.example.org/recording?token=secret-token"
YES = {"value": "yes", "at": "2026-11-16T09:00:00Z", "by": None}


@pytest.fixture
def held(records: MemoryRecords) -> str:
    made = records.interview(
        "With Mina", at(16, 13), booking_uids=["u"], event_type_id=7, status=Status.HELD
    )
    records.guest(made, "Mina Sato", consent_recording=YES)
    return made


class SlowCalcom(MemoryCalcom):
    """Tells of recordings only while `answers` is set."""

    def __init__(self, clock: StoppedClock) -> None:
        super().__init__(clock)
        self.answers = asyncio.Event()
        self.answers.set()

    @override
    async def recordings(self, interview_id: str) -> tuple[Recording, ...]:
        await self.answers.wait()
        return await super().recordings(interview_id)


@pytest.fixture
def server(clock: StoppedClock) -> SlowCalcom:
    return SlowCalcom(clock)


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
async def window(
    qtbot: QtBot,
    light: Appearance,
    records: MemoryRecords,
    clock: StoppedClock,
    server: MemoryCalcom,
    opened: list[str],
    tmp_path: Path,
) -> AsyncIterator[MainWindow]:
    def launch(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    calcom = calcom_parts(records, clock=clock, server=server, launch=launch)
    async with shown_window(desk_parts(records, tmp_path, clock=clock, calcom=calcom)) as made:
        yield made


async def shown(window: MainWindow, interview_id: str) -> InterviewsPage:
    window.show_interview(interview_id)
    await settled(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    return page
