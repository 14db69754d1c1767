"""Settings, inbox and event types of Cal.com."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import Role
from interview_desk.services import connection
from interview_desk.services.connection import Events, Finding, InboxEvent
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.pages.calendar_views import View
from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.line_list import LineList
from interview_desk.ui.widgets.week_grid import DayHeads
from tests.helpers.calcom_desk import CONNECTED, MemoryCalcom, calcom_parts
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock
from tests.helpers.desk_story import desk_parts
from tests.helpers.pressing import named, press, read, settled
from tests.helpers.shown_window import shown_window


@pytest.fixture
def role() -> Role:
    return Role.OWNER


@pytest.fixture
def server(clock: StoppedClock) -> MemoryCalcom:
    return MemoryCalcom(clock)


@pytest.fixture
async def window(
    qtbot: QtBot,
    light: Appearance,
    records: MemoryRecords,
    clock: StoppedClock,
    server: MemoryCalcom,
    role: Role,
    tmp_path: Path,
) -> AsyncIterator[MainWindow]:
    me = ME._replace(role=role)
    calcom = calcom_parts(records, me=me, clock=clock, server=server)
    async with shown_window(
        desk_parts(records, tmp_path, me=me, clock=clock, calcom=calcom), place="settings"
    ) as made:
        yield made


def section(window: MainWindow) -> QWidget:
    return named(window, QWidget, "calcom-section")


def state(window: MainWindow) -> str:
    return named(window, QLabel, "calcom-state").text()


async def test_connect_says_what_it_did_and_disconnect_keeps_everything(
    window: MainWindow,
) -> None:
    assert "Connect it to hear of changes at once." in state(window)
    press(window, "calcom-connect")
    await settled(window)
    assert state(window) == "Connected. Cal.com's first message has arrived."
    assert "Follows the bookings of Ada Berg." in read(section(window))
    assert "Connect again" in read(section(window))
    press(window, "calcom-disconnect")
    await settled(window)
    assert "Connect it to hear" in state(window)
    assert not named(window, QPushButton, "calcom-disconnect").isVisible()


async def test_a_team_that_has_nothing_to_book_yet_needs_nothing_more(
    window: MainWindow, server: MemoryCalcom
) -> None:
    follows = ("Ada Berg", "Research", "Sales")
    now = CONNECTED._replace(connected_at=NOW, follows=follows, waits_for=("Research",))
    server.connection = now
    window.page("settings").refresh()
    await settled(window)
    said = "Research has no event type yet. Its first one is followed by itself, within ten minutes"
    assert said in read(section(window))
    server.connection = now._replace(waits_for=("Research", "Sales"))
    window.page("settings").refresh()
    await settled(window)
    assert "Research and Sales have no event type yet. Their first one" in read(section(window))


async def test_test_says_who_and_what_is_missing(window: MainWindow, server: MemoryCalcom) -> None:
    press(window, "calcom-test")
    await settled(window)
    assert state(window) == "The key works: Ada Berg \N{MIDDLE DOT} ada@desk.test."
    server.tested = connection.Tested(
        ok=False, name="", email="", findings=(Finding(ok=False, says="Make a new key."),)
    )
    press(window, "calcom-test")
    await settled(window)
    assert state(window) == "Something is missing."
    assert "Make a new key." in read(section(window))
    assert "It may book." not in read(section(window))


async def test_what_goes_wrong_is_said(window: MainWindow, server: MemoryCalcom) -> None:
    server.trouble = ServerUnreachableError()
    press(window, "calcom-test")
    await settled(window)
    assert "cannot be reached" in state(window)


async def test_how_it_stands_is_said_in_one_sentence(
    window: MainWindow, server: MemoryCalcom
) -> None:
    page = window.page("settings")
    for changes, sentence in (
        ({"is_on": False}, "turned off for your team"),
        ({"is_on": True, "has_key": False}, "no Cal.com key yet"),
        ({"has_key": True, "problem": "The key was revoked. Make a new one."}, "was revoked"),
        ({"problem": None, "connected_at": NOW}, "Connected to api.cal.com."),
    ):
        server.connection = server.connection._replace(**changes)
        page.refresh()
        await settled(window)
        assert sentence in state(window)
    server.connection = server.connection._replace(
        told_at=NOW, paused_until=NOW + timedelta(minutes=1), failed=2
    )
    page.refresh()
    await settled(window)
    words = read(section(window))
    assert "Last heard from Cal.com Wed 18 Nov, 11:48." in words
    assert "goes on by itself at 11:49" in words
    assert "2 of what came in could not be read" in words


@pytest.mark.parametrize("role", [Role.INTERVIEWER])
async def test_only_owners_and_admins_change_the_connection(window: MainWindow) -> None:
    for name in ("calcom-test", "calcom-connect", "calcom-inbox"):
        assert not named(window, QPushButton, name).isVisible()
    assert named(window, QPushButton, "calcom-event-types").isVisible()


def event(number: int, state: str = "done", reason: str = "") -> InboxEvent:
    at = NOW - timedelta(minutes=number)
    return InboxEvent(f"e{number}", at, "BOOKING_CREATED", "uid", state, reason, number)


async def test_the_inbox_says_why_something_was_not_read_and_reads_it_again(
    window: MainWindow, server: MemoryCalcom
) -> None:
    server.events = [event(1), event(2, "failed", "The start is missing."), event(3)]
    press(window, "calcom-inbox")
    await settled(window)
    page = window.page("calcom_inbox")
    listed = named(page, LineList, "inbox-list").rows
    assert listed.rowCount() == 2
    assert "Could not be read: 1, done: 2" in read(page)
    press(page, "inbox-more")
    await settled(window)
    assert listed.rowCount() == 3
    assert [line.mark for line in listed.lines] == ["Done", "Could not be read", "Done"]
    named(page, LineList, "inbox-list").choose("e2")
    await settled(window)
    assert "Could not be read after 2 tries. The start is missing." in read(page)
    assert "BOOKING_CREATED" in named(page, QPlainTextEdit, "inbox-body").toPlainText()
    press(page, "inbox-again")
    await settled(window)
    press(page, "inbox-all-again")
    await settled(window)
    assert "1 event would be read again (could not be read: 1)." in read(page)
    assert server.replayed == [Events(id="e2")]
    press(page, "inbox-leave")
    assert "would be read again" not in read(page)
    press(page, "inbox-all-again")
    await settled(window)
    press(page, "inbox-agree")
    await settled(window)
    assert server.replayed == [Events(id="e2"), Events(state="failed")]
    box = named(page, QComboBox, "inbox-state")
    box.setCurrentIndex(box.findText("Waiting"))
    await settled(window)
    assert listed.rowCount() == 0


async def test_the_inbox_is_narrowed_to_days_and_all_of_them_are_read_again(
    window: MainWindow, server: MemoryCalcom
) -> None:
    server.events = [event(1), event(2, "waiting"), event(60 * 24), event(60 * 24 * 9)]
    press(window, "calcom-inbox")
    await settled(window)
    page = window.page("calcom_inbox")
    listed = named(page, LineList, "inbox-list").rows
    when = named(page, QComboBox, "inbox-when")
    for words, count in (("Today", 2), ("The last 30 days", 2), ("The last 7 days", 2)):
        when.setCurrentText(words)
        await settled(window)
        assert listed.rowCount() == count  # of a page of two
    first, last = (named(page, QDateEdit, f"inbox-{name}") for name in ("from", "until"))
    assert not first.isVisible()
    when.setCurrentText("Between two days")
    first.setDate(QDate(2026, 11, 17))
    last.setDate(QDate(2026, 11, 9))  # whichever was typed first
    await settled(window)
    assert listed.rowCount() == 2
    press(page, "inbox-all-again")
    await settled(window)
    assert "2 events would be read again (done: 2)." in read(page)
    press(page, "inbox-agree")
    await settled(window)
    (read_again,) = server.replayed
    assert read_again.since == datetime(2026, 11, 8, 23, tzinfo=UTC)
    assert read_again.until == datetime(2026, 11, 17, 23, tzinfo=UTC)


async def test_an_empty_inbox_and_one_that_cannot_be_asked_say_so(
    window: MainWindow, server: MemoryCalcom
) -> None:
    press(window, "calcom-inbox")
    await settled(window)
    page = window.page("calcom_inbox")
    assert "Nothing has come in from Cal.com yet." in read(page)
    server.trouble = ServerUnreachableError()
    page.refresh()
    await settled(window)
    assert "cannot be reached" in read(page)


async def test_an_event_type_is_mapped_by_its_form(
    window: MainWindow, records: MemoryRecords
) -> None:
    window.show_place("event_types")
    await settled(window)
    page = window.page("event_types")
    assert "There are none yet." in read(page)
    records.put("guides", "g1", name="Switch interview")
    records.put(
        "event_types",
        "e1",
        calcom_id=7,
        title="First call",
        minutes=30,
        hosts=[{"name": "Ada"}],
        needs_confirmation=True,
        roles={"observer": ["member-ben"]},
    )
    await settled(window)
    assert "30 min \N{MIDDLE DOT} Ada \N{MIDDLE DOT} a host has to confirm" in read(page)
    guide = named(page, QComboBox, "guide_id")
    guide.setCurrentIndex(1)
    guide.activated.emit(1)
    await settled(window)
    await settled(window)
    lead = named(page, QComboBox, "role-lead")
    lead.setCurrentIndex(lead.findText("Chidi Eze"))
    lead.activated.emit(lead.currentIndex())
    await settled(window)
    await settled(window)
    fields = records.rows["event_types", "e1"].fields
    assert fields["guide_id"] == "g1"
    assert fields["roles"] == {"observer": ["member-ben"], "lead": ["member-chidi"]}


@pytest.mark.parametrize("role", [Role.OBSERVER])
async def test_who_may_not_map_only_reads(window: MainWindow, records: MemoryRecords) -> None:
    records.put("event_types", "e1", calcom_id=7, title="First call")
    window.show_place("event_types")
    await settled(window)
    assert not named(window.page("event_types"), QComboBox, "guide_id").isEnabled()


async def test_who_is_away_stands_under_the_days(
    window: MainWindow, records: MemoryRecords
) -> None:
    records.put(
        "out_of_office",
        "o1",
        member_id="member-ben",
        name="ben at Cal.com",
        reason="Holiday",
        start="2026-11-19T00:00:00Z",
        end="2026-11-20T23:00:00Z",
    )
    records.put("out_of_office", "o2", name="Kim", start="2026-11-30T00:00:00Z", end=None)
    window.show_place("calendar")
    await settled(window)
    heads = window.page("calendar").findChild(DayHeads)
    assert isinstance(heads, DayHeads)
    assert heads.away_on(date(2026, 11, 20)) == "Away: Ben Cole (Holiday)"
    assert heads.away_on(date(2026, 11, 21)) == ""
    assert not heads.grab().isNull()
    assert "Thu 19 Nov. Away: Ben Cole (Holiday)" in heads.accessibleDescription()
    page = window.page("calendar")
    assert isinstance(page, CalendarPage)
    page.show_view(View.AGENDA)
    await settled(window)
    rows = [str(page.list.agenda.index(row).data()) for row in range(page.list.agenda.rowCount())]
    assert "Friday 20 November. Away: Ben Cole (Holiday)" in rows
    assert "Thursday 19 November" not in rows  # until midnight where the desk is
    assert not page.list.grab().isNull()
    assert heads.tip_at(heads.width() * 0.7) == "Away: Ben Cole (Holiday)"
    assert heads.tip_at(2) == ""
    spot = QPoint(2, 2)
    shown = QHelpEvent(QHelpEvent.Type.ToolTip, spot, heads.mapToGlobal(spot))
    assert QApplication.sendEvent(heads, shown)
