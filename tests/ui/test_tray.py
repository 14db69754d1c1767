"""The tray's menu, which works the same where no tray shows it."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from interview_desk.app.mail_switch import MailSwitch
from interview_desk.domain.agenda import Appointment
from interview_desk.domain.interviews import Interview
from interview_desk.domain.status import Status
from interview_desk.services.agenda import Today
from interview_desk.services.flags import FlagService
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.tray import Tray
from tests.helpers.desk import ME, MemoryRecords, StoppedClock

ZONE = ZoneInfo("Europe/Berlin")


def appointment(clock: StoppedClock, name: str, *, minutes: int, cancelled: bool = False):
    start = clock.now() + timedelta(minutes=minutes)
    return Appointment(
        Interview(
            name,
            f"Smith & {name}",
            Status.CANCELLED if cancelled else Status.SCHEDULED,
            start=start,
            end=start + timedelta(hours=1),
            join_url="https://zoom.us/j/1234567890",
        )
    )


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def tray(qapp: QApplication, clock: StoppedClock) -> Iterator[Tray]:
    owner = QObject()
    made = Tray(QIcon(), now=clock.now, zone=ZONE, parent=owner)
    yield made
    made.close()


def action(tray: Tray, name: str) -> QAction:
    found = tray.menu.findChild(QAction, name)
    assert found is not None
    return found


def busy_day(clock: StoppedClock) -> Today:
    ada = appointment(clock, "Ada", minutes=24)
    bob = appointment(clock, "Bob", minutes=90, cancelled=True)
    return Today(clock.now(), ada, (ada, bob))


def test_an_empty_day_offers_nothing_to_join(tray: Tray) -> None:
    assert action(tray, "tray-next").text() == "Nothing ahead"
    assert not action(tray, "tray-next").isEnabled()
    assert not action(tray, "tray-join").isEnabled()


def test_the_next_interview_is_named_with_its_countdown(tray: Tray, clock: StoppedClock) -> None:
    tray.show_today(busy_day(clock))
    assert action(tray, "tray-next").text() == "Smith && Ada in 24 min"
    clock.advance(minutes=20)
    tray.refresh()
    assert action(tray, "tray-next").text() == "Smith && Ada in 4 min"
    assert "Ada in 4 min" in tray.tooltip


def test_todays_list_stands_in_order_with_what_is_off(tray: Tray, clock: StoppedClock) -> None:
    tray.show_today(busy_day(clock))
    tray.show_today(busy_day(clock))
    lines = [one.text() for one in tray.menu.actions() if one.objectName().startswith("tray-day")]
    assert lines == ["12:12  Smith && Ada", "13:18  Smith && Bob (cancelled)"]


def test_pressing_join_an_interview_open_and_quit_asks_for_it(
    tray: Tray, clock: StoppedClock
) -> None:
    heard: list[object] = []
    tray.join_requested.connect(lambda one: heard.append(("join", one)))
    tray.interview_selected.connect(lambda one: heard.append(("show", one)))
    tray.window_requested.connect(lambda: heard.append("window"))
    tray.quit_requested.connect(lambda: heard.append("quit"))
    action(tray, "tray-next").trigger()
    action(tray, "tray-join").trigger()
    tray.show_today(busy_day(clock))
    for name in ("tray-join", "tray-next", "tray-day-Bob", "tray-open", "tray-quit"):
        action(tray, name).trigger()
    tray._activated(QSystemTrayIcon.ActivationReason.Trigger)
    tray._activated(QSystemTrayIcon.ActivationReason.Context)
    assert heard == [
        ("join", "Ada"),
        ("show", "Ada"),
        ("show", "Bob"),
        "window",
        "quit",
        "window",
    ]


def test_a_disabled_line_asks_for_nothing(tray: Tray) -> None:
    heard: list[str] = []
    tray.join_requested.connect(heard.append)
    tray._join_next()
    tray._open_next()
    assert heard == []


def test_alerts_are_paused_and_resumed(tray: Tray, clock: StoppedClock) -> None:
    heard: list[object] = []
    tray.pause_requested.connect(heard.append)
    assert not action(tray, "tray-resume").isVisible()
    action(tray, "tray-pause").trigger()
    tray.show_paused(clock.now() + timedelta(hours=1))
    assert action(tray, "tray-resume").text() == "Resume alerts (paused until 12:48)"
    assert not action(tray, "tray-pause").isVisible()
    tray.show_paused(clock.now() + timedelta(days=1))
    assert "paused until Thu 19 Nov 11:48" in action(tray, "tray-resume").text()
    action(tray, "tray-resume").trigger()
    tray.show_paused(None)
    assert action(tray, "tray-pause").isVisible()
    assert heard == [timedelta(hours=1), None]


def test_without_a_tray_nothing_is_claimed(tray: Tray) -> None:
    assert not tray.is_there
    tray.hint("Starts now", "Ada")


def test_mail_is_stopped_and_let_go_from_the_menu_once_it_is_known_how_it_stands(
    tray: Tray,
) -> None:
    stop, let_go = action(tray, "tray-stop-mail"), action(tray, "tray-let-mail")
    assert (stop.isVisible(), let_go.isVisible()) == (False, False)
    wishes: list[bool] = []
    tray.mail_requested.connect(wishes.append)
    tray.show_mail(on=True)
    assert (stop.isVisible(), let_go.isVisible()) == (True, False)
    stop.trigger()
    tray.show_mail(on=False)
    assert (stop.isVisible(), let_go.isVisible()) == (False, True)
    let_go.trigger()
    assert wishes == [False, True]


async def test_the_switch_in_the_tray_follows_the_flag_and_turns_it(tray: Tray) -> None:
    records = MemoryRecords()
    tasks = TaskScope()
    switch = MailSwitch(FlagService(records, me=ME), tray=tray, tasks=tasks)
    stop = switch.watch(records)
    await tasks.settled()
    assert action(tray, "tray-stop-mail").isVisible()
    records.put("startups", "one", name="Nobody looks at this")
    action(tray, "tray-stop-mail").trigger()
    for _ in range(2):  # it is turned, then read again
        await tasks.settled()
    [made] = await records.all_of("flags")
    assert (made.fields["key"], made.fields["on"]) == ("follow_up", False)
    assert action(tray, "tray-let-mail").isVisible()
    stop()
    await tasks.close()
