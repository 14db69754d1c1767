"""What every implementation of `Records` does: the database, and the one in memory of the tests."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Edit
from interview_desk.services.ports import Change, Records
from interview_desk.store import LocalStore
from tests.helpers.desk import MemoryRecords

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(params=["memory", "database"])
async def records(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Records]:
    if request.param == "memory":
        yield MemoryRecords()
        return
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    yield store
    await store.close()


def meeting(record_id: str, start: datetime, minutes: int = 30) -> Edit:
    when = {
        "start": format_instant(start),
        "end": format_instant(start + timedelta(minutes=minutes)),
    }
    return Edit("interviews", record_id, {"title": record_id, **when})


async def test_a_written_record_is_read_and_waits(records: Records) -> None:
    await records.write([Edit("startups", "s1", {"name": "Acme"})])
    await records.write([Edit("startups", "s1", {"website": "https://acme.example"})])
    record = await records.get("startups", "s1")
    assert record is not None
    assert record.fields == {"name": "Acme", "website": "https://acme.example"}
    assert record.pending == {"name", "website"}
    assert await records.pending_count() > 0
    assert await records.get("contacts", "s1") is None


async def test_a_deleted_record_is_gone(records: Records) -> None:
    await records.write([Edit("startups", "s1", {"name": "Acme"})])
    await records.write([Edit("startups", "s1", {}, delete=True)])
    assert await records.get("startups", "s1") is None
    assert await records.all_of("startups") == []


async def test_rows_of_an_interview_are_its_own(records: Records) -> None:
    await records.write(
        [
            Edit("interview_guests", "g1", {"interview_id": "i1", "name": "One"}),
            Edit("interview_guests", "g2", {"interview_id": "i2", "name": "Two"}),
            Edit("interview_answers", "a1", {"interview_id": "i1", "field": "x.y"}),
        ]
    )
    assert [row.id for row in await records.of_interview("interview_guests", "i1")] == ["g1"]
    assert len(await records.all_of("interview_guests")) == 2


async def test_rows_of_some_interviews_come_without_those_of_others(records: Records) -> None:
    await records.write(
        [
            Edit("interview_guests", f"g{number}", {"interview_id": f"i{number}", "name": "One"})
            for number in range(4)
        ]
        + [Edit("interview_answers", "a1", {"interview_id": "i1", "field": "x.y"})]
    )
    await records.write([Edit("interview_guests", "g3", {}, delete=True)])
    found = await records.of_interviews("interview_guests", ["i3", "i2", "i1", "unknown"])
    assert [row.id for row in found] == ["g1", "g2"]
    assert await records.of_interviews("interview_guests", []) == []


async def test_some_are_read_by_their_ids(records: Records) -> None:
    await records.write([Edit("startups", f"s{number}", {"name": "A"}) for number in range(4)])
    await records.write([Edit("startups", "s3", {}, delete=True)])
    found = await records.some_of("startups", {"s0", "s2", "s3", "unknown"})
    assert [row.id for row in found] == ["s0", "s2"]
    assert await records.some_of("contacts", {"s0"}) == []


async def test_the_top_of_the_list_is_without_a_time_and_then_the_latest(records: Records) -> None:
    await records.write(
        [
            *(meeting(f"i{number}", NOON + timedelta(days=number)) for number in range(3)),
            Edit("interviews", "someday", {"title": "Some day"}),
            Edit("interviews", "gone", {"title": "Never"}),
        ]
    )
    await records.write([Edit("interviews", "gone", {}, delete=True)])
    for limit, expected in ((1, ["someday"]), (3, ["someday", "i2", "i1"])):
        assert [row.id for row in await records.latest_interviews(limit)] == expected
    assert len(await records.latest_interviews(10)) == await records.count_interviews() == 4


async def test_a_window_shows_what_overlaps_it(records: Records) -> None:
    hour = timedelta(hours=1)
    await records.write(
        [
            meeting("after", NOON + 2 * hour),
            meeting("inside", NOON + hour),
            meeting("into", NOON - hour, minutes=90),
            meeting("before", NOON - hour, minutes=60),
            Edit("interviews", "undated", {"title": "Some day"}),
        ]
    )
    found = await records.interviews_between(NOON, NOON + 2 * hour)
    assert [record.id for record in found] == ["into", "inside"]


async def test_listeners_hear_until_they_stop(records: Records) -> None:
    heard: list[frozenset[Change]] = []
    stop = records.on_change(heard.append)
    await records.write([Edit("startups", "s1", {"name": "A"})])
    stop()
    await records.write([Edit("startups", "s2", {"name": "B"})])
    assert heard == [frozenset({Change("startups", "s1")})]


async def test_requests_stay_open_until_they_are_done_or_undone(records: Records) -> None:
    states = ["waiting", "sending", "done", "failed", "uncertain", "undone"]
    await records.write(
        [
            Edit("booking_requests", f"r{number}", {"kind": "cancel", "state": state})
            for number, state in enumerate(states)
        ]
        + [Edit("booking_requests", "r9", {"kind": "cancel"})]
    )
    await records.write([Edit("booking_requests", "r0", {"state": "undone"})])
    assert [row.id for row in await records.open_requests()] == ["r1", "r3", "r4", "r9"]


async def test_mails_wait_for_a_person_until_somebody_decides(records: Records) -> None:
    states = ["draft", "needs_approval", "queued", "failed", "uncertain", "sent"]
    await records.write(
        [
            Edit("follow_up_messages", f"m{number}", {"state": state})
            for number, state in enumerate(states)
        ]
    )
    await records.write([Edit("follow_up_messages", "m1", {"state": "queued"})])
    assert [row.id for row in await records.stuck_mails()] == ["m3", "m4"]
