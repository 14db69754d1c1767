"""Alerts over the real local database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.alerts import AlertKind, AlertSettings
from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Edit
from interview_desk.domain.values import Json
from interview_desk.services.alerts import AlertActions, AlertService
from interview_desk.services.exchange import Page, ServerRow
from interview_desk.services.notices import Answer
from interview_desk.store import LocalStore
from tests.helpers.notices import NoticeBoard, SettableClock, Slip

ME = "member-me"
LINK = "https://zoom.us/j/1234567890"


class Desk:
    """An alert service with everything around it in a test's hands."""

    def __init__(self, store: LocalStore) -> None:
        self.store = store
        self.clock = SettableClock()
        self.board = NoticeBoard()
        self.slip = Slip()
        self.joined: list[str] = []
        self.opened: list[str] = []
        self.ver = 0
        self.service = self.restarted()

    def restarted(self) -> AlertService:
        self.service = AlertService(
            self.store,
            self.board,
            clock=self.clock,
            memory=self.slip,
            actions=AlertActions(join=self.joined.append, show=self.opened.append),
            member_id=ME,
            zone=ZoneInfo("Europe/Berlin"),
            longest_wait=timedelta(milliseconds=5),
        )
        return self.service

    async def arrives(self, *rows: tuple[str, str, dict[str, Json]], deleted: bool = False) -> None:
        """The server tells of rows, whole, as a pull does."""
        self.ver += 1
        page = Page(
            tuple(
                ServerRow(
                    entity,
                    row_id,
                    self.ver,
                    fields,
                    dict.fromkeys(fields, self.ver),
                    deleted=deleted,
                )
                for entity, row_id, fields in rows
            ),
            cursor=str(self.ver),
            more=False,
            last_n=0,
            epoch="e",
        )
        await self.store.apply_page(page, self.clock.now())
        await asyncio.sleep(0)  # the store tells its listeners on the loop

    async def booked(self, name: str = "ada", **differences: Json) -> None:
        await self.arrives(("interviews", name, self.fields(name, **differences)))

    def fields(self, name: str, **differences: Json) -> dict[str, Json]:
        start = self.clock.now() + timedelta(hours=2)
        return {
            "title": f"Interview with {name}",
            "status": "scheduled",
            "start": format_instant(start),
            "end": format_instant(start + timedelta(hours=1)),
            "join_url": LINK,
            **differences,
        }

    def at(self, **amount: float) -> datetime:
        return self.clock.now() + timedelta(**amount)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    yield Desk(store)
    await store.close()


@pytest.fixture
async def watching(desk: Desk) -> AsyncIterator[Desk]:
    await desk.service.start()
    stop = desk.store.on_change(desk.service._note_changes)
    desk.service.announce()
    await desk.service.check()
    yield desk
    stop()


async def test_a_booking_that_arrives_is_told_with_both_times(watching: Desk) -> None:
    guest: dict[str, Json] = {"interview_id": "ada", "name": "Ada", "zone": "Asia/Tokyo"}
    fields = watching.fields("ada")
    await watching.arrives(("interviews", "ada", fields), ("interview_guests", "g", guest))
    await watching.service.check()
    [notice] = watching.board.shown
    assert notice.title == "New booking: Interview with ada"
    assert "12:00" in notice.body
    assert "For Ada: Mon 23 Nov 20:00" in notice.body
    assert notice.answers == (Answer.SHOW, Answer.SNOOZE)


async def test_what_was_there_before_the_first_copy_was_complete_is_not_told(desk: Desk) -> None:
    await desk.booked("old")
    await desk.service.start()
    stop = desk.store.on_change(desk.service._note_changes)
    await desk.booked("older")
    desk.service.announce()
    await desk.service.check()
    await desk.booked("new")
    await desk.service.check()
    stop()
    assert watching_titles(desk) == ["New booking: Interview with new"]


def watching_titles(desk: Desk) -> list[str]:
    return [notice.title for notice in desk.board.shown]


async def test_a_move_a_cancellation_and_a_removal_are_told(watching: Desk) -> None:
    await watching.booked()
    await watching.service.check()
    moved = format_instant(watching.at(hours=5))
    await watching.booked(start=moved, end=None)
    await watching.service.check()
    assert "→ Mon 23 Nov 15:00" in watching.board.shown[-1].body
    await watching.booked(start=moved, end=None, status="cancelled")
    await watching.service.check()
    assert watching.board.titles == ["Cancelled: Interview with ada"]
    await watching.booked("bob")
    await watching.service.check()
    await watching.arrives(("interviews", "bob", {}), deleted=True)
    await watching.service.check()
    assert watching.board.titles[-1] == "No longer on your desk: An interview"


async def test_only_interviews_that_are_mine_or_nobodys_are_told(watching: Desk) -> None:
    def part(row: str, member: str, state: str) -> tuple[str, str, dict[str, Json]]:
        fields = {"interview_id": "ada", "member_id": member, "role": "lead", "state": state}
        return ("interview_assignments", row, dict(fields))

    others = part("a1", "somebody", "accepted")
    await watching.arrives(("interviews", "ada", watching.fields("ada")), others)
    await watching.service.check()
    assert watching.board.shown == []
    await watching.arrives(part("a2", ME, "declined"))
    await watching.service.check()
    assert watching.board.shown == []
    await watching.arrives(part("a2", ME, "proposed"))
    await watching.service.check()
    assert watching_titles(watching) == ["New booking: Interview with ada"]
    await watching.arrives(part("a2", ME, "proposed"), deleted=True)
    await watching.service.check()
    assert len(watching.board.shown) == 1


async def test_whoever_is_taken_off_an_interview_is_reminded_of_it_no_more(
    watching: Desk,
) -> None:
    parts: list[tuple[str, str, dict[str, Json]]] = [
        ("interview_assignments", key, {"interview_id": "ada", "member_id": who, "role": "lead"})
        for key, who in (("mine", ME), ("theirs", "somebody"))
    ]
    await watching.arrives(("interviews", "ada", watching.fields("ada")), *parts)
    await watching.service.check()
    told = len(watching.board.shown)
    await watching.arrives(parts[0], deleted=True)
    await watching.service.check()
    watching.clock.advance(minutes=111)
    await watching.service.check()
    assert len(watching.board.shown) == told


async def test_what_i_did_myself_is_not_told(watching: Desk) -> None:
    await watching.store.write([Edit("interviews", "mine", watching.fields("mine"))])
    await asyncio.sleep(0)
    await watching.service.check()
    assert watching.board.shown == []


async def test_changes_of_other_records_do_not_wake_the_service(watching: Desk) -> None:
    await watching.service.check()
    await watching.arrives(("startups", "s", {"name": "Lumen"}))
    assert watching.service._changed == set()


async def test_a_reminder_has_join_and_snooze(watching: Desk) -> None:
    await watching.booked(start=format_instant(watching.at(minutes=10)))
    await watching.service.check()
    await watching.service.check()
    # That it begins soon says also that it is new: one notice for one interview.
    (notice,) = watching.board.shown
    assert notice.title.split(":")[0] == "New booking, starts in 10 min"
    assert notice.answers == (Answer.JOIN, Answer.SNOOZE)


async def test_a_reminder_takes_the_place_of_the_news_that_nobody_answered(watching: Desk) -> None:
    await watching.booked()
    await watching.service.check()
    assert [one.title.split(":")[0] for one in watching.board.standing.values()] == ["New booking"]
    watching.clock.advance(minutes=110)
    await watching.service.check()
    (notice,) = watching.board.standing.values()
    assert notice.title.split(":")[0] == "New booking, starts in 10 min"
    watching.clock.advance(minutes=9)
    await watching.service.check()
    (notice,) = watching.board.standing.values()
    assert notice.title.split(":")[0] == "New booking, starts in 1 min"


async def test_join_on_a_notice_joins_and_show_opens_and_both_answer_it(watching: Desk) -> None:
    await watching.booked()
    await watching.service.check()
    watching.board.press(Answer.SHOW)
    assert watching.opened == ["ada"]
    watching.clock.advance(minutes=110)
    await watching.service.check()
    watching.board.press(Answer.JOIN)
    watching.service.answer("unknown", Answer.JOIN)
    assert watching.joined == ["ada"]
    watching.service.joined("ada")
    watching.clock.advance(minutes=9)
    await watching.service.check()
    assert watching.board.standing == {}


async def test_a_dismissed_notice_does_nothing_and_does_not_come_back(watching: Desk) -> None:
    await watching.booked()
    await watching.service.check()
    watching.board.press(Answer.DISMISS)
    watching.clock.advance(minutes=5)
    await watching.service.check()
    assert (watching.joined, watching.opened, watching.board.standing) == ([], [], {})


async def test_a_snoozed_notice_comes_back(watching: Desk) -> None:
    await watching.booked()
    await watching.service.check()
    watching.board.press(Answer.SNOOZE)
    await watching.service.check()
    assert watching.board.standing == {}
    watching.clock.advance(minutes=5)
    await watching.service.check()
    assert watching.board.titles == ["New booking: Interview with ada"]


async def test_a_pause_holds_alerts_back(watching: Desk) -> None:
    until = watching.at(hours=1)
    watching.service.pause(until)
    assert watching.service.paused_until == until
    await watching.booked()
    await watching.service.check()
    assert watching.board.shown == []
    watching.service.pause(None)
    assert watching.service.paused_until != until
    await watching.service.check()
    assert len(watching.board.shown) == 1


async def test_settings_can_change_while_it_runs(watching: Desk) -> None:
    watching.service.use(AlertSettings(kinds=frozenset({AlertKind.SOON})))
    await watching.booked()
    await watching.service.check()
    assert watching.board.shown == []


async def test_what_happened_while_the_program_was_away_is_told_once(watching: Desk) -> None:
    await watching.booked()
    await watching.service.check()
    watching.board.press(Answer.DISMISS)
    await watching.service.check()
    await watching.booked(start=format_instant(watching.at(hours=6)), end=None)
    again = watching.restarted()
    await again.start()
    await again.check()
    assert watching.board.titles == ["Moved: Interview with ada"]
    third = watching.restarted()
    watching.board.standing.clear()
    await third.start()
    await third.check()
    assert watching.board.titles == ["Moved: Interview with ada"]
    watching.board.press(Answer.DISMISS)
    await third.check()
    fourth = watching.restarted()
    await fourth.start()
    await fourth.check()
    assert watching.board.standing == {}


async def test_nothing_is_saved_where_nothing_changed(watching: Desk) -> None:
    await watching.service.check()
    saved = watching.slip.saved
    await watching.service.check()
    assert watching.slip.saved == saved


async def test_the_running_service_follows_changes_and_clock_jumps(desk: Desk) -> None:
    desk.service.announce()
    running = asyncio.create_task(desk.service.run())
    await desk.slip.first_saved.wait()
    await desk.booked()
    await desk.board.showing(1)
    # The lid was closed for an hour and fifty minutes; no timer ran meanwhile.
    desk.clock.advance(minutes=110)
    await desk.board.showing(1, title="New booking, starts in 10 min")
    (notice,) = desk.board.standing.values()
    desk.board.press(Answer.SNOOZE, notice.id)
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
    assert desk.board.standing == {}
