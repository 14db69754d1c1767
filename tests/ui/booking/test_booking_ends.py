"""A booking whose writing meets the end of the desk, or a failure nobody foresaw."""

import asyncio
from collections.abc import Sequence

import pytest
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from interview_desk.domain.records import Edit
from interview_desk.services.availability import TextMemory
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.widgets.booking_form import BookingForm
from tests.helpers.booking_form import open_form
from tests.helpers.desk import MemoryRecords
from tests.helpers.desk_story import story
from tests.helpers.pressing import click_line, let_go, named, press

REQUESTS = "booking_requests"


class SlowDisk(MemoryRecords):
    """Writes once it `may_write`, or fails with `trouble`."""

    def __init__(self) -> None:
        super().__init__(story().rows.values())
        self.may_write = asyncio.Event()
        self.trouble: Exception | None = None

    @override
    async def write(self, edits: Sequence[Edit]) -> None:
        await self.may_write.wait()
        if self.trouble is not None:
            raise self.trouble
        await super().write(edits)


@pytest.fixture
def disk() -> SlowDisk:
    return SlowDisk()


@pytest.fixture
def records(disk: SlowDisk) -> MemoryRecords:
    """What the window of these tests stands on."""
    return disk


def unsent(window: MainWindow) -> TextMemory:
    return window._parts.calcom().unsent


async def being_booked(window: MainWindow) -> BookingForm:
    """A form whose Book was pressed, after what stands in it was kept once."""
    form = await open_form(window)
    named(form, QLineEdit, "book-name").setText("Mina Sato")
    named(form, QLineEdit, "book-email").setText("mina@guest.test")
    click_line(form, "slot-times", 0)
    await form.tasks.settled()
    await window.flush()
    assert "Mina Sato" in (await unsent(window).load() or "")
    press(form, "book")
    return form


async def ended(window: MainWindow, disk: SlowDisk) -> None:
    """The window is shut while the disk is still at it."""
    shutting = asyncio.create_task(window.shut())
    for _ in range(3):
        await asyncio.sleep(0)
    assert not shutting.done()
    disk.may_write.set()
    await shutting


async def test_a_booking_that_is_being_written_when_the_desk_ends_is_asked_for(
    window: MainWindow, disk: SlowDisk
) -> None:
    await being_booked(window)
    await ended(window, disk)
    assert [one.entity for one in disk.written].count(REQUESTS) == 1
    # And is not offered to be typed once more.
    assert await unsent(window).load() == ""


async def test_a_booking_that_could_not_be_written_at_the_end_is_there_at_the_next_start(
    window: MainWindow, disk: SlowDisk
) -> None:
    form = await being_booked(window)
    named(form, QLineEdit, "book-phone").setText("0170")
    disk.trouble = OSError("no more room")
    await ended(window, disk)
    assert disk.written == []
    assert "0170" in (await unsent(window).load() or "")


async def test_what_is_being_written_is_not_kept_as_a_draft_besides(
    window: MainWindow, disk: SlowDisk
) -> None:
    form = await being_booked(window)
    named(form, QLineEdit, "book-phone").setText("0170")
    window._minute.passed.emit()
    for _ in range(3):
        await asyncio.sleep(0)
    assert "0170" not in (await unsent(window).load() or "")
    disk.may_write.set()
    await form.tasks.settled()
    assert not window.beside.is_open


async def test_a_failure_nobody_foresaw_leaves_a_form_that_can_be_sent_again(
    window: MainWindow, disk: SlowDisk
) -> None:
    broke: list[object] = []
    window.today.tasks.broke.connect(broke.append)
    disk.may_write.set()
    disk.trouble = mistake = RuntimeError("a mistake of ours")
    form = await being_booked(window)
    await form.tasks.settled()
    assert broke == [mistake]
    assert named(form, QLineEdit, "book-name").text() == "Mina Sato"
    disk.trouble = None
    press(form, "book")
    await form.tasks.settled()
    assert [one.entity for one in disk.written].count(REQUESTS) == 1
    assert not window.beside.is_open


async def test_a_failure_nobody_foresaw_leaves_a_form_that_can_be_given_up(
    window: MainWindow, disk: SlowDisk
) -> None:
    disk.may_write.set()
    disk.trouble = RuntimeError("a mistake of ours")
    form = await being_booked(window)
    await form.tasks.settled()
    press(form, "cancel-booking")
    assert not window.beside.is_open
    let_go()
    again = await open_form(window)
    assert named(again, QLineEdit, "book-name").text() == ""
