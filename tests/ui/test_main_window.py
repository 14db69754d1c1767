"""The window: what is seen first, how one gets around, what comes by itself."""

import asyncio
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import Role
from interview_desk.services.sync_state import SyncKind, SyncState
from interview_desk.ui.main_window import LEAST, MainWindow
from interview_desk.ui.on_screen import bring_to_front
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import ALONE, ME, NOW, MemoryRecords, StoppedClock
from tests.helpers.desk_story import at, desk_parts
from tests.helpers.pressing import named, press, read, settled
from tests.helpers.shown_window import shown_window

CTRL = Qt.KeyboardModifier.ControlModifier


async def loaded(page: Page) -> None:
    """Wait until the page has read again."""
    arrived = asyncio.Event()

    def take() -> None:
        arrived.set()

    page.loaded.connect(take)
    await arrived.wait()
    page.loaded.disconnect(take)


async def test_the_first_thing_seen_is_the_next_interview_with_its_people(
    window: MainWindow,
) -> None:
    words = read(window.today.next_card)
    assert window.top.title == "Today"
    assert "Why they switched to Brightloom" in words
    assert "in 2 h 12 min" in words
    assert "Zoom" in words
    assert "22:00 Tokyo, UTC+9, outside working hours there" in words
    assert "Ben Cole\nNote taker\nNot confirmed" in words
    assert window.today.list.agenda.rowCount() == 7


async def test_join_is_one_press(qtbot: QtBot, window: MainWindow) -> None:
    shown = window.today.shown
    assert shown is not None
    assert shown.next is not None
    with qtbot.waitSignal(window.join_requested) as joined:
        press(window.today, "join")
    assert joined.args == [shown.next.id]
    with qtbot.waitSignal(window.join_requested) as joined:
        QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    assert joined.args == [shown.next.id]


async def test_capture_opens_from_the_card(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.capture_requested):
        press(window.today, "open-capture")
    window.show_place("calendar")
    window.resize(1360, 860)
    with qtbot.waitSignal(window.capture_requested):
        press(window.panel, "up-next-notes")
    with qtbot.waitSignal(window.join_requested):
        press(window.panel, "up-next-join")


async def test_what_waits_on_me_leads_to_its_interview(window: MainWindow) -> None:
    assert "Anxiety before the switch\nYou are asked to take part" in read(window.today.waiting)
    row = window.today.waiting.findChildren(QPushButton)[0]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    await settled(window)
    assert window.place == "interviews"
    page = window.page("interviews")
    assert named(page, QLineEdit, "detail-title").text() == "Anxiety before the switch"


async def test_places_are_built_when_they_are_visited(qtbot: QtBot, window: MainWindow) -> None:
    assert set(window._pages) == {"today"}
    with qtbot.waitSignal(window.page_built):
        press(window.rail, "place-team")
    await settled(window)
    assert window.top.title == "Team"
    assert "Chidi Eze" in read(window.page("team"))
    QTest.keyClick(window, Qt.Key.Key_1, CTRL)
    assert window.place == "today"
    QTest.keyClick(window, Qt.Key.Key_Comma, CTRL)
    assert window.place == "settings"


async def test_what_the_server_sends_appears_by_itself(
    window: MainWindow, records: MemoryRecords
) -> None:
    reading = asyncio.ensure_future(loaded(window.today))
    await asyncio.sleep(0)
    records.interview("Booked just now", NOW + timedelta(minutes=5))
    await reading
    assert "Booked just now" in read(window.today.next_card)
    assert window.panel.card.interview_id == window.today.shown.next.id  # type: ignore[union-attr]  # shown by now


async def test_the_sync_badge_says_where_my_work_is(window: MainWindow) -> None:
    window.show_sync(SyncState(SyncKind.SAVING, pending=3))
    assert window.rail.badge.words == "Saved on this device, will sync (3)"
    window.show_sync(SyncState(SyncKind.OFFLINE, since=NOW, pending=2))
    assert window.rail.badge.accessibleName() == "Sync: Offline since 11:48, will sync (2)"
    window.show_sync(SyncState(SyncKind.SYNCED, since=NOW, pending=1))
    assert "1 not sent yet" in window.rail.badge.accessibleName()
    window.show_place("settings")
    window.show_sync(SyncState(SyncKind.ATTENTION, attention=1))
    assert named(window, QLabel, "connection-state").text() == "Needs attention (1)"


async def test_the_badge_leads_to_the_details(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.sync_details_requested):
        press(window.rail, "sync-badge")


async def test_minutes_pass(window: MainWindow, clock: StoppedClock) -> None:
    clock.advance(minutes=70)
    window.show_sync(SyncState(SyncKind.SYNCED, since=NOW))
    window._minute_passed()
    await settled(window)
    assert "in 1 h 2 min" in read(window.today.next_card)
    clock.advance(hours=3)
    window._minute_passed()
    await settled(window)
    assert "Anxiety before the switch" in read(window.today.next_card)


async def test_search_lists_what_matches(window: MainWindow) -> None:
    window.search("nookery")
    await settled(window)
    assert window.place == "interviews"
    assert "2 of 20" in read(window.page("interviews"))


async def test_letters_stay_letters_while_typing(window: MainWindow) -> None:
    window.show_place("calendar")
    await settled(window)
    window.open_palette()
    field = named(window, QLineEdit, "palette-field")
    QTest.keyClicks(field, "dwat?/")
    assert field.text() == "dwat?/"


async def test_the_question_mark_shows_the_shortcuts(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Question)
    sheet = named(window, QDialog, "shortcuts")
    assert "Join what is next" in read(sheet)
    press(sheet, "close-shortcuts")


async def test_the_rail_narrows_and_remembers(window: MainWindow) -> None:
    wide = window.rail.width()
    press(window.rail, "fold-rail")
    assert window.rail.width() < wide
    assert window._parts.preferences.is_on("narrow_rail")
    QTest.keyClick(window, Qt.Key.Key_B, CTRL)
    assert window.rail.width() == wide


async def test_the_right_panel_leaves_when_asked_or_where_it_would_crowd(
    window: MainWindow,
) -> None:
    window.resize(1360, 860)
    assert not window.panel.isVisible()  # Today says the same, larger
    window.show_place("calendar")
    assert window.panel.isVisible()
    window.resize(LEAST)
    assert not window.panel.isVisible()
    press(window.top, "fold-panel")
    assert window.panel.isVisible()
    press(window.top, "fold-panel")
    assert not window.panel.isVisible()
    await settled(window)
    page = window.page("calendar")
    # Without the panel there is no line to it at the window's edge either.
    assert page.mapTo(window, page.rect().topRight()).x() == window.width() - 1


async def test_a_sentence_is_shown_until_it_is_read(window: MainWindow) -> None:
    window.say("The link is copied.")
    assert window.notice.isVisible()
    assert "The link is copied." in read(window.notice)
    press(window.notice, "dismiss-notice")
    assert not window.notice.isVisible()


async def test_closing_asks_whoever_runs_the_desk(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.close_asked):
        window.close()
    assert window.isVisible()
    await window.shut()
    assert not window.isVisible()


async def test_the_window_comes_back_where_it_was_but_never_off_the_screen(
    qtbot: QtBot, window: MainWindow, records: MemoryRecords, tmp_path: Path
) -> None:
    # The screen of the tests is 800 x 800.
    window.resize(798, 740)
    window.move(0, 0)
    window.close()  # asks, and remembers where it was
    again = MainWindow(desk_parts(records, tmp_path))
    qtbot.addWidget(again)
    assert again.size() == window.size()
    window.move(9000, 9000)
    window.close()
    found = MainWindow(desk_parts(records, tmp_path))
    qtbot.addWidget(found)
    area = QApplication.primaryScreen().availableGeometry()
    assert area.contains(found.frameGeometry().center())
    await again.shut()
    await found.shut()


async def test_on_a_screen_below_its_least_size_the_window_is_as_large_as_the_screen(
    qtbot: QtBot, window: MainWindow, records: MemoryRecords, tmp_path: Path
) -> None:
    area = QApplication.primaryScreen().availableGeometry()
    assert area.width() < LEAST.width()
    window.resize(1360, 860)
    window.close()
    again = MainWindow(desk_parts(records, tmp_path))
    qtbot.addWidget(again)
    frame = QSize(2, 40)
    assert area.contains(QRect(again.pos(), again.size() + frame))
    again.show()
    for place in ("today", "calendar", "interviews", "team", "settings"):
        again.show_place(place)
        await settled(again)
        assert again.width() <= area.width(), place
    await again.shut()


async def test_a_window_in_the_task_bar_comes_back_as_it_was(window: MainWindow) -> None:
    minimized, maximized = Qt.WindowState.WindowMinimized, Qt.WindowState.WindowMaximized
    for before in (Qt.WindowState.WindowNoState, maximized):
        window.setWindowState(before | minimized)
        bring_to_front(window)
        assert window.isVisible()
        assert window.windowState() == before | (window.windowState() & Qt.WindowState.WindowActive)


async def test_an_empty_desk_says_what_belongs_here(
    qtbot: QtBot, light: Appearance, tmp_path: Path
) -> None:
    records = MemoryRecords()
    window = MainWindow(desk_parts(records, tmp_path, me=ALONE))
    qtbot.addWidget(window)
    window.show_place("today")
    window.show()
    await settled(window)
    assert "A team's Cal.com bookings appear here by themselves" in read(window.today)
    assert "Nothing waits on you." in read(window.today)
    QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    assert "nothing to join" in window.notice.words
    press(window.today, "new-from-today")
    dialog = named(window, QDialog, "new-interview")
    QTest.keyClicks(named(dialog, QLineEdit, "new-title"), "My first one")
    press(dialog, "create")
    await dialog.tasks.settled()  # type: ignore[attr-defined]  # the dialog owns a scope
    await settled(window)
    assert window.place == "interviews"
    page = window.page("interviews")
    assert named(page, QLineEdit, "detail-title").text() == "My first one"
    await window.shut()


async def test_an_interview_opens_from_the_list_of_the_day(window: MainWindow) -> None:
    day = window.today.list
    row = day.agenda.index(4)
    QTest.mouseClick(
        day.viewport(), Qt.MouseButton.LeftButton, pos=day.visualRect(row).center() + QPoint(0, 1)
    )
    await settled(window)
    assert window.place == "interviews"


async def test_many_things_waiting_are_counted(window: MainWindow, records: MemoryRecords) -> None:
    for number in range(12):
        records.interview(f"Wish {number}", at(20, 9 + number // 2))
    window.today.refresh()
    await settled(window)
    assert "and 11 more" in read(window.today.waiting)


async def test_nothing_below_the_head_moves_with_the_place(window: MainWindow) -> None:
    heights = []
    for place in ("today", "calendar", "today"):
        window.show_place(place)
        await settled(window)
        heights.append(window.top.height())
    assert heights[0] == heights[1] == heights[2]


async def test_names_of_eighty_signs_push_nothing_out_of_sight(
    light: Appearance, tmp_path: Path
) -> None:
    records = MemoryRecords()
    records.member("Maximiliane" * 7, member_id=ME.member_id, role=Role.OWNER)
    records.member("W" * 80, member_id="other")
    one = records.interview("\u0644\u0645\u0627\u0630\u0627 " * 3, NOW + timedelta(hours=1))
    records.guest(one, "W" * 80)
    records.part(one, ME.member_id)
    async with shown_window(desk_parts(records, tmp_path), size=LEAST) as window:
        window.show_interview(one)
        await settled(window)
        for place, name in (("today", "open-details"), ("interviews", "change-status")):
            window.show_place(place)
            await settled(window)
            scrolled = window.page(place).findChildren(QScrollArea)
            assert not any(area.horizontalScrollBar().isVisible() for area in scrolled), place
            assert not named(window.page(place), QPushButton, name).visibleRegion().isEmpty()
        title = named(window.page("interviews"), QLineEdit, "detail-title")
        # What is written from right to left stands where all else begins.
        assert title.alignment() & Qt.AlignmentFlag.AlignAbsolute
