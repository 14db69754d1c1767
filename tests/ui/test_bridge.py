"""Where coroutines meet Qt."""

import asyncio
import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLocale
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from interview_desk.domain.errors import DeskError
from interview_desk.services.ports import Change, Listener
from interview_desk.ui.bridge import dates
from interview_desk.ui.bridge.changes import Changes
from interview_desk.ui.bridge.first_paint import until_painted
from interview_desk.ui.bridge.tasks import TaskScope

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


class Announcer:
    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    def on_change(self, listener: Listener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def announce(self, *ids: str) -> None:
        for listener in self.listeners:
            listener(frozenset(Change("interviews", one) for one in ids))


async def _fail(error: Exception) -> None:
    raise error


async def test_a_result_is_handed_on(qtbot: QtBot) -> None:
    scope = TaskScope()
    heard: list[str] = []
    scope.start(asyncio.sleep(0, "done"), then=heard.append)
    assert scope.is_busy
    await scope.settled()
    assert heard == ["done"]
    assert not scope.is_busy


def test_work_that_never_waits_is_done_before_there_is_a_loop(qtbot: QtBot) -> None:
    async def answer() -> str:
        return "done"

    scope = TaskScope()
    heard: list[object] = []
    scope.told.connect(heard.append)
    scope.broke.connect(heard.append)
    scope.at_once(answer(), then=heard.append)
    scope.at_once(_fail(DeskError("Not saved.")), then=heard.append)
    bug = ValueError("bug")
    scope.at_once(_fail(bug), then=heard.append)
    assert heard == ["done", "Not saved.", bug]


class Painted(QWidget):
    """Counts how often it is painted."""

    times = 0

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self.times += 1


def test_a_window_is_waited_for_until_it_is_painted_whole(qtbot: QtBot) -> None:
    window, inner = Painted(), Painted()
    qtbot.addWidget(window)
    inner.setMinimumSize(8, 8)
    row = QVBoxLayout(window)
    row.addWidget(inner)
    window.show()
    until_painted(window)
    assert (window.times, inner.times) == (1, 1)


def test_a_window_nobody_sees_is_not_waited_for_long(qtbot: QtBot) -> None:
    window = Painted()
    qtbot.addWidget(window)
    until_painted(window, at_most_ms=1)
    assert window.times == 0


async def test_an_expected_failure_is_one_sentence(qtbot: QtBot) -> None:
    scope = TaskScope()
    with qtbot.waitSignal(scope.told) as told:
        scope.start(_fail(DeskError("That code has expired.")))
        await scope.settled()
    assert told.args == ["That code has expired."]
    in_place: list[str] = []
    scope.start(_fail(DeskError("Used already.")), told=in_place.append)
    await scope.settled()
    assert in_place == ["Used already."]


async def test_a_bug_is_reported_and_not_lost(qtbot: QtBot) -> None:
    scope = TaskScope()
    bug = ValueError("ours")
    with qtbot.waitSignal(scope.broke) as broke:
        scope.start(_fail(bug))
        await scope.settled()
    assert broke.args == [bug]


async def test_what_should_never_end_begins_again_after_a_bug(qtbot: QtBot) -> None:
    scope = TaskScope()
    bugs: list[BaseException] = []
    scope.broke.connect(bugs.append)
    begun: asyncio.Queue[int] = asyncio.Queue()

    async def work() -> None:
        begun.put_nowait(len(bugs))
        if len(bugs) < 2:
            raise ValueError(len(bugs))
        await asyncio.Event().wait()

    scope.keep_up(work, pause=0)
    assert [await begun.get() for _ in range(3)] == [0, 1, 2]
    assert [str(bug) for bug in bugs] == ["0", "1"]
    await scope.close()
    assert not scope.is_busy


async def test_the_last_question_asked_is_the_one_answered(qtbot: QtBot) -> None:
    scope = TaskScope()
    heard: list[str] = []
    never = asyncio.Event()

    async def first() -> str:
        await never.wait()
        return "first"

    scope.start(first(), then=heard.append, instead_of="search")
    await asyncio.sleep(0)
    scope.start(asyncio.sleep(0, "second"), then=heard.append, instead_of="search")
    await scope.settled()
    assert heard == ["second"]


async def test_closing_ends_what_runs_and_starts_nothing_more(qtbot: QtBot) -> None:
    scope = TaskScope()
    heard: list[str] = []
    scope.start(asyncio.sleep(3600, "late"), then=heard.append)
    await asyncio.sleep(0)
    await scope.close()
    scope.start(asyncio.sleep(0, "later"), then=heard.append)
    await asyncio.sleep(0)
    assert heard == []
    assert not scope.is_busy


def test_work_asked_for_after_the_program_has_ended_is_let_go(qtbot: QtBot) -> None:
    scope = TaskScope()
    work = _fail(ValueError("never begun"))
    scope.start(work)
    assert inspect.getcoroutinestate(work) == inspect.CORO_CLOSED
    assert not scope.is_busy


async def test_many_changes_arrive_as_one_signal(qtbot: QtBot) -> None:
    source = Announcer()
    changes = Changes(source)
    heard: list[frozenset[Change]] = []
    arrived = asyncio.Event()

    def take(batch: frozenset[Change]) -> None:
        heard.append(batch)
        arrived.set()

    changes.changed.connect(take)
    source.announce("a", "b")
    source.announce("b", "c")
    await arrived.wait()
    assert [{change.id for change in batch} for batch in heard] == [{"a", "b", "c"}]
    changes.close()
    assert source.listeners == []


def test_times_are_written_as_the_locale_has_them(qtbot: QtBot) -> None:
    assert dates.clock_time(NOON, BERLIN) == "12:00"
    QLocale.setDefault(QLocale("en_US"))
    try:
        assert dates.clock_time(NOON, BERLIN).replace("\u202f", " ") == "12:00 PM"
        assert dates.first_weekday() == 6
    finally:
        QLocale.setDefault(QLocale("en_GB"))
    assert dates.first_weekday() == 0


def test_the_c_locale_still_names_the_days(qtbot: QtBot) -> None:
    QLocale.setDefault(QLocale.c())
    try:
        assert dates.weekday_name(0) == "Mon"
        assert dates.long_day(date(2026, 11, 18)) == "Wednesday 18 November"
    finally:
        QLocale.setDefault(QLocale("en_GB"))


def test_a_range_over_midnight_names_the_second_day() -> None:
    late = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
    early = datetime(2026, 11, 19, 0, 30, tzinfo=UTC)
    assert dates.clock_range(late, early, BERLIN) == "23:30 \N{EN DASH} Thu 19 Nov 01:30"
    assert dates.clock_range(NOON, late, BERLIN) == "12:00 \N{EN DASH} 23:30"


def test_a_zone_is_a_city_with_its_offset() -> None:
    assert dates.zone_name(BERLIN, NOON) == "Berlin, UTC+1"
    assert dates.zone_name(ZoneInfo("Asia/Kolkata"), NOON) == "Kolkata, UTC+5:30"
    assert dates.zone_name(ZoneInfo("America/New_York"), NOON) == "New York, UTC\N{MINUS SIGN}5"
    assert dates.zone_name(UTC, NOON) == "UTC"
    assert dates.differs_from(BERLIN, UTC, NOON)
    assert not dates.differs_from(BERLIN, ZoneInfo("Europe/Paris"), NOON)


def test_a_month_and_its_days_have_names() -> None:
    assert dates.month_title(date(2026, 11, 1)) == "November 2026"
    assert dates.months_title(date(2026, 11, 2), date(2026, 11, 8)) == "November 2026"
    week = date(2026, 11, 30), date(2026, 12, 6)
    assert dates.months_title(*week) == "Nov \N{EN DASH} Dec 2026"
    turn = date(2026, 12, 28), date(2027, 1, 3)
    assert dates.months_title(*turn) == "Dec 2026 \N{EN DASH} Jan 2027"
    assert dates.short_day(date(2026, 11, 18)) == "Wed 18 Nov"
    assert dates.weekday_name(2, narrow=True) == "W"
