"""Edits that crossed: shown with both sides, settled by one decision."""

import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.roles import Role
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.services.crossed_edits import (
    AlreadySettled,
    Crossed,
    CrossedEdits,
    ReadItFirst,
)
from interview_desk.services.interviews import MoveNotAllowed
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.services.timeline import HistoryPage, Step
from tests.helpers.desk import ME, NOW, MemoryRecords


@pytest.fixture
def records() -> MemoryRecords:
    made = MemoryRecords()
    made.member("Ada Berg", member_id=ME.member_id, role=Role.OWNER)
    made.member("Ben Cole", member_id="member-ben")
    return made


def crossed(
    records: MemoryRecords, entity: str, record_id: str, *, field: str, lost: Json, **more: Json
) -> str:
    fields: dict[str, Json] = {
        "entity": entity,
        "record_id": record_id,
        "field": field,
        "lost": lost,
        "lost_at": format_instant(NOW),
        "state": "open",
        **more,
    }
    key = ("conflicts", f"conflict-{field}")
    records.rows[key] = Record(*key, fields)
    return f"conflict-{field}"


async def only(service: CrossedEdits) -> Crossed:
    (one,) = await service.open_ones()
    return one


async def test_both_values_are_told_with_who_and_when(records: MemoryRecords) -> None:
    interview = records.interview("Ben's title", NOW)
    row = records.rows["interviews", interview]
    records.rows["interviews", interview] = Record(
        "interviews",
        interview,
        row.fields,
        ver=7,
        field_versions={"title": 7, "status": 3},
        updated_by="member-ben",
        updated_at=NOW,
    )
    crossed(records, "interviews", interview, field="title", lost="Mine", lost_by=ME.member_id)
    one = await only(CrossedEdits(records, me=ME))
    assert (one.title, one.kept, one.lost) == ("Title", "Ben's title", "Mine")
    assert (one.kept_by, one.kept_at, one.kept_is_mine) == ("Ben Cole", NOW, False)
    assert (one.lost_by, one.lost_at, one.lost_is_mine) == ("Ada Berg", NOW, True)
    assert (one.about.interview_id, one.about.interview_title) == (interview, "Ben's title")
    assert not one.is_deletion


async def test_what_only_the_server_knows_stays_unsaid(records: MemoryRecords) -> None:
    interview = records.interview("Other")
    crossed(
        records, "interviews", interview, field="tags", lost=["a"], lost_by="gone", lost_at=None
    )
    crossed(records, "nothing", "x", field="y", lost=None)
    first, second = await CrossedEdits(records, me=ME).open_ones()
    assert (first.kept_by, first.kept_at, first.lost_at) == (None, None, None)
    assert (first.lost_by, first.lost_is_mine) == ("Somebody who left", False)
    assert (second.about.words, second.title, second.kept_by) == ("Nothing", "Y", None)


async def test_keeping_what_everybody_reads_only_settles(records: MemoryRecords) -> None:
    key = crossed(records, "interviews", records.interview("Theirs"), field="title", lost="Mine")
    service = CrossedEdits(records, me=ME)
    await service.keep(key)
    assert records.written == [Edit("conflicts", key, {"state": "settled"})]
    assert await service.open_ones() == []
    with pytest.raises(AlreadySettled):
        await service.keep(key)
    with pytest.raises(AlreadySettled):
        await service.take("unknown")


async def test_taking_the_other_value_edits_the_record_first(records: MemoryRecords) -> None:
    interview = records.interview("Theirs")
    key = crossed(records, "interviews", interview, field="title", lost="Mine")
    await CrossedEdits(records, me=ME).take(key)
    assert records.written == [
        Edit("interviews", interview, {"title": "Mine"}),
        Edit("conflicts", key, {"state": "settled"}),
    ]


async def test_a_third_value_replaces_both(records: MemoryRecords) -> None:
    interview = records.interview("Theirs")
    key = crossed(records, "interviews", interview, field="title", lost="Mine")
    await CrossedEdits(records, me=ME).write(key, "Ours")
    assert records.rows["interviews", interview].fields["title"] == "Ours"


async def test_deleting_after_all_deletes(records: MemoryRecords) -> None:
    interview = records.interview("Goes")
    key = crossed(records, "interviews", interview, field="deleted", lost=True, kept=False)
    service = CrossedEdits(records, me=ME)
    one = await only(service)
    assert one.is_deletion
    assert (one.kept, one.lost) == (False, True)
    await service.take(key)
    assert ("interviews", interview) not in records.rows


async def test_a_status_it_cannot_go_to_any_more_is_refused_here(records: MemoryRecords) -> None:
    interview = records.interview("On", status=Status.SCHEDULED)
    key = crossed(records, "interviews", interview, field="status", lost="evaluated")
    service = CrossedEdits(records, me=ME)
    with pytest.raises(MoveNotAllowed):
        await service.take(key)
    assert records.written == []
    await service.write(key, "held")
    assert records.rows["interviews", interview].fields["status"] == "held"


async def test_a_status_of_an_interview_that_is_gone_is_left_to_the_server(
    records: MemoryRecords,
) -> None:
    key = crossed(records, "interviews", "unknown", field="status", lost="held", kept="no_show")
    service = CrossedEdits(records, me=ME)
    assert (await only(service)).kept == "no_show"
    await service.take(key)
    assert records.written[0].fields == {"status": "held"}


async def test_they_are_counted_by_interview(records: MemoryRecords) -> None:
    interview = records.interview("Busy")
    records.guest(interview, "Mina")
    (guest,) = await records.of_interview("interview_guests", interview)
    records.put("startups", "s1", name="Brightloom")
    for place in (("interviews", interview, "title"), ("interview_guests", guest.id, "name")):
        crossed(records, place[0], place[1], field=place[2], lost="x")
    crossed(records, "startups", "s1", field="website", lost="y")
    service = CrossedEdits(records, me=ME)
    assert await service.by_interview() == {interview: 2, None: 1}
    assert len(await service.open_ones(interview)) == 2


async def test_who_only_watches_decides_nothing(records: MemoryRecords) -> None:
    assert CrossedEdits(records, me=ME).may_decide
    assert not CrossedEdits(records, me=ME._replace(role=Role.OBSERVER)).may_decide


class Memory:
    """The server's memory of one field."""

    def __init__(self, *steps: Step) -> None:
        self.steps = steps
        self.asked = 0
        self.away = False

    async def history(self, entity: str, record_id: str, *, before: str | None) -> HistoryPage:
        self.asked += 1
        if self.away:
            raise ServerUnreachableError
        return HistoryPage(self.steps)


def step(record_id: str, field: str, to: Json) -> Step:
    return Step("interviews", record_id, field, None, to, "member-ben", NOW, 4)


async def test_the_server_is_asked_who_wrote_what_everybody_reads(records: MemoryRecords) -> None:
    interview = records.interview("Theirs")
    crossed(records, "interviews", interview, field="title", lost="Mine")
    crossed(records, "interviews", interview, field="deleted", lost=True, kept=False)
    other, told = step(interview, "zone", "UTC"), step(interview, "title", "Theirs")
    memory = Memory(other, told)
    memory.away = True
    service = CrossedEdits(records, me=ME, history=memory)
    found = await service.open_ones()
    assert await service.with_authors(found) == found
    memory.away = False
    title, _ = await service.with_authors(found)
    assert (title.kept_by, title.kept_at) == ("Ben Cole", NOW)
    again, _ = await service.open_ones()
    assert again == title
    asked = memory.asked
    await service.with_authors(found)
    assert memory.asked == asked


async def test_a_newer_change_than_the_server_tells_is_nobodys(records: MemoryRecords) -> None:
    interview = records.interview("Newest")
    crossed(records, "interviews", interview, field="title", lost="Mine")
    for memory in (Memory(step(interview, "title", "Older")), Memory(), None):
        service = CrossedEdits(records, me=ME, history=memory)
        found = await service.open_ones()
        assert await service.with_authors(found) == found


async def test_a_mail_is_not_approved_where_it_cannot_be_read(records: MemoryRecords) -> None:
    records.put("follow_up_messages", "mail", state="needs_approval", text="Theirs")
    approval = crossed(records, "follow_up_messages", "mail", field="state", lost="queued")
    service = CrossedEdits(records, me=ME)
    with pytest.raises(ReadItFirst, match="under Follow-ups"):
        await service.take(approval)
    assert records.written == []
    await service.keep(approval)
    assert records.rows["conflicts", approval].fields["state"] == "settled"


async def test_a_text_of_a_mail_is_taken_with_the_look_that_is_made_of_it(
    records: MemoryRecords,
) -> None:
    records.put("follow_up_messages", "mail", text="Theirs", html="<p>Theirs</p>")
    taken = crossed(records, "follow_up_messages", "mail", field="text", lost="Ours")
    await CrossedEdits(records, me=ME).take(taken)
    assert records.written[0].fields == {"text": "Ours", "html": None}
