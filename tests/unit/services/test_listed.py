"""The list of interviews reads what has changed, and not what is there."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest
from typing_extensions import override

from interview_desk.domain.records import Record
from interview_desk.services.agenda import FIRST_ROWS, AgendaService, InterviewRow
from interview_desk.services.listed import ListedInterviews
from interview_desk.services.ports import Change
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock


class AskedRecords(MemoryRecords):
    """Knows which rows were asked for by their ids; can be slow."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[set[str]] = []
        self.slow: asyncio.Event | None = None

    @override
    async def some_of(self, entity: str, ids: Collection[str]) -> list[Record]:
        if entity == "interviews":
            self.ids.append(set(ids))
        if self.slow is not None:
            await self.slow.wait()
        return [row for one in sorted(ids) if (row := self.rows.get((entity, one)))]


@pytest.fixture
def records() -> AskedRecords:
    records = AskedRecords()
    records.put("startups", "s1", name="Brightloom")
    for number in range(5):
        records.put(
            "interviews",
            f"i{number}",
            title=f"No {number}",
            status="held",
            start=f"2026-11-{10 + number}T09:00:00Z",
            startup_id="s1" if number == 2 else None,
        )
    return records


@pytest.fixture
def listed(records: AskedRecords) -> ListedInterviews:
    return ListedInterviews(AgendaService(records, me=ME, clock=StoppedClock(NOW)))


def titles(read: tuple[Sequence[InterviewRow], bool]) -> list[str]:
    return [row.interview.title for row in read[0]]


async def all_of(listed: ListedInterviews) -> list[str]:
    return titles(await listed.read(whole=True, wanted=None))


def put(records: AskedRecords, number: int, **fields: str) -> None:
    row = records.rows["interviews", f"i{number}"]
    records.put("interviews", row.id, **{**row.fields, **fields})


def interviews(*numbers: int) -> list[Change]:
    return [Change("interviews", f"i{number}") for number in numbers]


async def test_only_what_changed_is_read_again(
    listed: ListedInterviews, records: AskedRecords
) -> None:
    assert await all_of(listed) == ["No 4", "No 3", "No 2", "No 1", "No 0"]
    records.asked.clear()
    put(records, 1, title="Read again")
    put(records, 0, start="2026-11-20T09:00:00Z")
    assert listed.changed(interviews(0, 1))
    assert await all_of(listed) == ["No 0", "No 4", "No 3", "No 2", "Read again"]
    assert records.ids == [{"i0", "i1"}]
    assert "interviews" not in records.asked


async def test_what_comes_and_goes_is_followed(
    listed: ListedInterviews, records: AskedRecords
) -> None:
    await all_of(listed)
    records.put("interviews", "i9", title="No time yet", status="draft")
    del records.rows["interviews", "i3"]
    assert listed.changed(interviews(3, 9))
    assert await all_of(listed) == ["No time yet", "No 4", "No 2", "No 1", "No 0"]


async def test_the_rows_of_a_startup_follow_its_name(
    listed: ListedInterviews, records: AskedRecords
) -> None:
    await all_of(listed)
    records.put("startups", "s1", name="Nookery")
    assert listed.changed([Change("startups", "s1")])
    rows, _ = await listed.read(whole=True, wanted=None)
    assert [row.startup for row in rows] == [None, None, "Nookery", None, None]
    assert records.ids == [{"i2"}]


async def test_what_the_list_does_not_show_makes_nobody_read(
    listed: ListedInterviews, records: AskedRecords
) -> None:
    before = await all_of(listed)
    records.asked.clear()
    assert not listed.changed([Change("interview_answers", "a1")])
    assert await all_of(listed) == before
    assert (records.ids, records.asked) == ([], [])


async def test_a_reading_that_another_takes_the_place_of_loses_nothing(
    listed: ListedInterviews, records: AskedRecords
) -> None:
    await all_of(listed)
    records.slow = asyncio.Event()
    put(records, 1, title="First")
    listed.changed(interviews(1))
    first = asyncio.ensure_future(all_of(listed))
    await asyncio.sleep(0)
    put(records, 2, title="Second")
    listed.changed(interviews(2))
    first.cancel()
    records.slow.set()
    assert await all_of(listed) == ["No 4", "No 3", "Second", "First", "No 0"]


async def test_what_was_read_stays_read_and_what_changes_meanwhile_is_read_next(
    listed: ListedInterviews, records: AskedRecords
) -> None:
    assert listed.changed([Change("startups", "s1")])  # the top of the list may name it
    await all_of(listed)
    put(records, 1, title="First")
    listed.changed(interviews(1))
    await all_of(listed)
    records.slow = asyncio.Event()
    put(records, 2, title="Second")
    listed.changed(interviews(2))
    reading = asyncio.ensure_future(all_of(listed))
    await asyncio.sleep(0)
    put(records, 3, title="Meanwhile")
    listed.changed(interviews(3))
    records.slow.set()
    await reading
    assert await all_of(listed) == ["No 4", "Meanwhile", "Second", "First", "No 0"]


async def test_very_many_changes_and_a_place_shown_anew_read_everything(
    listed: ListedInterviews, records: AskedRecords
) -> None:
    await all_of(listed)
    records.asked.clear()
    listed.changed(interviews(*range(1_000)))
    await all_of(listed)
    assert "interviews" in records.asked
    records.asked.clear()
    await all_of(listed)
    assert (records.ids, records.asked) == ([], [])
    listed.forget()
    await all_of(listed)
    assert "interviews" in records.asked
    assert records.ids == []


async def test_of_a_long_list_the_top_is_read_unless_somebody_wants_more(
    listed: ListedInterviews, records: AskedRecords
) -> None:
    for number in range(FIRST_ROWS + 10):
        records.interview(f"Long ago {number}", NOW - timedelta(days=100 + number))
    rows, has_more = await listed.read(whole=False, wanted="i4")
    assert (len(rows), has_more) == (FIRST_ROWS, True)
    put(records, 4, title="Read again")
    assert listed.changed(interviews(4))
    assert "Read again" in titles(await listed.read(whole=False, wanted="i4"))
    [last] = [key for key, row in records.rows.items() if row.fields.get("title") == "Long ago 209"]
    rows, has_more = await listed.read(whole=False, wanted=last[1])
    assert (len(rows), has_more) == (FIRST_ROWS + 15, False)
    listed.forget()
    assert len(await all_of(listed)) == FIRST_ROWS + 15


def people(read: tuple[Sequence[InterviewRow], bool]) -> dict[str, list[str]]:
    return {row.interview.id: [one.name for one in row.guests] for row in read[0] if row.guests}


async def test_guests_come_are_renamed_and_go_with_their_row(
    records: AskedRecords, listed: ListedInterviews
) -> None:
    await all_of(listed)
    records.put("interview_guests", "g1", interview_id="i1", name="Mina")
    assert listed.changed({Change("interview_guests", "g1")})
    assert people(await listed.read(whole=True, wanted=None)) == {"i1": ["Mina"]}
    records.put("interview_guests", "g1", interview_id="i1", name="Mina Sato")
    assert listed.changed({Change("interview_guests", "g1")})
    assert people(await listed.read(whole=False, wanted=None)) == {"i1": ["Mina Sato"]}
    # Only the interview it is about was read for each.
    assert records.ids == [{"i1"}, {"i1"}]
    del records.rows["interview_guests", "g1"]
    assert listed.changed({Change("interview_guests", "g1")})
    assert people(await listed.read(whole=True, wanted=None)) == {}


async def test_the_top_and_the_whole_list_know_the_guests(
    records: AskedRecords, listed: ListedInterviews
) -> None:
    records.put("interview_guests", "g1", interview_id="i1", name="Mina")
    assert people(await listed.read(whole=False, wanted=None)) == {"i1": ["Mina"]}
    agenda = AgendaService(records, me=ME, clock=StoppedClock(NOW))
    assert [one.guests[0].name for one in await agenda.rows() if one.guests] == ["Mina"]
