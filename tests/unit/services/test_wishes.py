"""What is asked of Cal.com, laid over what is."""

from datetime import UTC, datetime, timedelta

import pytest

from interview_desk.domain.agenda import WaitingKind
from interview_desk.domain.instants import format_instant
from interview_desk.domain.values import Json
from interview_desk.services.agenda import AgendaService
from interview_desk.services.wishes import wish_of
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock

DAY = timedelta(days=1)


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def agenda(records: MemoryRecords) -> AgendaService:
    return AgendaService(records, me=ME, clock=StoppedClock())


def ask(records: MemoryRecords, interview_id: str, number: int = 1, **fields: Json) -> None:
    said: dict[str, Json] = {
        "kind": "reschedule",
        "state": "waiting",
        "interview_id": interview_id,
        **fields,
    }
    records.put("booking_requests", f"r{number}", **said)


async def test_a_move_shows_where_it_is_wished(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    one = records.interview("One", NOW + DAY, minutes=30)
    ask(records, one, start=format_instant(NOW + 3 * DAY))
    (shown,) = await agenda.wished(NOW + 2 * DAY, NOW + 4 * DAY)
    assert shown.interview.start == NOW + 3 * DAY
    assert shown.interview.end == NOW + 3 * DAY + timedelta(minutes=30)
    assert await agenda.wished(NOW, NOW + 2 * DAY) == []


@pytest.mark.parametrize("minutes", [2**53, -30, 0])
async def test_a_length_that_no_meeting_has_is_none(
    records: MemoryRecords, agenda: AgendaService, minutes: int
) -> None:
    one = records.interview("One", NOW + DAY, minutes=45)
    ask(records, one, start=format_instant(NOW + 2 * DAY), minutes=minutes)
    (shown,) = await agenda.wished(NOW, NOW + 4 * DAY)
    assert shown.interview.end == NOW + 2 * DAY + timedelta(minutes=45)


async def test_what_claims_to_last_for_ages_is_moved_for_a_week_at_most(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    one = records.interview("One", datetime(1001, 1, 1, tzinfo=UTC), minutes=4 * 10**9)
    wanted = datetime(8999, 1, 1, tzinfo=UTC)
    ask(records, one, start=format_instant(wanted))
    (shown,) = await agenda.wished(wanted - DAY, wanted + DAY)
    assert shown.interview.end == wanted + 7 * DAY


async def test_a_request_of_a_kind_that_only_a_newer_program_knows_is_passed_over(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    one = records.interview("One", NOW + DAY)
    # What the database cannot read is not set.
    ask(records, one, kind=None)
    (shown,) = await agenda.wished(NOW, NOW + 2 * DAY)
    assert shown.asked is None
    assert await wish_of(records, one) is None


async def test_a_move_may_bring_its_own_length(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    one = records.interview("One", NOW + DAY)
    known = records.rows["interviews", one].fields
    records.put("interviews", one, **{**known, "end": None})
    ask(records, one, start=format_instant(NOW + DAY), minutes=90)
    (shown,) = await agenda.wished(NOW, NOW + 4 * DAY)
    assert shown.interview.end == NOW + DAY + timedelta(minutes=90)


async def test_a_failed_move_leaves_it_in_place_and_waits_for_a_person(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    one = records.interview("One", NOW + DAY)
    ask(records, one, state="failed", start=format_instant(NOW + 3 * DAY), error="Taken.")
    (shown,) = await agenda.wished(NOW, NOW + 4 * DAY)
    assert shown.interview.start == NOW + DAY
    assert shown.asked is not None
    (first, *_) = await agenda.waiting()
    assert (first.kind, first.interview_id, first.reason) == (WaitingKind.BOOKING, one, "Taken.")


async def test_a_newer_request_settles_an_older_failure(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    one = records.interview("One", NOW + DAY)
    ask(records, one, state="failed")
    ask(records, one, 2, state="done")
    ask(records, one, 3, state="undone")
    assert await wish_of(records, one) is None
    assert WaitingKind.BOOKING not in {item.kind for item in await agenda.waiting()}
    (shown,) = await agenda.wished(NOW, NOW + 4 * DAY)
    assert shown.asked is None


async def test_a_failure_that_somebody_has_seen_waits_for_nobody(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    one = records.interview("One", NOW + DAY)
    ask(records, one, state="failed", error="Taken.")
    assert WaitingKind.BOOKING in {item.kind for item in await agenda.waiting()}
    ask(records, one, state="failed", error="Taken.", dismissed=True)
    assert WaitingKind.BOOKING not in {item.kind for item in await agenda.waiting()}
    assert await wish_of(records, one) is None


async def test_what_is_long_over_or_somebody_elses_waits_for_nobody_here(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    ask(records, records.interview("Long over", NOW - 9 * DAY), state="failed")
    other = records.interview("Theirs", NOW + DAY)
    records.member("Ben", member_id="ben")
    records.part(other, "ben")
    ask(records, other, 2, state="failed")
    ask(records, "gone", 3, state="failed")
    ask(records, records.interview("Under way", NOW + DAY), 4, state="sending")
    assert WaitingKind.BOOKING not in {item.kind for item in await agenda.waiting()}


async def test_a_wish_about_what_is_gone_or_elsewhere_shows_nothing(
    records: MemoryRecords, agenda: AgendaService
) -> None:
    ask(records, "gone", start=format_instant(NOW + DAY))
    ask(records, "gone-too", 2, kind="cancel")
    assert await agenda.wished(NOW, NOW + 2 * DAY) == []
