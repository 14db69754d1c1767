"""What happened to an interview, from this computer and from the server's memory."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from interview_desk.domain.records import Record
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Json
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.services.timeline import Entry, HistoryPage, Step, Timeline, TimelineService
from tests.helpers.desk import ME, NOW, MemoryRecords

INTERVIEW = "0199c0de-0000-7000-8000-000000000001"
HOUR = timedelta(hours=1)


class Memory:
    """The server's memory: pages by record, and whether it can be asked."""

    def __init__(self, pages: Mapping[tuple[str, str | None], HistoryPage] | None = None) -> None:
        self.pages = dict(pages or {})
        self.asked: list[tuple[str, str | None]] = []
        self.away = False

    async def history(self, entity: str, record_id: str, *, before: str | None) -> HistoryPage:
        self.asked.append((record_id, before))
        if self.away:
            raise ServerUnreachableError
        return self.pages.get((record_id, before), HistoryPage(()))


def step(
    record_id: str, field: str, to: Json, *, ver: int, before: Json = None, by: str | None = "ben"
) -> Step:
    entity = "interviews" if record_id == INTERVIEW else "interview_guests"
    return Step(entity, record_id, field, before, to, by, NOW - HOUR * (10 - ver), ver)


def row(
    entity: str,
    record_id: str,
    versions: Mapping[str, int],
    *,
    by: str | None = "ben",
    **fields: Json,
) -> Record:
    ver = max(versions.values())
    at = NOW - HOUR * (10 - ver)
    if entity != "interviews":
        fields = {"interview_id": INTERVIEW, **fields}
    return Record(
        entity, record_id, fields, ver=ver, field_versions=versions, updated_by=by, updated_at=at
    )


@pytest.fixture
def records() -> MemoryRecords:
    made = MemoryRecords(
        [row("interviews", INTERVIEW, {"title": 5, "status": 1}, title="New", status="scheduled")]
    )
    made.member("Ben Cole", member_id="ben", role=Role.ADMIN)
    return made


def said(timeline: Timeline) -> list[tuple[str | None, dict[str, Json]]]:
    return [(one.who, {s.field.name: s.to for s in one.steps}) for one in timeline.entries]


def first(timeline: Timeline) -> Entry:
    return timeline.entries[0]


async def test_rows_on_this_computer_tell_their_last_change(records: MemoryRecords) -> None:
    guest = row("interview_guests", "g1", {"name": 7, "interview_id": 7}, by=None, name="Mina")
    records.rows["interview_guests", "g1"] = guest
    timeline = await TimelineService(records, me=ME, history=None).known_here(INTERVIEW)
    assert said(timeline) == [
        (None, {"name": "Mina", "interview_id": INTERVIEW}),
        ("Ben Cole", {"title": "New"}),
    ]
    made, renamed = timeline.entries
    assert made.is_first
    assert not renamed.is_first
    title = renamed.step("title")
    assert title is not None
    assert not title.told
    assert renamed.step("status") is None
    assert (timeline.more, timeline.complete) == (False, True)


async def test_what_was_not_sent_yet_stands_on_top(records: MemoryRecords) -> None:
    held = records.rows["interviews", INTERVIEW]
    records.rows["interviews", INTERVIEW] = held._replace(pending=frozenset({"title"}))
    new = Record("interview_guests", "g2", {"interview_id": INTERVIEW}, pending=frozenset({"name"}))
    records.rows["interview_guests", "g2"] = new
    timeline = await TimelineService(records, me=ME, history=None).known_here(INTERVIEW)
    unsent = [one for one in timeline.entries if one.at is None]
    assert [(one.about.entity, one.is_first, one.is_me) for one in unsent] == [
        ("interviews", False, True),
        ("interview_guests", True, True),
    ]
    assert all(one.at is None for one in timeline.entries[:2])


async def test_the_servers_memory_fills_in_what_was_before(records: MemoryRecords) -> None:
    memory = Memory(
        {
            (INTERVIEW, None): HistoryPage(
                [
                    step(INTERVIEW, "title", "New", ver=5, before="Old"),
                    step(INTERVIEW, "title", "Old", ver=1, by=None),
                    step(INTERVIEW, "status", "scheduled", ver=1, by=None),
                    step(INTERVIEW, "deleted", to=False, ver=1, before=True, by=None),
                ]
            )
        }
    )
    service = TimelineService(records, me=ME, history=memory)
    assert not (await service.known_here(INTERVIEW)).complete
    timeline = await service.whole(INTERVIEW)
    assert timeline.complete
    assert [one.at for one in timeline.entries] == [NOW - HOUR * 5, NOW - HOUR * 9]
    title = first(timeline).step("title")
    assert title is not None
    assert (title.before, title.to, title.told) == ("Old", "New", True)
    await service.whole(INTERVIEW)
    assert len(memory.asked) == 1  # nothing has changed since


async def test_records_that_were_only_made_are_not_asked_about(records: MemoryRecords) -> None:
    records.rows["interview_guests", "g1"] = row("interview_guests", "g1", {"name": 7}, name="M")
    note = row("note_documents", "n1", {"stage": 2, "seq": 8}, stage="context", seq=3)
    records.rows["note_documents", "n1"] = note
    memory = Memory()
    await TimelineService(records, me=ME, history=memory).whole(INTERVIEW)
    assert memory.asked == [(INTERVIEW, None)]


async def test_without_the_server_it_says_that_there_may_be_more(records: MemoryRecords) -> None:
    memory = Memory()
    memory.away = True
    service = TimelineService(records, me=ME, history=memory)
    timeline = await service.whole(INTERVIEW)
    assert not timeline.complete
    assert said(timeline) == [("Ben Cole", {"title": "New"})]
    alone = await TimelineService(records, me=ME, history=None).whole(INTERVIEW)
    assert alone.complete


async def test_older_pages_come_in_order_and_hide_what_may_have_something_between(
    records: MemoryRecords,
) -> None:
    guest = row("interview_guests", "g1", {"name": 2, "interview_id": 2}, name="Mina")
    records.rows["interview_guests", "g1"] = guest
    memory = Memory(
        {
            (INTERVIEW, None): HistoryPage([step(INTERVIEW, "title", "New", ver=5)], "5:title"),
            (INTERVIEW, "5:title"): HistoryPage([step(INTERVIEW, "title", "Older", ver=3)]),
        }
    )
    service = TimelineService(records, me=ME, history=memory)
    timeline = await service.whole(INTERVIEW)
    assert said(timeline) == [("Ben Cole", {"title": "New"})]
    assert timeline.more
    memory.away = True
    assert not (await service.older(INTERVIEW)).complete
    memory.away = False
    timeline = await service.older(INTERVIEW)
    assert [one.about.entity for one in timeline.entries] == [
        "interviews",
        "interviews",
        "interview_guests",
    ]
    assert not timeline.more


async def test_a_long_story_comes_page_by_page(records: MemoryRecords) -> None:
    for number in range(2, 50):
        key = f"g{number}"
        records.rows["interview_guests", key] = row(
            "interview_guests", key, {"name": number}, name="G"
        )
    service = TimelineService(records, me=ME, history=None)
    timeline = await service.known_here(INTERVIEW)
    assert (len(timeline.entries), timeline.more) == (30, True)
    timeline = await service.older(INTERVIEW)
    assert (len(timeline.entries), timeline.more) == (49, False)
    assert (await service.known_here("another")).entries == ()
    assert len((await service.known_here(INTERVIEW)).entries) == 30
