"""What somebody else changed between looking and saving is not written over unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Record
from interview_desk.domain.values import Json
from interview_desk.services.interviews import InterviewService, NewInterview
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_ids

INTERVIEW, GUEST = "0199c0de-0000-7000-8000-000000000001", "0199c0de-0000-7000-8000-000000000002"
WAS = NewInterview("Why they left", guest="Mina Sato", start=NOW, minutes=45, where="Room 3")
LATER = format_instant(NOW + timedelta(days=1))


@pytest.fixture
def records() -> MemoryRecords:
    times = {"start": format_instant(NOW), "end": format_instant(NOW + timedelta(minutes=45))}
    interview: dict[str, Json] = {"title": WAS.title, "location": WAS.where, **times}
    guest: dict[str, Json] = {"interview_id": INTERVIEW, "name": WAS.guest}
    return MemoryRecords(
        Record(entity, key, fields, ver=5, field_versions=dict.fromkeys(fields, 5))
        for entity, key, fields in (
            ("interviews", INTERVIEW, interview),
            ("interview_guests", GUEST, guest),
        )
    )


@pytest.fixture
def service(records: MemoryRecords) -> InterviewService:
    return InterviewService(
        records, me=ME, new_id=counted_ids(StoppedClock()), find_link=lambda _: None
    )


def somebody_else(records: MemoryRecords, entity: str, key: str, **fields: Json) -> None:
    """Another person's change arrives."""
    held = records.rows[entity, key]
    versions = {**(held.field_versions or {}), **dict.fromkeys(fields, 9)}
    records.rows[entity, key] = held._replace(
        fields={**held.fields, **fields}, ver=9, field_versions=versions
    )


async def test_a_field_that_both_changed_is_said_to_be_unseen_and_no_other(
    records: MemoryRecords, service: InterviewService
) -> None:
    looked = await service.look(INTERVIEW)
    somebody_else(records, "interviews", INTERVIEW, title="Theirs", guide_id="g1")
    somebody_else(records, "interview_guests", GUEST, name="Mina S.")
    new = replace(WAS, title="Ours", where="Room 4", guest="Mina Sato-Berg")
    await service.rewrite(INTERVIEW, was=WAS, new=new, looked=looked)
    unseen = {edit.entity: edit.unseen for edit in records.written}
    assert unseen == {"interviews": {"title"}, "interview_guests": {"name"}}


async def test_what_nobody_else_changed_was_seen(
    records: MemoryRecords, service: InterviewService
) -> None:
    looked = await service.look(INTERVIEW)
    new = replace(WAS, title="Ours", start=NOW + timedelta(days=2))
    await service.rewrite(INTERVIEW, was=WAS, new=new, looked=looked)
    (edit,) = records.written
    assert edit.fields.keys() == {"title", "start", "end"}
    assert edit.unseen == frozenset()


async def test_a_move_of_both_is_undecided_at_both_its_ends(
    records: MemoryRecords, service: InterviewService
) -> None:
    looked = await service.look(INTERVIEW)
    somebody_else(records, "interviews", INTERVIEW, start=LATER)
    new = replace(WAS, start=NOW + timedelta(days=2))
    await service.rewrite(INTERVIEW, was=WAS, new=new, looked=looked)
    assert records.written[0].unseen == {"start", "end"}


async def test_who_makes_it_shorter_has_nothing_against_another_day(
    records: MemoryRecords, service: InterviewService
) -> None:
    looked = await service.look(INTERVIEW)
    end = format_instant(NOW + timedelta(days=1, minutes=45))
    somebody_else(records, "interviews", INTERVIEW, start=LATER, end=end)
    await service.rewrite(INTERVIEW, was=WAS, new=replace(WAS, minutes=30), looked=looked)
    (edit,) = records.written
    assert edit.fields == {"end": format_instant(NOW + timedelta(days=1, minutes=30))}
    assert edit.unseen == frozenset()


async def test_two_lengths_are_undecided(records: MemoryRecords, service: InterviewService) -> None:
    looked = await service.look(INTERVIEW)
    ends = format_instant(NOW + timedelta(minutes=90))
    somebody_else(records, "interviews", INTERVIEW, end=ends)
    await service.rewrite(INTERVIEW, was=WAS, new=replace(WAS, minutes=30), looked=looked)
    assert records.written[0].unseen == {"end"}


@pytest.mark.parametrize("overtaken", [False, True])
async def test_a_title_that_was_overtaken_says_so(
    records: MemoryRecords, service: InterviewService, *, overtaken: bool
) -> None:
    await service.rename(INTERVIEW, "Ours", overtaken=overtaken)
    assert records.written[0].unseen == ({"title"} if overtaken else frozenset())


async def test_another_guest_takes_the_place_of_nobody_who_came_meanwhile(
    records: MemoryRecords, service: InterviewService
) -> None:
    looked = await service.look(INTERVIEW)
    del records.rows["interview_guests", GUEST]
    records.put("interview_guests", "theirs", interview_id=INTERVIEW, name="Carol Ott")
    new = replace(WAS, guest="Iris Holm")
    await service.rewrite(INTERVIEW, was=WAS, new=new, looked=looked, is_other_guest=True)
    names = {row.fields["name"] for row in await records.all_of("interview_guests")}
    assert names == {"Carol Ott", "Iris Holm"}


async def test_a_guest_is_not_renamed_in_the_place_of_who_came_meanwhile(
    records: MemoryRecords, service: InterviewService
) -> None:
    looked = await service.look(INTERVIEW)
    del records.rows["interview_guests", GUEST]
    records.put("interview_guests", "theirs", interview_id=INTERVIEW, name="Carol Ott")
    await service.rewrite(INTERVIEW, was=WAS, new=replace(WAS, guest="Mina S."), looked=looked)
    names = {row.fields["name"] for row in await records.all_of("interview_guests")}
    assert names == {"Carol Ott", "Mina S."}


async def test_what_somebody_learned_meanwhile_of_a_guest_does_not_go_unseen(
    records: MemoryRecords, service: InterviewService
) -> None:
    looked = await service.look(INTERVIEW)
    somebody_else(records, "interview_guests", GUEST, email="mina@fern.test")
    new = replace(WAS, guest="Iris Holm")
    await service.rewrite(INTERVIEW, was=WAS, new=new, looked=looked, is_other_guest=True)
    gone = next(edit for edit in records.written if edit.delete)
    assert (gone.id, gone.unseen) == (GUEST, frozenset({"email"}))
