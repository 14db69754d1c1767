"""Free times in the calendar behind the booking form, and answers that come too late."""

import asyncio
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QListWidget

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage, View
from interview_desk.ui.widgets.booking_form import BookingForm
from tests.helpers.booking_form import begin_form, open_form
from tests.helpers.calcom_desk import MemoryCalcom
from tests.helpers.desk import MemoryRecords
from tests.helpers.desk_story import at
from tests.helpers.pressing import click_line, let_go, named, press, settled


@pytest.fixture
async def page(window: MainWindow) -> CalendarPage:
    window.show_place("calendar")
    await settled(window)
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    return page


async def test_the_calendar_behind_the_form_shows_when_it_can_be_booked(
    window: MainWindow, page: CalendarPage
) -> None:
    form = await open_form(window)
    canvas = page.grid.canvas
    assert (at(19, 9), at(19, 10, 30)) in canvas.free
    assert page._free_note.text() == "As Cal.com says at 11:48."
    assert form.x() > window.x() + 300  # days stay in sight beside it
    press(form, "cancel-booking")
    assert not canvas.free
    assert page._free_note.text() == ""
    let_go()
    assert window.findChild(QDialog, "new-interview") is None


async def test_another_event_type_or_week_changes_what_is_tinted(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    form = await open_form(window)
    server.slots.append(FreeTime(at(19, 14), at(19, 15)))
    named(form, QComboBox, "book-type").setCurrentIndex(1)
    await form.tasks.settled()
    await settled(window)
    canvas = page.grid.canvas
    assert (at(19, 14), at(19, 15)) in canvas.free
    named(form, QComboBox, "book-minutes").setCurrentIndex(1)
    await form.tasks.settled()
    await settled(window)
    assert [*canvas.free] == [(at(19, 14), at(19, 15))]
    shown = page.days()
    press(form, "slots-on")
    assert not canvas.free  # not those of the week before
    await form.tasks.settled()
    await settled(window)
    assert page.days() == [day + timedelta(days=7) for day in shown]
    form.reject()
    assert page.days() == shown


async def test_without_a_network_the_last_known_times_are_tinted_and_say_so(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    (await open_form(window)).reject()
    let_go()
    server.trouble = ServerUnreachableError()
    form = await open_form(window)
    assert (at(19, 9), at(19, 10, 30)) in page.grid.canvas.free
    assert page._free_note.text().startswith("As last known, 11:48.")
    press(form, "slots-on")
    await form.tasks.settled()
    await settled(window)
    assert not page.grid.canvas.free
    assert "cannot be reached" in page._free_note.text()
    form.reject()
    assert page._free_note.text() == ""


async def test_where_no_hours_are_shown_nobody_asks_for_them(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    page.show_view(View.AGENDA)
    await settled(window)
    form = await open_form(window)
    assert len(server.asked) == 1  # the form's own
    assert page._free_note.text() == ""
    form.reject()


async def test_an_answer_that_comes_after_the_form_is_closed_is_nobodys(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    broken: list[object] = []
    window.today.tasks.broke.connect(broken.append)
    server.answers.clear()
    form = await begin_form(window)
    running = tuple(form.tasks._tasks)
    await asyncio.sleep(0)
    form.reject()
    let_go()
    server.answers.set()
    ended = await asyncio.gather(*running, return_exceptions=True)
    await settled(window)
    assert any(isinstance(one, asyncio.CancelledError) for one in ended)
    assert [one for one in ended if isinstance(one, Exception)] == []
    assert broken == []
    assert not page.grid.canvas.free
    assert page._free_note.text() == ""


async def test_a_time_stays_chosen_while_its_hold_is_on_its_way(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    form = await form_shown_from_memory(window, server)
    click_line(form, "slot-times", 1)
    # Cal.com keeps it already, and so tells of it no more.
    server.slots = [one for one in server.slots if one.start != at(19, 9, 45)]
    server.answers.set()
    await form.tasks.settled()
    assert form.picker.slot is not None
    assert form.picker.slot.start == at(19, 9, 45)
    assert list(server.held.values()) == [at(19, 9, 45)]
    # Who goes on to another week has let it go.
    press(form, "slots-on")
    await form.tasks.settled()
    assert server.held == {}
    form.reject()


async def form_shown_from_memory(window: MainWindow, server: MemoryCalcom) -> BookingForm:
    """The form with what this computer knew last, before Cal.com has answered."""
    (await open_form(window)).reject()
    let_go()
    server.answers.clear()
    form = await begin_form(window)
    box = named(form, QListWidget, "slot-times")
    if not box.count():
        filled: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        box.model().rowsInserted.connect(
            lambda *_: filled.set_result(None), Qt.ConnectionType.SingleShotConnection
        )
        await filled
    return form


async def test_free_times_of_a_move_follow_the_days_on_screen(
    window: MainWindow, page: CalendarPage, records: MemoryRecords, server: MemoryCalcom
) -> None:
    booked = records.interview("With Mina", at(20, 13), booking_uids=["u"], event_type_id=7)
    records.part(booked, "member-me")
    page.refresh()
    await settled(window)
    canvas = page.grid.canvas
    canvas.pick(booked)
    canvas.move_picked()
    await settled(window)
    page.show_day(at(24, 0).date())
    await settled(window)
    assert [*canvas.free] == [(at(24, 10), at(24, 10, 45))]
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.free


async def test_trouble_that_comes_after_a_move_ended_is_not_said(
    window: MainWindow, page: CalendarPage, records: MemoryRecords, server: MemoryCalcom
) -> None:
    booked = records.interview("With Mina", at(20, 13), booking_uids=["u"], event_type_id=7)
    records.part(booked, "member-me")
    page.refresh()
    await settled(window)
    page.show_day(at(30, 0).date())
    await settled(window)
    server.answers.clear()
    server.trouble = ServerUnreachableError()
    page._free.look_for(7, 45)
    await asyncio.sleep(0)
    page._free.end()
    server.answers.set()
    await settled(window)
    assert page._free_note.text() == ""
