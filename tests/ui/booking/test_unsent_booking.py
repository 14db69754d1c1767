"""What was typed to book and not sent outlives the end of the desk."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget
from typing_extensions import override

from interview_desk.app import behind
from interview_desk.domain.errors import DeskError
from interview_desk.store import LocalStore
from interview_desk.ui.calcom_parts import CalcomParts
from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.new_flow import take_up_booking
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.new_interview import NewInterviewDialog
from tests.helpers.booking_form import open_form, slot
from tests.helpers.calcom_desk import MemoryCalcom, MemoryText, calcom_parts
from tests.helpers.desk import MemoryRecords, StoppedClock
from tests.helpers.desk_story import desk_parts
from tests.helpers.pressing import click_line, let_go, named, press, read, settled
from tests.helpers.shown_window import shown_window

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture(autouse=True)
def _stays_open(qapp: QApplication) -> None:
    """As the desk has it: ended by a person, not with its last window."""
    qapp.setQuitOnLastWindowClosed(False)


class FullDisk(MemoryText):
    """There is no room until somebody makes some."""

    is_full = True

    @override
    async def save(self, text: str) -> None:
        if self.is_full:
            raise DeskError("The disk is full.")
        await super().save(text)


@pytest.fixture
def calcom(records: MemoryRecords, server: MemoryCalcom, clock: StoppedClock) -> CalcomParts:
    records.put("event_types", "e1", calcom_id=7, title="Switch interview", minutes=45)
    records.put("event_types", "e2", calcom_id=8, title="Two lengths", minutes=30, lengths=[30, 60])
    return calcom_parts(records, clock=clock, server=server)


@pytest.fixture
def parts(
    records: MemoryRecords, calcom: CalcomParts, clock: StoppedClock, tmp_path: Path
) -> Callable[[], DeskParts]:
    """The desk of each start anew, over what it kept."""
    return lambda: desk_parts(records, tmp_path, clock=clock, calcom=calcom)


def type_some(form: BookingForm) -> None:
    named(form, QLineEdit, "book-name").setText("Mina Sato")
    named(form, QLineEdit, "book-email").setText("mina@guest")
    named(form, QComboBox, "book-zone").setCurrentText("Asia/Tokyo")


def typed(form: QWidget) -> list[str]:
    names = ("book-name", "book-email", "book-phone", "book-title")
    return [named(form, QLineEdit, name).text() for name in names]


async def started(store: LocalStore, parts: DeskParts, window: MainWindow) -> BookingForm | None:
    """What stands behind the first page of a desk that begins."""
    await behind.take_up_booking(store, window, parts)
    form = window.findChild(BookingForm, "book-at-calcom")
    if isinstance(form, BookingForm):
        await form.tasks.settled()
    return form


async def test_a_booking_that_was_being_typed_stands_there_again_at_the_next_start(
    records: MemoryRecords, parts: Callable[[], DeskParts], calcom: CalcomParts, tmp_path: Path
) -> None:
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    calcom = calcom._replace(unsent=store.text(behind.UNSENT_BOOKING))
    desk = parts()._replace(calcom=lambda: calcom)
    async with shown_window(desk) as window:
        form = await open_form(window)
        named(form, QComboBox, "book-type").setCurrentIndex(1)
        await form.tasks.settled()
        named(form, QComboBox, "book-minutes").setCurrentIndex(1)
        named(form, QComboBox, "book-language").setCurrentIndex(2)
        type_some(form)
    for _ in range(2):  # also where nobody went on with it meanwhile
        async with shown_window(desk) as window:
            before = window.focusWidget()
            again = await started(store, desk, window)
            assert again is not None
            assert again.isVisible()
            assert typed(again) == ["Mina Sato", "mina@guest", "", ""]
            assert named(again, QComboBox, "book-type").currentData() == 8
            assert named(again, QComboBox, "book-minutes").currentData() == 60
            assert named(again, QComboBox, "book-language").currentText() == "German"
            assert named(again, QComboBox, "book-zone").currentText() == "Asia/Tokyo"
            assert "is here again." in read(window)
            # Who presses a key just now means the place before them.
            assert window.focusWidget() is before
    await store.close()


async def test_a_desk_without_an_unsent_booking_starts_as_ever(
    parts: Callable[[], DeskParts], tmp_path: Path
) -> None:
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    async with shown_window(parts()) as window:
        assert await started(store, parts(), window) is None
    await store.close()


async def test_the_week_of_the_time_that_was_chosen_is_shown_again(
    parts: Callable[[], DeskParts], server: MemoryCalcom
) -> None:
    async with shown_window(parts()) as window:
        form = await open_form(window)
        press(form, "slots-on")
        await form.tasks.settled()
        click_line(form, "slot-times", 0)
        type_some(form)
        await form.tasks.settled()
    async with shown_window(parts()) as window:
        window.new_interview()
        again = await from_new(window)
        assert again.picker._slots == [slot(24, 10)]
        # What the last desk kept is let go, and kept anew.
        assert again.picker.slot == slot(24, 10)
        assert "This time is kept for you" in read(again)
        assert [*server.held.values()] == [slot(24, 10).start]
        await window.flush()
    async with shown_window(parts()) as window:
        # Who points at another day means that one.
        assert (await open_form(window)).picker._slots == [
            slot(19, 9),
            slot(19, 9, 45),
            slot(20, 15),
        ]


async def from_new(window: MainWindow) -> BookingForm:
    new = named(window, NewInterviewDialog, "new-interview")
    await new.tasks.settled()
    press(new, "new-book")
    let_go()
    form = named(window, BookingForm, "book-at-calcom")
    await form.tasks.settled()
    return form


async def test_a_booking_that_was_given_up_or_sent_does_not_come_back(
    parts: Callable[[], DeskParts], calcom: CalcomParts
) -> None:
    async with shown_window(parts()) as window:
        for end in ("cancel-booking", "book"):
            form = await open_form(window)
            assert typed(form) == [""] * 4
            type_some(form)
            named(form, QLineEdit, "book-email").setText("mina@guest.test")
            window._minute.passed.emit()
            await form.tasks.settled()
            assert "Mina Sato" in (await calcom.unsent.load() or "")
            click_line(form, "slot-times", 0)
            await form.tasks.settled()
            press(form, end)
            await form.tasks.settled()
            await settled(window)
            await settled(window)
            assert await calcom.unsent.load() == ""
            let_go()


async def test_new_leads_back_to_the_booking_that_is_being_typed(
    parts: Callable[[], DeskParts],
) -> None:
    async with shown_window(parts()) as window:
        form = await open_form(window)
        type_some(form)
        window.today.setFocus()
        window.new_interview()
        assert await from_new(window) is form
        assert typed(form)[0] == "Mina Sato"
        assert form.isAncestorOf(window.focusWidget())


async def test_what_is_not_to_be_booked_any_more_leaves_what_was_typed(
    records: MemoryRecords, parts: Callable[[], DeskParts], calcom: CalcomParts
) -> None:
    async with shown_window(parts()) as window:
        form = await open_form(window)
        named(form, QComboBox, "book-type").setCurrentIndex(1)
        type_some(form)
    del records.rows["event_types", "e2"]
    async with shown_window(parts()) as window:
        again = await open_form(window)
        assert typed(again)[0] == "Mina Sato"
        assert named(again, QComboBox, "book-type").currentData() == 7
    records.put("flags", "f", key="calcom", on=False)
    kept = await calcom.unsent.load()
    async with shown_window(parts()) as window:
        await take_up_booking(window, parts(), tasks=window.today.tasks)
        assert window.findChild(BookingForm) is None
    assert await calcom.unsent.load() == kept


async def test_a_disk_without_room_says_so_and_the_words_stay(
    parts: Callable[[], DeskParts], calcom: CalcomParts
) -> None:
    unsent = FullDisk()
    calcom = calcom._replace(unsent=unsent)
    async with shown_window(parts()._replace(calcom=lambda: calcom)) as window:
        form = await open_form(window)
        type_some(form)
        with pytest.raises(DeskError, match="The disk is full"):
            await window.flush()
        window._minute.passed.emit()
        await form.tasks.settled()
        assert "The disk is full." in read(window)
        assert typed(form)[0] == "Mina Sato"
        unsent.is_full = False
        await window.flush()
        assert json.loads(unsent.text or "")["name"] == "Mina Sato"
