"""What a device had on its way for an interview that went up in another one is not lost."""

from typing import Any

import pytest

from interview_desk.domain.ids import answer_id, sheet_id
from interview_desk.domain.roles import Role
from sync_server.sync.removal.erasing import all_named, erase
from tests.helpers.server import WORKSPACE_ID
from tests.helpers.team import Team, new_id

FIELD = "context.team_size"


@pytest.fixture
async def survivor(team: Team) -> str:
    interview = new_id()
    await team.server_writes("interviews", interview, title="Survivor", status="scheduled")
    return interview


@pytest.fixture
async def merged(team: Team, survivor: str) -> str:
    """An interview that went up in one that went up in the survivor itself."""
    middle, first = new_id(), new_id()
    await team.server_writes("interviews", middle, title="Middle", merged_into=survivor)
    await team.server_writes("interviews", first, title="First", merged_into=middle)
    return first


async def test_a_new_row_of_the_merged_interview_is_one_of_the_survivor(
    team: Team, merged: str, survivor: str
) -> None:
    ada, insight = await team.member("Ada"), new_id()
    late = ada.put("interview_insights", insight, interview_id=merged, statement="Said late")
    [result] = await ada.push(late)
    assert result["status"] == "ok"
    await ada.pull()
    assert ada.sees("interview_insights")[insight]["interview_id"] == survivor
    assert await ada.push(late) == [result]


async def test_an_answer_whose_id_all_devices_agree_on_takes_the_survivor_s(
    team: Team, merged: str, survivor: str
) -> None:
    ada = await team.member("Ada")
    place = {"interview_id": merged, "field": FIELD}
    await ada.change("interview_answers", answer_id(merged, FIELD), **place, value=7)
    await ada.pull()
    expected = {"interview_id": survivor, "field": FIELD, "value": 7}
    assert ada.sees("interview_answers") == {answer_id(survivor, FIELD): expected}


async def test_an_item_of_a_list_keeps_its_own_id(team: Team, merged: str, survivor: str) -> None:
    ada, item = await team.member("Ada"), new_id()
    await ada.change("interview_answers", item, interview_id=merged, field=FIELD, value="One")
    await ada.pull()
    assert ada.sees("interview_answers")[item]["interview_id"] == survivor


async def test_two_answers_that_differ_wait_for_a_person(
    team: Team, merged: str, survivor: str
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    place = {"interview_id": survivor, "field": FIELD}
    await ben.change("interview_answers", answer_id(survivor, FIELD), **place, value=5)
    place["interview_id"] = merged
    result = await ada.change("interview_answers", answer_id(merged, FIELD), **place, value=7)
    assert result["status"] == "conflict"
    await ada.pull()
    [conflict] = ada.sees("conflicts").values()
    assert (conflict["kept"], conflict["lost"]) == (5, 7)
    assert conflict["record_id"] == answer_id(survivor, FIELD)


async def test_a_late_edit_finds_an_answer_that_the_merge_gave_another_id(
    team: Team, merged: str, survivor: str
) -> None:
    ada, before, after = (
        await team.member("Ada"),
        answer_id(merged, FIELD),
        answer_id(survivor, FIELD),
    )
    await team.server_writes("interview_answers", before, interview_id=merged, field=FIELD, value=1)
    await team.server_writes(
        "interview_answers", after, interview_id=survivor, field=FIELD, value=1
    )
    await ada.pull()
    await ada.remove("interview_answers", before)
    result = await ada.change("interview_answers", before, value=2)
    assert result["status"] == "conflict"
    await ada.pull()
    assert set(ada.sees("interview_answers")) == {after}
    [conflict] = ada.sees("conflicts").values()
    assert (conflict["record_id"], conflict["kept"], conflict["lost"]) == (after, 1, 2)


async def test_an_answer_that_moved_with_the_merge_keeps_its_id(
    team: Team, merged: str, survivor: str
) -> None:
    ada, answer = await team.member("Ada"), answer_id(merged, FIELD)
    await team.server_writes(
        "interview_answers", answer, interview_id=survivor, field=FIELD, value=1
    )
    await ada.pull()
    place = {"interview_id": merged, "field": FIELD}
    result = await ada.change("interview_answers", answer, **place, value=2)
    assert result["status"] == "ok"
    await ada.pull()
    assert ada.sees("interview_answers")[answer]["value"] == 2


async def test_a_rating_sheet_becomes_the_member_s_sheet_of_the_survivor(
    team: Team, merged: str, survivor: str
) -> None:
    ada = await team.member("Ada")
    fields = {"interview_id": merged, "member_id": ada.member_id, "state": "draft"}
    result = await ada.change("rating_sheets", sheet_id(merged, ada.member_id), **fields)
    assert result["status"] == "ok"
    await ada.pull()
    assert set(ada.sees("rating_sheets")) == {sheet_id(survivor, ada.member_id)}


ASSIGNMENTS = "interview_assignments"


async def test_a_late_part_is_the_one_that_its_member_has_in_the_survivor(
    team: Team, merged: str, survivor: str
) -> None:
    ada, kept = await team.member("Ada"), new_id()
    part: dict[str, Any] = {"member_id": ada.member_id, "role": "lead", "state": "accepted"}
    await team.server_writes(ASSIGNMENTS, kept, interview_id=survivor, **part)
    result = await ada.change(ASSIGNMENTS, new_id(), interview_id=merged, **part)
    assert result["status"] == "ok"
    part["role"] = "shadow"
    result = await ada.change(ASSIGNMENTS, new_id(), interview_id=merged, **part)
    assert result["status"] == "conflict"
    await ada.pull()
    expected = {"interview_id": survivor, **part, "role": "lead"}
    assert ada.sees(ASSIGNMENTS) == {kept: expected}
    [conflict] = ada.sees("conflicts").values()
    assert (conflict["record_id"], conflict["lost"]) == (kept, "shadow")


async def test_a_late_answer_to_a_part_that_went_up_in_another_is_one_to_that(
    team: Team, merged: str, survivor: str
) -> None:
    eve, kept, gone = await team.member("Eve", Role.EXTERNAL), new_id(), new_id()
    for record_id, interview in ((kept, survivor), (gone, merged)):
        part: dict[str, Any] = {"member_id": eve.member_id, "state": "proposed"}
        await team.server_writes(ASSIGNMENTS, record_id, interview_id=interview, **part)
    await eve.pull()
    ada = await team.member("Ada")
    await ada.pull()
    await ada.remove(ASSIGNMENTS, gone)
    result = await eve.change(ASSIGNMENTS, gone, state="accepted")
    assert result["status"] == "ok"
    await ada.pull()
    assert {one: ada.sees(ASSIGNMENTS)[one]["state"] for one in ada.sees(ASSIGNMENTS)} == {
        kept: "accepted"
    }
    # Having answered, they are not asked again, and another answer waits for a decision.
    part = {"member_id": eve.member_id, "state": "proposed"}
    result = await ada.change(ASSIGNMENTS, new_id(), interview_id=merged, **part)
    assert result["status"] == "ok"
    result = await ada.change(ASSIGNMENTS, gone, state="declined")
    assert result["status"] == "conflict"
    await ada.pull()
    assert ada.sees(ASSIGNMENTS)[kept]["state"] == "accepted"


async def test_a_late_part_of_somebody_new_is_one_of_the_survivor(
    team: Team, merged: str, survivor: str
) -> None:
    ada, part = await team.member("Ada"), new_id()
    fields = {"member_id": ada.member_id, "role": "lead", "state": "accepted"}
    await ada.change(ASSIGNMENTS, part, interview_id=merged, **fields)
    await ada.pull()
    assert ada.sees(ASSIGNMENTS) == {part: {"interview_id": survivor, **fields}}


async def test_an_edit_of_the_merged_interview_itself_is_one_of_the_survivor(
    team: Team, merged: str, survivor: str
) -> None:
    ada = await team.member("Ada")
    await ada.pull()
    result = await ada.change("interviews", merged, tags={"add": ["late"], "remove": []})
    assert result["status"] == "ok"
    result = await ada.change("interviews", merged, title="As typed")
    assert result["status"] == "conflict"
    await ada.pull()
    found = ada.sees("interviews")
    assert found[survivor]["tags"] == ["late"]
    assert (found[survivor]["title"], found[merged]["title"]) == ("Survivor", "First")
    [conflict] = ada.sees("conflicts").values()
    assert (conflict["record_id"], conflict["lost"]) == (survivor, "As typed")


async def test_an_external_member_reaches_a_survivor_they_do_not_see_by_no_other_name(
    team: Team, merged: str
) -> None:
    eve = await team.member("Eve", Role.EXTERNAL)
    place = {"interview_id": merged, "field": FIELD}
    result = await eve.change("interview_answers", answer_id(merged, FIELD), **place, value=7)
    assert (result["status"], result["code"]) == ("rejected", "not_found")


async def test_what_comes_for_an_erased_survivor_is_refused(
    team: Team, merged: str, survivor: str
) -> None:
    ada = await team.member("Ada")
    await team.parts.database.write(
        lambda tx: erase(tx, WORKSPACE_ID, all_named(tx, WORKSPACE_ID, [survivor]))
    )
    result = await ada.change("interview_insights", new_id(), interview_id=merged)
    assert (result["status"], result["code"]) == ("rejected", "erased")
    result = await ada.change("interviews", merged, title="As typed")
    assert (result["status"], result["code"]) == ("rejected", "erased")


async def test_two_interviews_that_name_each_other_hold_up_nobody(team: Team) -> None:
    ada, one, two = await team.member("Ada"), new_id(), new_id()
    await team.server_writes("interviews", one, merged_into=two)
    await team.server_writes("interviews", two, merged_into=one)
    result = await ada.change("interview_insights", new_id(), interview_id=one)
    assert result["status"] == "ok"
