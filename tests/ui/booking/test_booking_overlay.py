"""Free times in the calendar behind the booking form, and answers that come too late."""

import asyncio
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QListWidget,
    QPushButton,
    QScrollArea,
    QWidget,
)

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.pages.calendar_views import View
from interview_desk.ui.toasts import Toast, Toasts
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.rail import Rail
from tests.helpers.booking_form import begin_form, open_form
from tests.helpers.calcom_desk import MemoryCalcom
from tests.helpers.desk import MemoryRecords
from tests.helpers.desk_story import at
from tests.helpers.pressing import click_line, let_go, named, press, read, settled


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
    assert not page.grid.canvas.visibleRegion().isEmpty()
    beside = form.mapToGlobal(form.rect().topLeft()).x()
    days = page.grid.canvas.mapToGlobal(page.grid.canvas.rect().topRight()).x()
    assert days < beside  # the days stay in sight
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
    form.give_up()
    assert page.days() == shown


async def test_without_a_network_the_last_known_times_are_tinted_and_say_so(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    (await open_form(window)).give_up()
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
    form.give_up()
    assert page._free_note.text() == ""


async def test_the_agenda_lists_the_free_times_among_the_interviews(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    page.show_view(View.AGENDA)
    await settled(window)
    before = page.list.agenda.rowCount()
    form = await open_form(window)
    rows = [str(page.list.agenda.index(row).data()) for row in range(page.list.agenda.rowCount())]
    thursday = rows.index("Thursday 19 November")
    assert "Free, 09:00 \N{EN DASH} 10:30" in rows[thursday:]
    assert "As Cal.com says at 11:48." in page._free_note.text()
    assert not page.list.grab().isNull()
    # One click takes it, as in the week.
    free = page.list.agenda.index(rows.index("Free, 10:00 \N{EN DASH} 10:45"))
    page.list.scrollTo(free)
    spot = page.list.visualRect(free).center()
    QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    await form.tasks.settled()
    assert form.picker.slot is not None
    assert form.picker.slot.start == at(24, 10)
    form.give_up()
    await settled(window)
    assert page.list.agenda.rowCount() == before


async def test_messages_make_room_for_the_form_as_soon_as_it_opens(
    window: MainWindow, page: CalendarPage
) -> None:
    del page
    toasts = Toasts(window)
    for number in range(3):
        toasts.show_toast(Toast(f"{number}", "New booking", "When", stays=True))
    for size in (QSize(1100, 700), QSize(1360, 860)):
        window.resize(size)
        form = await open_form(window)
        assert len(toasts.seen) == 1
        left = form.mapTo(window, QPoint()).x()
        assert toasts.geometry().right() < left
        form.give_up()
        let_go()
        assert toasts.geometry().right() > left


async def test_a_narrow_window_makes_room_for_the_form_and_takes_it_back(
    window: MainWindow, page: CalendarPage
) -> None:
    window.resize(1100, 700)
    form = await open_form(window)
    compact, words = [window.rail.is_compact], [page._title.text()]
    page.show_view(View.AGENDA)
    words.append(page._title.text())
    form.give_up()
    assert [*compact, window.rail.is_compact] == [True, False]
    assert words == ["Nov 2026", "Wed 18 Nov"]
    assert page._title.text().startswith("Wed 18 Nov \N{EN DASH}")


async def test_an_agenda_without_interviews_still_lists_what_is_free(
    window: MainWindow, page: CalendarPage, records: MemoryRecords
) -> None:
    for key in [key for key in records.rows if key[0] == "interviews"]:
        del records.rows[key]
    page.show_view(View.AGENDA)
    await settled(window)
    shown = [page.list.isVisible()]
    form = await open_form(window)
    shown.append(page.list.isVisible())
    form.give_up()
    assert [*shown, page.list.isVisible()] == [False, True, False]


async def test_a_press_on_a_tinted_time_takes_it(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    form = await open_form(window)
    canvas = page.grid.canvas
    column = canvas.gutter + canvas.column_width() * 3.5
    place = QPoint(int(column), int(canvas.y_of(9 * 60 + 50)))
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    await form.tasks.settled()
    assert form.picker.slot is not None
    assert form.picker.slot.start == at(19, 9)  # the half hour that was pressed is within it
    assert list(server.held.values()) == [at(19, 9)]
    # What is not tinted says so, and chooses nothing.
    place = QPoint(int(column), int(canvas.y_of(14 * 60)))
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    await form.tasks.settled()
    assert "Nothing is free then." in read(form)
    assert not named(form, QPushButton, "book").isEnabled()
    assert window.findChild(QDialog, "new-interview") is None
    form.give_up()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(2, place.y()))
    assert window.findChild(QDialog, "new-interview") is None


async def test_moving_something_while_booking_shows_its_times_and_then_the_bookings_again(
    window: MainWindow, page: CalendarPage, records: MemoryRecords, server: MemoryCalcom
) -> None:
    booked = records.interview("With Mina", at(20, 13), booking_uids=["u"], event_type_id=8)
    records.part(booked, "member-me")
    page.refresh()
    await settled(window)
    form = await open_form(window)
    canvas = page.grid.canvas
    was = [*canvas.free]
    server.slots = [FreeTime(at(19, 14), at(19, 15))]
    canvas.pick(booked)
    canvas.move_picked()
    await settled(window)
    assert [*canvas.free] == [(at(19, 14), at(19, 15))]
    server.slots = [FreeTime(start, end) for start, end in was]
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    await settled(window)
    assert [*canvas.free] == was
    form.give_up()


async def test_a_booking_stays_beside_every_place_and_the_calendar_follows_it(
    window: MainWindow, page: CalendarPage
) -> None:
    window.show_place("today")
    form = await open_form(window)
    assert form.isVisible()
    assert form.isAncestorOf(window.focusWidget())
    window.show_place("interviews")
    assert form.isVisible()
    assert not window.panel.isVisible()
    window.show_place("calendar")
    await settled(window)
    assert (at(19, 9), at(19, 10, 30)) in page.grid.canvas.free
    QTest.keyClick(form, Qt.Key.Key_Escape)
    let_go()
    assert window.findChildren(BookingForm) == []
    assert page._free_note.text() == ""


async def test_what_today_has_no_room_for_beside_a_booking_can_be_scrolled_to(
    window: MainWindow,
) -> None:
    window.resize(1100, 700)
    await open_form(window)
    named(window, Rail, "rail").set_compact(compact=False)
    for _ in range(2):
        QApplication.sendPostedEvents()
    (scroll,) = window.today.findChildren(QScrollArea)
    inside = scroll.widget()
    assert inside is not None
    assert inside.width() > scroll.viewport().width()
    assert scroll.horizontalScrollBar().isVisible()


async def test_today_beside_a_booking_shows_what_waits_under_the_day(window: MainWindow) -> None:
    today = window.today

    def right_edge(widget: QWidget) -> int:
        return widget.mapTo(today, widget.rect().topRight()).x()

    def laid_out() -> None:
        for _ in range(2):  # Today moves what waits once it has its width
            QApplication.sendPostedEvents()

    def is_beside() -> bool:
        place = today.waiting.mapTo(today, QPoint(0, 0))
        return place.x() > right_edge(today.next_card)

    for size in (QSize(1360, 860), QSize(1100, 700)):
        window.resize(size)
        await settled(window)
        laid_out()
        assert is_beside()
        form = await open_form(window)
        laid_out()
        assert not is_beside()
        assert right_edge(today.waiting) <= today.width()
        assert right_edge(today.next_card) <= today.width()
        form.give_up()
        let_go()
        laid_out()
        assert is_beside()


async def test_a_place_that_is_opened_while_booking_knows_what_is_looked_for(
    window: MainWindow, server: MemoryCalcom
) -> None:
    form = await open_form(window)
    window.show_place("calendar")
    await settled(window)
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    assert (at(19, 9), at(19, 10, 30)) in page.grid.canvas.free
    form.give_up()


async def test_an_answer_that_comes_after_the_form_is_closed_is_nobodys(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    broken: list[object] = []
    window.today.tasks.broke.connect(broken.append)
    server.answers.clear()
    form = await begin_form(window)
    running = tuple(form.tasks._tasks)
    await asyncio.sleep(0)
    form.give_up()
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
    form.give_up()


async def form_shown_from_memory(window: MainWindow, server: MemoryCalcom) -> BookingForm:
    """The form with what this computer knew last, before Cal.com has answered."""
    (await open_form(window)).give_up()
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
