"""Booking at Cal.com from the desk: the time, the guest, a lost race, and another time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.domain.instants import format_instant, zone_called
from interview_desk.services.availability import FreeTimes
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.pages.free_overlay import joined
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.move_dialog import MoveDialog
from interview_desk.ui.widgets.parts import IconButton
from interview_desk.ui.widgets.slot_picker import slot_words
from tests.helpers.booking_form import open_form, slot
from tests.helpers.calcom_desk import MemoryCalcom
from tests.helpers.desk import NOW, MemoryRecords
from tests.helpers.desk_story import BERLIN, at
from tests.helpers.pressing import click_line, named, press, read, settled


@pytest.fixture
async def form(window: MainWindow) -> BookingForm:
    return await open_form(window)


def times(form: QWidget) -> list[str]:
    box = named(form, QListWidget, "slot-times")
    return [box.item(number).text() for number in range(box.count())]


async def pick(form: BookingForm, number: int) -> None:
    click_line(form, "slot-times", number)
    await form.tasks.settled()


async def test_a_guest_is_booked_into_a_free_time(
    window: MainWindow, form: BookingForm, records: MemoryRecords, server: MemoryCalcom
) -> None:
    asked: list[object] = []
    window.booking_asked.connect(asked.append)
    assert times(form) == ["09:00 \N{EN DASH} 09:45", "09:45 \N{EN DASH} 10:30"]
    named(form, QComboBox, "book-zone").setCurrentText("Asia/Tokyo")
    assert times(form)[1].endswith("17:45 in Tokyo, UTC+9")
    await pick(form, 1)
    assert list(server.held.values()) == [at(19, 9, 45)]
    assert "kept for you until" in read(form)
    named(form, QLineEdit, "book-name").setText("Mina Sato")
    named(form, QLineEdit, "book-email").setText("mina@guest.test")
    press(form, "book")
    await form.tasks.settled()
    await settled(window)
    await settled(window)
    (request,) = await records.all_of("booking_requests")
    assert request.fields["event_type_id"] == 7
    assert request.fields["start"] == format_instant(at(19, 9, 45))
    assert request.fields["guest"] == {
        "name": "Mina Sato",
        "email": "mina@guest.test",
        "zone": "Asia/Tokyo",
    }
    assert len(asked) == 1
    assert server.held == {}
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    assert "Booking for Thu 19 Nov, 09:45" in read(page)


async def test_a_zone_that_is_still_being_typed_shows_no_clock(form: BookingForm) -> None:
    box = named(form, QComboBox, "book-zone")
    # The first is the name of a folder of zones.
    for typed in ("Europe", "Europe/", "Europe/Ber", "Z" * 300):
        box.setCurrentText(typed)
        assert times(form)[1] == "09:45 \N{EN DASH} 10:30"
    assert zone_called("Europe") is None


async def test_what_is_missing_is_said_in_place(form: BookingForm, records: MemoryRecords) -> None:
    assert not named(form, QPushButton, "book").isEnabled()
    await pick(form, 0)
    press(form, "book")
    await form.tasks.settled()
    assert "Type the guest's name." in read(form)
    assert named(form, QPushButton, "book").isEnabled()
    assert await records.all_of("booking_requests") == []


async def test_a_time_that_somebody_took_shows_what_is_free_instead(
    form: BookingForm, server: MemoryCalcom
) -> None:
    server.taken.add(at(19, 9))
    server.slots.remove(slot(19, 9))
    await pick(form, 0)
    await form.tasks.settled()
    assert "Somebody has just taken this time." in read(form)
    assert times(form) == ["09:45 \N{EN DASH} 10:30"]


async def test_the_length_can_be_chosen_where_there_are_several(form: BookingForm) -> None:
    box = named(form, QComboBox, "book-type")
    minutes = named(form, QComboBox, "book-minutes")
    assert not minutes.isVisible()
    box.setCurrentIndex(1)
    await form.tasks.settled()
    assert [minutes.itemText(number) for number in range(2)] == ["30 min", "60 min"]
    await pick(form, 0)
    typed = form._typed(slot(19, 9))
    assert (typed.event_type_id, typed.minutes, typed.choose_minutes) == (8, 30, True)


async def test_another_length_asks_for_the_times_that_it_fits_into(
    form: BookingForm, server: MemoryCalcom
) -> None:
    named(form, QComboBox, "book-type").setCurrentIndex(1)
    await form.tasks.settled()
    assert len(times(form)) == 2
    server.slots.append(FreeTime(at(19, 14), at(19, 15)))
    named(form, QComboBox, "book-minutes").setCurrentIndex(1)
    await form.tasks.settled()
    assert times(form) == ["14:00 \N{EN DASH} 15:00"]
    assert server.lengths == [None, 30, 60]
    assert not named(form, QPushButton, "book").isEnabled()


async def test_a_chosen_time_stays_chosen_and_kept_when_the_times_are_read_again(
    form: BookingForm, server: MemoryCalcom
) -> None:
    await pick(form, 1)
    holds = dict(server.held)
    # Cal.com tells of a time that is kept no more than of one that is booked.
    left = [one for one in server.slots if one.start != at(19, 9, 45)]
    now = at(18, 12)
    form.picker.show_times(FreeTimes(tuple(left), now), now)
    named(form, QComboBox, "book-zone").setCurrentText("Asia/Tokyo")
    assert form.picker.slot == slot(19, 9, 45)
    assert named(form, QPushButton, "book").isEnabled()
    assert "kept for you until" in read(form)
    assert server.held == holds
    # Another kind of booking is not kept at that time.
    named(form, QComboBox, "book-type").setCurrentIndex(1)
    await form.tasks.settled()
    assert form.picker.slot is None


async def test_closing_the_form_lets_the_time_go(
    window: MainWindow, form: BookingForm, server: MemoryCalcom
) -> None:
    await pick(form, 0)
    assert server.held
    press(form, "cancel-booking")
    await window.today.tasks.settled()
    assert server.held == {}


async def test_another_week_is_asked_for_and_the_past_is_not(
    form: BookingForm, server: MemoryCalcom
) -> None:
    assert not named(form, QPushButton, "book").isEnabled()
    press(form, "slots-on")
    await form.tasks.settled()
    assert times(form) == ["10:00 \N{EN DASH} 10:45"]
    press(form, "slots-back")
    await form.tasks.settled()
    assert not named(form, IconButton, "slots-back").isEnabled()
    assert all(start >= at(16, 0) for _, start, _ in server.asked)


async def test_a_week_without_a_free_time_says_where_to_look(
    form: BookingForm, server: MemoryCalcom
) -> None:
    assert "Nothing is free" not in named(form, QLabel, "slots-age").text()
    server.slots = []
    press(form, "slots-on")
    await form.tasks.settled()
    assert times(form) == []
    assert named(form, QLabel, "slots-age").text().startswith("Nothing is free this week")


async def test_without_a_network_the_last_known_times_say_so(
    form: BookingForm, server: MemoryCalcom
) -> None:
    server.trouble = ServerUnreachableError()
    form.picker.ask_again()
    await form.tasks.settled()
    assert len(times(form)) == 2
    assert "As last known, 11:48." in read(form)
    press(form, "slots-on")
    await form.tasks.settled()
    assert "cannot be reached" in named(form, QLabel, "slots-age").text()


async def test_nothing_is_offered_where_nothing_can_be_booked(
    window: MainWindow, records: MemoryRecords
) -> None:
    records.put("flags", "f", key="calcom", on=False)
    window.new_interview()
    new = named(window, QDialog, "new-interview")
    await window.today.tasks.settled()
    await settled(window)
    assert not named(new, QPushButton, "new-book").isVisible()


@pytest.fixture
def booked(records: MemoryRecords) -> str:
    made = records.interview("With Mina", at(20, 13), booking_uids=["u"], event_type_id=7)
    records.guest(made, "Mina Sato", zone="Asia/Tokyo")
    records.part(made, "member-me")
    return made


async def test_a_booking_is_moved_to_a_free_time_from_its_interview(
    window: MainWindow, records: MemoryRecords, booked: str
) -> None:
    window.show_interview(booked)
    await settled(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    page._acts.act("move")
    dialog = named(window, MoveDialog, "move-booking")
    await dialog.tasks.settled()
    assert times(dialog) == ["15:00 \N{EN DASH} 15:45   23:00 in Tokyo, UTC+9"]
    click_line(dialog, "slot-times", 0)
    press(dialog, "move-agree")
    await dialog.tasks.settled()
    (request,) = await records.all_of("booking_requests")
    assert request.fields["start"] == format_instant(at(20, 15))


async def test_a_booking_of_one_of_several_lengths_is_moved_to_where_it_fits(
    window: MainWindow, records: MemoryRecords, server: MemoryCalcom
) -> None:
    booked = records.interview("Long", at(20, 13), booking_uids=["u"], event_type_id=8)
    records.part(booked, "member-me")
    window.show_interview(booked)
    await settled(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    page._acts.act("move")
    dialog = named(window, MoveDialog, "move-booking")
    await dialog.tasks.settled()
    assert times(dialog) == []
    assert set(server.lengths) == {60}


async def test_what_was_booked_is_not_known_everywhere(
    window: MainWindow, records: MemoryRecords
) -> None:
    window.show_interview(records.interview("Old", at(20, 13), booking_uids=["u"]))
    await settled(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    told: list[str] = []
    page.told.connect(told.append)
    page._acts.act("move")
    assert "not known what was booked" in told[0]


async def test_free_times_are_tinted_while_a_booking_moves(
    window: MainWindow, booked: str, server: MemoryCalcom
) -> None:
    window.show_place("calendar")
    await settled(window)
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    assert (7, at(16, 0), at(23, 0)) in server.asked  # the week on screen is at hand
    canvas = page.grid.canvas
    canvas.pick(booked)
    canvas.move_picked()
    await settled(window)
    assert (at(19, 9), at(19, 10, 30)) in canvas.free  # slots that touch are one stretch
    assert "As Cal.com says at 11:48." in page._free_note.text()
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.mover.trouble == "Cal.com has nothing free here."
    assert not canvas.grab().isNull()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.free == ()
    assert page._free_note.text() == ""


async def test_near_its_own_place_a_booking_may_always_be_dropped(
    window: MainWindow, booked: str
) -> None:
    window.show_place("calendar")
    await settled(window)
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    canvas = page.grid.canvas
    canvas.pick(booked)
    canvas.move_picked()
    await settled(window)
    QTest.keyClick(canvas, Qt.Key.Key_Down)  # overlaps itself, which Cal.com counts as taken
    assert canvas.mover.trouble == ""
    for _ in range(7):
        QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.mover.trouble == ""  # 15:00 is free
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.mover.trouble == "Cal.com has nothing free here."
    canvas.mover.cancel()


def test_slots_that_touch_are_one_stretch() -> None:
    apart = FreeTime(NOW + timedelta(hours=5), None)
    assert joined([apart, FreeTime(NOW, NOW + timedelta(hours=1))]) == [
        (NOW, NOW + timedelta(hours=1)),
        (apart.start, apart.start + timedelta(minutes=30)),
    ]


def test_a_time_that_comes_twice_says_which() -> None:
    first = FreeTime(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), None)
    second = FreeTime(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), None)
    assert slot_words(first, BERLIN, None) == "02:30 (UTC+2)"
    assert slot_words(second, BERLIN, None) == "02:30 (UTC+1)"


def test_the_guests_day_is_named_where_it_is_another() -> None:
    late = FreeTime(at(19, 20), None)
    words = slot_words(late, BERLIN, ZoneInfo("Asia/Tokyo"))
    assert words == "20:00   Fri 20 Nov, 04:00 in Tokyo, UTC+9"


async def test_a_window_that_comes_back_leaves_the_keyboard_where_it_was(
    window: MainWindow,
) -> None:
    form = await open_form(window)
    email = named(form, QLineEdit, "book-email")
    email.setFocus()
    window.showMinimized()
    window.showNormal()
    await settled(window)
    assert window.focusWidget() is email
