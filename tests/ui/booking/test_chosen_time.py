"""The time that is about to be booked: marked in the calendar, and taken up again at a start."""

import asyncio
import json
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.domain.instants import format_instant
from interview_desk.domain.values import Json
from interview_desk.services.holds import Hold
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.models.agenda_model import ChosenTime
from interview_desk.ui.new_flow import take_up_booking
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.pages.calendar_views import View
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.grid_canvas import GridCanvas
from interview_desk.ui.widgets.kept_words import KeptWords
from tests.helpers.booking_form import open_form, slot
from tests.helpers.calcom_desk import MemoryCalcom
from tests.helpers.desk import ME, NOW
from tests.helpers.desk_story import BERLIN, at
from tests.helpers.pressing import click_line, let_go, named, press, read, settled


@pytest.fixture
async def page(window: MainWindow) -> CalendarPage:
    window.show_place("calendar")
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    page.show_view(View.WORK_WEEK)
    await settled(window)
    return page


async def choose(form: BookingForm, number: int) -> None:
    click_line(form, "slot-times", number)
    await form.tasks.settled()


def picture(canvas: GridCanvas, when: FreeTime) -> QImage:
    """What is painted at this time, whether it is chosen or not."""
    before = canvas.chosen
    canvas.show_chosen(ChosenTime(when.start, when.end or when.start, ""))
    (place,) = canvas.chosen_places()
    canvas.show_chosen(before)
    return canvas.grab().toImage().copy(place.toAlignedRect())


def spoken(canvas: GridCanvas) -> list[str]:
    access = QAccessible.queryAccessibleInterface(canvas)
    children = (access.child(number) for number in range(access.childCount()))
    return [one.text(QAccessible.Text.Name) for one in children]


async def test_the_chosen_time_is_marked_in_the_calendar_until_the_form_is_closed(
    window: MainWindow, page: CalendarPage
) -> None:
    form, canvas = await open_form(window), page.grid.canvas
    first, second = slot(19, 9), slot(19, 9, 45)
    untouched = picture(canvas, first), picture(canvas, second)
    events = spoken(canvas)
    await choose(form, 0)
    assert canvas.chosen == ChosenTime(first.start, at(19, 9, 45), "Switch interview")
    assert picture(canvas, first) != untouched[0]
    said = "Switch interview; Thu 19 Nov, 09:00 \N{EN DASH} 09:45; chosen, not booked yet"
    assert spoken(canvas) == [*events, said]
    (place,) = canvas.chosen_places()
    access = QAccessible.queryAccessibleInterface(canvas)
    over = canvas.mapToGlobal(place.center().toPoint())
    found = access.childAt(over.x(), over.y())
    assert found.text(QAccessible.Text.Name) == said
    assert found.rect().contains(over)
    assert not found.state().focusable
    await choose(form, 1)
    assert picture(canvas, first) == untouched[0]
    assert picture(canvas, second) != untouched[1]
    press(form, "cancel-booking")
    assert (canvas.chosen_places(), spoken(canvas)) == ([], events)


async def test_the_chosen_time_comes_into_sight_in_the_calendar(
    window: MainWindow, page: CalendarPage
) -> None:
    form, canvas = await open_form(window), page.grid.canvas
    hours = page.grid.findChild(QScrollArea)
    assert hours is not None
    bar = hours.verticalScrollBar()
    bar.setValue(bar.maximum())
    await choose(form, 0)
    (place,) = canvas.chosen_places()
    assert canvas.visibleRegion().boundingRect().contains(place.toRect())


async def test_another_length_moves_the_end_where_the_time_is_free_for_so_long(
    window: MainWindow, page: CalendarPage, server: MemoryCalcom
) -> None:
    form, canvas = await open_form(window), page.grid.canvas
    server.slots = [FreeTime(at(19, 9), at(19, 10)), FreeTime(at(19, 11), at(19, 11, 30))]
    named(form, QComboBox, "book-type").setCurrentIndex(1)
    await form.tasks.settled()
    for number, is_free in ((0, True), (1, False)):
        named(form, QComboBox, "book-minutes").setCurrentIndex(0)
        await form.tasks.settled()
        await choose(form, number)
        begins = canvas.chosen
        assert begins is not None
        named(form, QComboBox, "book-minutes").setCurrentIndex(1)
        assert canvas.chosen is None
        await form.tasks.settled()
        assert (canvas.chosen == begins) is is_free
        assert ("Thu 19 Nov, 11:00 is no longer free." in read(form)) is not is_free
    assert server.held == {}


async def test_the_agenda_has_the_chosen_time_among_its_interviews(
    window: MainWindow, page: CalendarPage
) -> None:
    page.show_view(View.AGENDA)
    await settled(window)
    form = await open_form(window)
    await choose(form, 0)
    agenda = page.list.agenda
    rows = [str(agenda.index(row).data()) for row in range(agenda.rowCount())]
    (chosen,) = (row for row, words in enumerate(rows) if "chosen, not booked yet" in words)
    index = agenda.index(chosen)
    page.list.scrollTo(index)
    with_it = page.list.grab().toImage()
    form.give_up()
    await settled(window)
    assert "chosen" not in str(index.data())
    assert page.list.grab().toImage() != with_it
    assert with_it.pixelColor(QPoint(0, 0)).isValid()


def draft(begin: datetime, **more: Json) -> str:
    return json.dumps(
        {
            "name": "Mina Sato",
            "event_type": 7,
            "day": f"{begin:%Y-%m-%d}",
            "start": format_instant(begin),
            "typed_by": ME.member_id,
            **more,
        }
    )


async def taken_up(window: MainWindow, words: str) -> BookingForm:
    parts = window._parts
    await parts.calcom().unsent.save(words)
    await take_up_booking(window, parts, tasks=window.today.tasks)
    form = named(window, BookingForm, "book-at-calcom")
    await form.tasks.settled()
    return form


async def test_a_time_of_a_kept_booking_is_kept_from_others_again(
    window: MainWindow, server: MemoryCalcom
) -> None:
    # What the last desk kept hides the time from everybody.
    mine, hidden = Hold("mine", NOW + timedelta(minutes=3)), server.slots.pop(1)
    server.held[mine.id] = hidden.start

    async def release(hold_id: str) -> None:
        assert server.held.pop(hold_id) == hidden.start
        server.slots.append(hidden)

    server.release = release  # type: ignore[method-assign]  # the one of this server alone
    hold: Json = [mine.id, format_instant(mine.until)]
    form = await taken_up(window, draft(hidden.start, hold=hold))
    assert form.picker.slot == hidden
    assert "This time is kept for you until" in read(form)
    assert [*server.held.values()] == [hidden.start]


@pytest.mark.parametrize("hold", [None, 5, ["x"], ["x", "soon"], [1, "2026-11-18T12:00:00Z"]])
async def test_a_time_that_is_gone_says_so_and_the_next_ones_are_offered(
    window: MainWindow, server: MemoryCalcom, hold: Json
) -> None:
    form = await taken_up(window, draft(at(19, 9, 15), hold=hold))
    said = read(form)
    assert "Thu 19 Nov, 09:15 is no longer free. Choose another time." in said
    assert "Thu 19 Nov, 09:45\nFri 20 Nov, 15:00" in said
    assert server.held == {}
    press(form, "offered-1")
    await form.tasks.settled()
    assert form.picker.slot == slot(20, 15)
    assert "no longer free" not in read(form)
    assert [*server.held.values()] == [at(20, 15)]


@pytest.mark.parametrize("start", ["soon", 5, "0001-01-01T00:00:00+01:00"])
async def test_a_time_that_cannot_be_read_is_to_be_chosen_anew(
    window: MainWindow, start: Json
) -> None:
    form = await taken_up(window, draft(at(19, 9), start=start))
    assert form.picker.slot is None
    assert "no longer free" not in read(form)


async def test_a_time_that_is_over_says_so(window: MainWindow) -> None:
    form = await taken_up(window, draft(NOW))
    assert form.picker.slot is None
    assert "The time you had chosen is over." in read(form)


async def test_a_time_that_somebody_has_just_taken_comes_with_the_next_ones(
    window: MainWindow, server: MemoryCalcom
) -> None:
    form = await open_form(window)
    server.taken.add(slot(19, 9).start)
    await choose(form, 0)
    assert "Somebody has just taken this time." in read(form)
    offered = named(form, QPushButton, "offered-0")
    offered.setFocus()
    QTest.keyClick(offered, Qt.Key.Key_Space)
    await form.tasks.settled()
    assert form.picker.slot == slot(19, 9, 45)
    # Its button is gone; the next thing to do is to book.
    let_go()
    assert window.focusWidget() is named(form, QPushButton, "book")


async def test_a_promise_to_keep_a_time_ends_with_its_time(qtbot: QtBot) -> None:
    words = KeptWords()
    qtbot.addWidget(words)
    words.show_until(NOW + timedelta(minutes=5), NOW, BERLIN)
    assert words.text() == "This time is kept for you until 11:53."
    words.show_until(NOW + timedelta(milliseconds=1), NOW, BERLIN)
    qtbot.waitUntil(lambda: "not kept for you any more" in words.text())
    # Where this computer's clock is wrong by decades.
    words.show_until(NOW + timedelta(days=20_000), NOW, BERLIN)
    assert words.text().startswith("This time is kept for you until")
    words.show_until(None, NOW, BERLIN)
    assert words.text() == ""


def show_day(form: BookingForm, number: int) -> None:
    named(form, QListWidget, "slot-days").setCurrentRow(number)


async def begun(window: MainWindow, words: str) -> BookingForm:
    """A form whose earlier time is still being asked for."""
    parts = window._parts
    await parts.calcom().unsent.save(words)
    await take_up_booking(window, parts, tasks=window.today.tasks)
    await turned()
    return named(window, BookingForm, "book-at-calcom")


async def turned() -> None:
    """Whatever can go on by itself has done so."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_who_chooses_before_the_earlier_time_is_free_again_keeps_the_choice(
    window: MainWindow, server: MemoryCalcom
) -> None:
    released = asyncio.Event()

    async def release(hold_id: str) -> None:
        await released.wait()
        server.held.pop(hold_id, None)

    server.release = release  # type: ignore[method-assign]  # the one of this server alone
    hold: Json = ["mine", format_instant(NOW + timedelta(minutes=3))]
    form = await begun(window, draft(at(20, 15), hold=hold))
    show_day(form, 3)
    click_line(form, "slot-times", 0)
    chosen = form.picker.slot
    assert chosen == slot(19, 9)
    released.set()
    await form.tasks.settled()
    await turned()
    assert form.picker.slot == chosen
    assert "no longer free" not in read(form)


async def test_who_turns_the_week_meanwhile_is_told_nothing_of_the_earlier_time(
    window: MainWindow, server: MemoryCalcom
) -> None:
    server.answers.clear()
    form = await begun(window, draft(at(20, 15)))
    press(form, "slots-on")
    server.answers.set()
    await form.tasks.settled()
    await turned()
    assert form.picker.slot is None
    assert "no longer free" not in read(form)


async def test_a_time_that_was_hidden_by_our_own_hold_is_chosen_when_the_news_comes(
    window: MainWindow, server: MemoryCalcom
) -> None:
    hidden = server.slots.pop(server.slots.index(slot(20, 15)))
    form = await open_form(window)
    form.give_up()
    await settled(window)
    let_go()
    server.slots.append(hidden)
    server.answers.clear()
    form = await begun(window, draft(hidden.start))
    server.answers.set()
    await form.tasks.settled()
    await turned()
    assert form.picker.slot == hidden
    assert "no longer free" not in read(form)


async def test_a_letter_typed_before_the_time_is_known_to_be_free_forgets_neither(
    window: MainWindow, server: MemoryCalcom
) -> None:
    server.answers.clear()
    hold: Json = ["mine", format_instant(NOW + timedelta(minutes=3))]
    form = await begun(window, draft(at(20, 15), hold=hold))
    named(form, QLineEdit, "book-email").setText("mina@guest.test")
    await form.flush()
    kept = json.loads(await window._parts.calcom().unsent.load() or "")
    assert (kept["email"], kept["start"], kept["hold"]) == (
        "mina@guest.test",
        format_instant(at(20, 15)),
        hold,
    )
    server.answers.set()
    await form.tasks.settled()


async def test_book_says_what_it_waits_for(window: MainWindow) -> None:
    form = await open_form(window)
    assert "Choose a time to book." in read(form)
    await choose(form, 0)
    assert "Choose a time to book." not in read(form)
    book = named(form, QPushButton, "book")
    book.setFocus()
    QTest.keyClick(book, Qt.Key.Key_Return)
    assert not book.isEnabled()
    await form.tasks.settled()
    assert "Type the guest's name." in read(form)
    assert window.focusWidget() is book
