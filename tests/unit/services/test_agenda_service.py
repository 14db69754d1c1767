"""Reading interviews with their people."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.agenda import WaitingKind
from interview_desk.domain.records import Record
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.status import Status
from interview_desk.services.agenda import FIRST_ROWS, AgendaService
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def records() -> MemoryRecords:
    records = MemoryRecords()
    records.member("Ada Berg", member_id=ME.member_id)
    records.member("Ben Cole", member_id="member-ben")
    records.put("startups", "startup-1", name="Brightloom")
    return records


@pytest.fixture
def agenda(records: MemoryRecords) -> AgendaService:
    return AgendaService(records, me=ME, clock=StoppedClock())


async def test_an_interview_comes_with_its_people(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    one = records.interview("Why they switched", NOW, startup_id="startup-1")
    records.guest(one, "Mina Sato", zone="Asia/Tokyo")
    records.part(one, "member-ben", AssignmentRole.OBSERVER)
    records.part(one, ME.member_id)
    records.part(one, "member-gone", AssignmentRole.SHADOW)
    found = await agenda.appointment(one)
    assert found is not None
    assert found.startup == "Brightloom"
    assert [guest.name for guest in found.guests] == ["Mina Sato"]
    assert [(member.name, member.is_me) for member in found.crew] == [
        ("Ada Berg", True),
        ("Ben Cole", False),
        ("Somebody who left", False),
    ]


async def test_an_unknown_interview_is_none(agenda: AgendaService) -> None:
    assert await agenda.appointment("missing") is None


async def test_today_has_the_day_the_next_and_what_waits(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    earlier = records.interview("Earlier", NOW - timedelta(hours=2))
    records.part(earlier, ME.member_id)
    soon = records.interview("Soon", NOW + timedelta(hours=1))
    records.part(soon, ME.member_id, state=AssignmentState.PROPOSED)
    records.interview("Next week", NOW + timedelta(days=7))
    records.put("conflicts", "c1", state="open")
    records.put("conflicts", "c2", state="settled")
    today = await agenda.today(BERLIN)
    assert today.now == NOW
    assert today.next is not None
    assert today.next.interview.title == "Soon"
    assert [one.interview.title for one in today.day] == ["Earlier", "Soon"]
    assert [item.kind for item in await agenda.waiting()] == [
        WaitingKind.ANSWER,
        WaitingKind.NO_LEAD,
        WaitingKind.OUTCOME,
        WaitingKind.CONFLICTS,
    ]


async def test_next_is_found_months_ahead(records: MemoryRecords, agenda: AgendaService) -> None:
    far = records.interview("Far", NOW + timedelta(days=90))
    records.guest(far, "Mina Sato")
    today = await agenda.today(BERLIN)
    assert today.next is not None
    assert today.next.guests[0].name == "Mina Sato"
    assert today.day == ()


async def test_an_empty_desk_has_nothing_next(agenda: AgendaService) -> None:
    today = await agenda.today(BERLIN)
    assert today.next is None
    assert await agenda.waiting() == ()


async def test_the_list_has_the_latest_first_and_drafts_on_top(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    for number in range(3):
        records.interview(f"No {number}", NOW + timedelta(days=number), startup_id="startup-1")
    records.interview("Draft")
    rows = await agenda.rows()
    assert [row.interview.title for row in rows] == ["Draft", "No 2", "No 1", "No 0"]
    assert [row.startup for row in rows] == [None, *["Brightloom"] * 3]


async def test_the_top_of_the_list_is_that_of_the_whole(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    for number in range(FIRST_ROWS + 5):
        records.interview(f"No {number}", NOW + timedelta(days=number), startup_id="startup-1")
    records.interview("Draft")
    first = await agenda.first_rows()
    assert len(first) == FIRST_ROWS
    assert first == (await agenda.rows())[:FIRST_ROWS]


async def test_a_day_is_busy_where_something_is_on(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    records.interview("On", NOW)
    records.interview("Off", NOW + timedelta(days=1), status=Status.CANCELLED)
    found = await agenda.busy_days(NOW - timedelta(days=7), NOW + timedelta(days=7), BERLIN)
    assert found == {date(2026, 11, 18)}


async def test_many_at_once_have_their_people_too(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    for number in range(20):
        one = records.interview(f"No {number}", NOW + timedelta(hours=number))
        records.guest(one, f"Guest {number}")
        if number:
            records.part(one, "member-ben")
    found = await agenda.between(NOW, NOW + timedelta(days=2))
    assert [one.guests[0].name for one in found] == [f"Guest {n}" for n in range(20)]
    assert [len(one.crew) for one in found] == [0, *[1] * 19]


async def test_two_versions_wait_under_the_interview_they_are_in(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    interview = records.interview("Busy", NOW)
    for key in ("c1", "c2"):
        about = {"entity": "interviews", "record_id": interview, "field": "title"}
        records.rows["conflicts", key] = Record("conflicts", key, {**about})
    (found,) = [one for one in await agenda.waiting() if one.kind is WaitingKind.CONFLICTS]
    assert (found.title, found.interview_id, found.how_many) == ("Busy", interview, 2)
