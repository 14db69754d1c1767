"""Two bookings turn out to be one: what belonged to either interview belongs to the one."""

from functools import partial
from typing import Any

import pytest

from interview_desk.domain.ids import answer_id, new_id, rating_form_id, sheet_id
from sync_server.bookings import repository
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.history import PastStep, Place, steps_of
from sync_server.sync.read import StoredRecord, read_record, records_of_kind
from sync_server.sync.write import write_record
from tests.helpers import calcom
from tests.helpers.calcom import created, rescheduled
from tests.helpers.server import NOON
from tests.server.bookings.conftest import PERSON, Desk, edit, edit_as, rows_of, write_note

MEMBER = "0190f5fe-7c00-7a00-8000-0000000000a1"
COLLEAGUE = Author("member", "0190f5fe-7c00-7a00-8000-00000000bbbb", "dev-2")
ASSIGNMENTS = "interview_assignments"
SIZE = "context.team_size"


async def two_interviews(desk: Desk) -> tuple[str, str]:
    """The older, which will survive, and the younger."""
    await desk.take(created("u1"), created("u2", minutes=1))
    old, young = [row["id"] for row in await desk.interviews()]
    return old, young


async def become_one(desk: Desk) -> None:
    await desk.take(rescheduled("u2", "u1"))


def fresh_id(number: int) -> str:
    return new_id(NOON, bytes([*bytes(9), number]))


async def conflicts(desk: Desk) -> list[StoredRecord]:
    return await desk.parts.database.read(
        lambda tx: records_of_kind(tx, repository.the_workspace(tx), "conflicts")
    )


async def test_notes_of_an_interview_that_became_part_of_another_are_in_the_other(desk):
    old, young = await two_interviews(desk)
    await write_note(desk, young, "Said in the second one.")
    await become_one(desk)
    (document,) = await rows_of(desk, old, "note_documents")
    assert document.fields["stage"] == "context"

    def merged(tx: Tx) -> Any:
        found = read_record(tx, repository.the_workspace(tx), "interviews", young)
        return found.fields if found else {}

    fields = await desk.parts.database.read(merged)
    assert (fields["merged_into"], fields["booking_uids"]) == (old, [])


@pytest.mark.parametrize(
    ("older", "younger", "title", "by"),
    [
        (None, "The one with the spreadsheet", "The one with the spreadsheet", COLLEAGUE),
        ("Parcelwise", "The one with the spreadsheet", "Parcelwise", PERSON),
        (None, "", "Again", None),
        (None, None, "Again", None),
    ],
)
async def test_a_title_that_a_person_gave_the_younger_one_is_the_survivors_where_it_has_none(
    desk: Desk, older: str | None, younger: str | None, title: str, by: Author | None
) -> None:
    old, young = await two_interviews(desk)
    for interview, given, who in ((old, older, PERSON), (young, younger, COLLEAGUE)):
        if given is not None:
            await edit_as(who, desk, "interviews", interview, fields={"title": given})
    await become_one(desk)
    await desk.take(rescheduled("u3", "u2", minutes=9, title="Again"))
    assert (await desk.interview())["title"] == title

    def steps(tx: Tx) -> list[PastStep]:
        place = Place(repository.the_workspace(tx), "interviews", old)
        return steps_of(tx, place, before=None, limit=100)

    told = [one for one in await desk.parts.database.read(steps) if one.field == "title"]
    if by is not None:
        assert (told[0].after, told[0].author) == (title, "member")
        assert (told[0].member_id, told[0].device_id) == (by.member_id, by.device_id)
    assert await conflicts(desk) == []


async def test_what_devices_find_by_an_agreed_id_is_found_after_a_merge(desk):
    old, young = await two_interviews(desk)
    sheet = {"ratings": {"struggle": {"value": 4}}, "state": "submitted"}
    place = {"interview_id": young, "field": SIZE}
    await edit(desk, "interview_answers", answer_id(young, SIZE), **place, value=7)
    of_member = {"interview_id": young, "member_id": str(PERSON.member_id)}
    sheet_of = partial(sheet_id, member_id=of_member["member_id"])
    await edit(desk, "rating_sheets", sheet_of(young), **of_member, **sheet)
    await become_one(desk)
    (answer,) = await rows_of(desk, old, "interview_answers")
    assert (answer.id, answer.fields["value"]) == (answer_id(old, SIZE), 7)
    assert answer.updated_by == PERSON.member_id
    (given,) = await rows_of(desk, old, "rating_sheets")
    assert (given.id, given.fields["state"]) == (sheet_of(old), "submitted")
    assert await rows_of(desk, young, "interview_answers") == []


async def test_of_two_answers_that_a_merge_brings_together_none_is_lost(desk):
    old, young = await two_interviews(desk)
    for interview, value in ((old, 5), (young, 7)):
        place = {"interview_id": interview, "field": SIZE}
        await edit(desk, "interview_answers", answer_id(interview, SIZE), **place, value=value)
    await become_one(desk)
    (answer,) = await rows_of(desk, old, "interview_answers")
    assert answer.fields["value"] == 5
    (conflict,) = [one.fields for one in await conflicts(desk)]
    assert (conflict["record_id"], conflict["field"]) == (answer.id, "value")
    assert (conflict["kept"], conflict["lost"]) == (5, 7)
    assert conflict["lost_by"] == PERSON.member_id


async def test_a_host_of_both_interviews_is_assigned_once_to_the_one(desk):
    await edit(desk, "poblysh_team_members", MEMBER, name="Hana", email=calcom.HOST["email"])
    await desk.take(created("u1"), created("u2", minutes=1))
    await become_one(desk)
    (assignment,) = await rows_of(desk, (await desk.interview())["id"], "interview_assignments")
    assert assignment.fields["role"] == "lead"


async def assign_both(desk: Desk, old: str, young: str) -> tuple[str, str]:
    """Somebody is asked to take a part in each; the assignments."""
    ids = fresh_id(1), fresh_id(2)
    for interview, record_id in zip((old, young), ids, strict=True):
        part = {"interview_id": interview, "member_id": MEMBER}
        fields = {**part, "role": "observer", "state": "proposed"}
        await edit_as(Author("server"), desk, ASSIGNMENTS, record_id, fields=fields)
    return ids


async def test_a_member_of_both_has_one_part_and_what_they_said_of_it_counts(desk):
    old, young = await two_interviews(desk)
    kept, other = await assign_both(desk, old, young)
    await edit(desk, ASSIGNMENTS, other, state="accepted")
    await become_one(desk)
    (assignment,) = await rows_of(desk, old, ASSIGNMENTS)
    assert assignment.id == kept
    assert (assignment.fields["role"], assignment.fields["state"]) == ("observer", "accepted")
    assert assignment.updated_by == PERSON.member_id
    assert await rows_of(desk, young, ASSIGNMENTS) == []
    assert await conflicts(desk) == []


@pytest.mark.parametrize("answered", [0, 1])
async def test_who_was_asked_twice_by_people_and_answered_once_has_answered(desk, answered):
    interviews = await two_interviews(desk)
    ids = fresh_id(1), fresh_id(2)
    for interview, record_id in zip(interviews, ids, strict=True):
        part = {"interview_id": interview, "member_id": MEMBER, "state": "proposed"}
        await edit(desk, ASSIGNMENTS, record_id, **part)
    await edit_as(COLLEAGUE, desk, ASSIGNMENTS, ids[answered], fields={"state": "accepted"})
    await become_one(desk)
    (assignment,) = await rows_of(desk, interviews[0], ASSIGNMENTS)
    assert (assignment.id, assignment.fields["state"]) == (ids[0], "accepted")
    assert await conflicts(desk) == []


async def test_of_two_parts_that_people_gave_the_survivor_s_stays_and_the_other_is_shown(desk):
    old, young = await two_interviews(desk)
    kept, other = await assign_both(desk, old, young)
    await edit(desk, ASSIGNMENTS, kept, role="note_taker", state="accepted")
    theirs = {"role": "shadow", "state": "accepted"}
    await edit_as(COLLEAGUE, desk, ASSIGNMENTS, other, fields=theirs)
    await become_one(desk)
    (assignment,) = await rows_of(desk, old, ASSIGNMENTS)
    assert (assignment.id, assignment.fields["role"]) == (kept, "note_taker")
    (conflict,) = [one.fields for one in await conflicts(desk)]
    assert (conflict["record_id"], conflict["field"]) == (kept, "role")
    assert (conflict["kept"], conflict["lost"]) == ("note_taker", "shadow")
    assert conflict["lost_by"] == COLLEAGUE.member_id


async def test_what_the_server_proposed_is_no_word_against_a_person_s(desk):
    old, young = await two_interviews(desk)
    kept, _ = await assign_both(desk, old, young)
    await edit(desk, ASSIGNMENTS, kept, role="lead", state="declined")
    await become_one(desk)
    (assignment,) = await rows_of(desk, old, ASSIGNMENTS)
    assert (assignment.fields["role"], assignment.fields["state"]) == ("lead", "declined")
    assert await conflicts(desk) == []


async def test_a_member_of_the_other_alone_comes_along_with_their_part(desk):
    old, young = await two_interviews(desk)
    alone = fresh_id(1)
    await edit(desk, ASSIGNMENTS, alone, interview_id=young, member_id=MEMBER, role="shadow")
    await become_one(desk)
    (assignment,) = await rows_of(desk, old, ASSIGNMENTS)
    assert (assignment.id, assignment.fields["role"]) == (alone, "shadow")


@pytest.mark.parametrize(
    ("in_survivor", "kept", "state"), [(None, 1, "open"), (5, 5, "open"), (2, 2, "settled")]
)
async def test_a_conflict_follows_the_answer_it_is_about(desk, in_survivor, kept, state):
    old, young = await two_interviews(desk)
    place, answer = {"interview_id": young, "field": SIZE}, answer_id(young, SIZE)
    await edit(desk, "interview_answers", answer, **place, value=1)
    await edit_as(COLLEAGUE, desk, "interview_answers", answer, fields={"value": 2}, seen=False)
    (before,) = await conflicts(desk)
    if in_survivor is not None:
        place = {"interview_id": old, "field": SIZE}
        await edit(desk, "interview_answers", answer_id(old, SIZE), **place, value=in_survivor)
    await become_one(desk)
    (after,) = [one.fields for one in await conflicts(desk) if one.id == before.id]
    assert after["record_id"] == answer_id(old, SIZE)
    assert (after["kept"], after["lost"], after["state"]) == (kept, 2, state)
    assert after["lost_by"] == COLLEAGUE.member_id
    pointed = {one.fields["record_id"] for one in await conflicts(desk)}
    assert pointed == {answer_id(old, SIZE)}


async def test_a_conflict_goes_with_a_record_that_keeps_its_id(desk):
    old, young = await two_interviews(desk)
    insight = fresh_id(1)
    await edit(desk, "interview_insights", insight, interview_id=young, statement="One")
    late = {"statement": "Two"}
    await edit_as(COLLEAGUE, desk, "interview_insights", insight, fields=late, seen=False)
    await become_one(desk)
    (conflict,) = await rows_of(desk, old, "conflicts")
    assert (conflict.fields["record_id"], conflict.fields["state"]) == (insight, "open")
    assert (conflict.fields["kept"], conflict.fields["lost"]) == ("One", "Two")
    assert await rows_of(desk, young, "conflicts") == []


async def test_a_conflict_about_the_interview_itself_is_one_of_the_survivor(desk):
    old, young = await two_interviews(desk)
    await edit(desk, "interviews", young, title="Mine", startup_id=fresh_id(4))
    late = {"title": "Theirs", "startup_id": fresh_id(5)}
    await edit_as(COLLEAGUE, desk, "interviews", young, fields=late, seen=False)
    await edit(desk, "interviews", old, title="Survivor")
    await become_one(desk)
    found = {one.fields["field"]: one.fields for one in await conflicts(desk)}
    assert {one["record_id"] for one in found.values()} == {old}
    assert (found["title"]["kept"], found["title"]["lost"]) == ("Survivor", "Theirs")
    assert (found["startup_id"]["kept"], found["startup_id"]["lost"]) == (None, fresh_id(5))
    assert {one["state"] for one in found.values()} == {"open"}


async def test_a_conflict_between_a_deletion_and_an_edit_follows_too(desk):
    old, young = await two_interviews(desk)
    place, answer = {"interview_id": young, "field": SIZE}, answer_id(young, SIZE)
    await edit(desk, "interview_answers", answer, **place, value=1)

    def delete(tx: Tx) -> object:
        workspace_id = repository.the_workspace(tx)
        return write_record(
            tx,
            workspace_id=workspace_id,
            entity="interview_answers",
            id=answer,
            fields={},
            delete=True,
            author=COLLEAGUE,
        )

    await desk.parts.database.write(delete)
    await become_one(desk)
    (conflict,) = [one.fields for one in await conflicts(desk)]
    assert (conflict["field"], conflict["record_id"]) == ("deleted", answer_id(old, SIZE))
    assert (conflict["kept"], conflict["lost"], conflict["state"]) == (False, True, "open")


async def test_a_conflict_about_something_else_stays_as_it_was(desk):
    old, young = await two_interviews(desk)
    for interview in (old, young):
        place = {"interview_id": interview, "field": SIZE}
        await edit(desk, "interview_answers", answer_id(interview, SIZE), **place, value=1)
    startup = fresh_id(3)
    await edit(desk, "startups", startup, name="One")
    await edit_as(COLLEAGUE, desk, "startups", startup, fields={"name": "Two"}, seen=False)
    before = await conflicts(desk)
    await become_one(desk)
    assert await conflicts(desk) == before


async def test_the_form_that_externals_read_stays_the_survivor_s_own(desk):
    old, young = await two_interviews(desk)
    for interview in (old, young):
        fields = {"interview_id": interview, "name": "Form"}
        form_id = rating_form_id(interview)
        await edit_as(Author("server"), desk, "rating_forms", form_id, fields=fields)
    await become_one(desk)
    (form,) = await rows_of(desk, old, "rating_forms")
    assert form.id == rating_form_id(old)
