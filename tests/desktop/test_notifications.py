"""Alerts in a real notification daemon, answered by pressing their buttons."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Record
from interview_desk.services.alerts import AlertActions, AlertService
from interview_desk.services.notices import Answer, Notice
from interview_desk.system.notifications import DesktopNotifications, FirstThatWorks
from tests.helpers.desk import MemoryRecords, StoppedClock
from tests.helpers.desktop import DesktopSession, until
from tests.helpers.notices import NoticeBoard, Slip

NOTICE = Notice("n", "Starts in 10 min: Ada", "Mon 14:00", (Answer.JOIN, Answer.SNOOZE))


class Heard:
    """Takes answers and lets a test wait for the next one."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[tuple[str, Answer]] = asyncio.Queue()

    def take(self, notice_id: str, answer: Answer) -> None:
        self.answers.put_nowait((notice_id, answer))

    async def next(self) -> tuple[str, Answer]:
        async with asyncio.timeout(30):
            return await self.answers.get()


@pytest.fixture
async def notifications(
    desktop: DesktopSession, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[DesktopNotifications]:
    address = desktop.environment["DBUS_SESSION_BUS_ADDRESS"]
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    made = DesktopNotifications(None)
    yield made
    await made.close()


async def shown(desktop: DesktopSession, count: int) -> None:
    """Wait until the daemon shows that many; it draws after it has answered."""
    await asyncio.to_thread(until, lambda: desktop.notifications() == count)


@pytest.mark.parametrize(("words", "answer"), [("Join", Answer.JOIN), ("Snooze", Answer.SNOOZE)])
async def test_a_button_on_a_real_notification_is_an_answer(
    desktop: DesktopSession, notifications: DesktopNotifications, words: str, answer: Answer
) -> None:
    heard = Heard()
    assert await notifications.show(NOTICE, heard.take)
    await shown(desktop, 1)
    await asyncio.to_thread(desktop.press_on_notification, words)
    assert await heard.next() == ("n", answer)


async def test_pressing_the_body_opens_and_closing_dismisses(
    desktop: DesktopSession, notifications: DesktopNotifications
) -> None:
    heard = Heard()
    await notifications.show(NOTICE, heard.take)
    await shown(desktop, 1)
    await asyncio.to_thread(desktop.ask, "dunstctl", "action", "0")
    assert await heard.next() == ("n", Answer.SHOW)
    await notifications.show(NOTICE, heard.take)
    await shown(desktop, 1)
    await asyncio.to_thread(desktop.ask, "dunstctl", "close")
    assert await heard.next() == ("n", Answer.DISMISS)


async def test_a_withdrawn_notification_is_gone_and_answers_nothing(
    desktop: DesktopSession, notifications: DesktopNotifications
) -> None:
    heard = Heard()
    await notifications.show(NOTICE, heard.take)
    await shown(desktop, 1)
    await notifications.withdraw("n")
    await notifications.withdraw("n")
    await shown(desktop, 0)
    assert heard.answers.empty()


async def test_join_on_the_notification_of_a_starting_interview_joins_it(
    desktop: DesktopSession, notifications: DesktopNotifications
) -> None:
    clock, joined = StoppedClock(), asyncio.Queue[str]()
    start = clock.now() + timedelta(minutes=10)
    fields = {
        "title": "Why Lumen left spreadsheets",
        "status": "scheduled",
        "start": format_instant(start),
        "join_url": "https://zoom.us/j/1234567890",
    }
    service = AlertService(
        MemoryRecords([Record("interviews", "ada", fields)]),
        notifications,
        clock=clock,
        memory=Slip(),
        actions=AlertActions(join=joined.put_nowait, show=joined.put_nowait),
        member_id="me",
        zone=ZoneInfo("Europe/Berlin"),
    )
    running = asyncio.create_task(service.run())
    await shown(desktop, 1)
    await asyncio.to_thread(desktop.press_on_notification, "Join")
    async with asyncio.timeout(30):
        assert await joined.get() == "ada"
    running.cancel()
    await asyncio.wait([running])
    await shown(desktop, 0)


async def test_without_a_bus_the_next_place_takes_the_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    board, nowhere = NoticeBoard(), NoticeBoard(works=False)
    system = DesktopNotifications(None)
    chain = FirstThatWorks([system, nowhere, board])
    assert await chain.show(NOTICE, Heard().take)
    assert board.titles == [NOTICE.title]
    await chain.withdraw("n")
    assert board.titles == []
    assert not await FirstThatWorks([system]).show(NOTICE, Heard().take)
    await system.close()
