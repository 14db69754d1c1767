"""Judging an interview on the desk: blind until handed in, explained, never lost."""

from datetime import UTC, datetime
from typing import Any

import pytest

from interview_desk.domain.ids import sheet_id
from interview_desk.domain.records import Record
from interview_desk.domain.roles import AssignmentRole, Role
from interview_desk.domain.values import Fields, Json
from interview_desk.services.debrief import (
    DebriefService,
    ReasonMissing,
    SheetNotReady,
    evidence_words,
    without_evidence,
)
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.rule_shelf import NoRules
from interview_desk.wire.results import evaluation_fields
from interview_desk.wire.shipped import shipped_rules
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.judging_story import (
    BENS_QUOTE,
    INTERVIEW,
    QUOTE,
    form_for_externals,
    hand_in,
    judging_story,
)

MINE = sheet_id(INTERVIEW, ME.member_id)
BEN = ME._replace(member_id="member-ben", role=Role.INTERVIEWER)
DANA = ME._replace(member_id="member-dana", role=Role.EXTERNAL)


def given(**ratings: Json) -> dict[str, Json]:
    return ratings


@pytest.fixture
def records() -> MemoryRecords:
    return judging_story()


@pytest.fixture
def debriefs(records: MemoryRecords) -> DebriefService:
    return DebriefService(records, me=ME)


async def test_a_draft_is_one_record_of_mine_that_counts_for_nobody(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    ratings = given(money={"value": 4, "evidence": "The owner's card"})
    await debriefs.keep(INTERVIEW, ratings)
    kept = records.rows["rating_sheets", MINE].fields
    assert kept == {
        "interview_id": INTERVIEW,
        "member_id": ME.member_id,
        "ratings": ratings,
        "state": "draft",
    }
    read = await debriefs.read(INTERVIEW)
    assert (read.is_submitted, read.is_open_to_me, read.sheets) == (False, False, ())
    assert read.mine["ratings"] == ratings


async def test_an_edit_of_a_kept_draft_does_not_say_again_whose_it_is(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    await debriefs.keep(INTERVIEW, {})
    await debriefs.keep(INTERVIEW, {"money": {"value": 2}})
    assert set(records.written[-1].fields) == {"ratings", "state"}


async def test_others_are_hidden_until_i_have_handed_in_mine(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    hand_in(records, "member-ben", struggle=2, money=3)
    before = await debriefs.read(INTERVIEW)
    assert (before.sheets, before.result) == ((), None)
    assert before.awaited == ("Ada Berg",)
    hand_in(records, ME.member_id, struggle=5, money=1)
    after = await debriefs.read(INTERVIEW)
    assert [one.name for one in after.sheets] == ["Ada Berg", "Ben Cole"]
    assert after.result is not None
    spread = {one.criterion.id: one.panel.spread for one in after.result.criteria}
    assert spread["struggle"] == 3
    struggle = after.rules.asked[0]
    assert after.sheets[1].rating(struggle) == (2, BENS_QUOTE)


async def test_every_result_that_was_kept_is_there_with_its_rules(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    hand_in(records, ME.member_id, struggle=5, money=4)
    result = (await debriefs.read(INTERVIEW)).result
    assert result is not None
    kept: dict[str, Any] = evaluation_fields(result)
    at = datetime(2026, 11, 24, 13, tzinfo=UTC)
    for ver, fields in enumerate((kept, {**kept, "result": {**kept["result"], "score": 12}}), 1):
        own: Fields = {**fields, "interview_id": INTERVIEW}
        key = ("evaluations", f"e{ver}")
        records.rows[key] = Record(*key, own, ver, updated_at=at)
    records.put("evaluations", "broken", interview_id=INTERVIEW, result={"score": "?"})
    found = (await debriefs.read(INTERVIEW)).kept
    assert [(one.id, one.score, one.rules_version, one.at) for one in found] == [
        ("e2", 12, 3, at),
        ("e1", result.score, 3, at),
    ]
    del records.rows["rating_sheets", MINE]
    assert (await debriefs.read(INTERVIEW)).kept == ()


async def test_a_closed_round_is_open_to_who_never_rated(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    reopened = given(after_seeing_others=True, reopened_because="A slip")
    hand_in(records, "member-ben", struggle=4, money=3, **reopened)
    await debriefs.close_round(INTERVIEW)
    read = await debriefs.read(INTERVIEW)
    assert read.is_closed
    assert [one.name for one in read.sheets] == ["Ben Cole"]
    assert read.sheets[0].is_after_seeing_others
    assert read.sheets[0].reopened_because == "A slip"


async def test_handing_in_needs_a_rating_and_the_evidence_that_is_asked_for(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    rules = (await debriefs.read(INTERVIEW)).rules
    with pytest.raises(SheetNotReady, match="at least one point"):
        await debriefs.submit(INTERVIEW, rules, {})
    bare = given(struggle={"value": 4, "evidence": "  "}, money={"value": 4})
    with pytest.raises(SheetNotReady, match=r"rests on: A real struggling moment\."):
        await debriefs.submit(INTERVIEW, rules, bare)
    assert ("rating_sheets", MINE) not in records.rows
    assert [one.id for one in without_evidence(rules, bare)] == ["struggle"]
    await debriefs.submit(INTERVIEW, rules, {"struggle": {"value": 4, "evidence": QUOTE}})
    assert records.rows["rating_sheets", MINE].fields["state"] == "submitted"


async def test_opening_again_needs_a_reason_that_stays(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    hand_in(records, ME.member_id, struggle=5, money=1)
    with pytest.raises(ReasonMissing):
        await debriefs.reopen(INTERVIEW, "  ")
    await debriefs.reopen(INTERVIEW, " I mixed up two guests ")
    kept = records.rows["rating_sheets", MINE].fields
    assert (kept["state"], kept["reopened_because"]) == ("draft", "I mixed up two guests")


async def test_what_if_says_what_would_come_out_and_changes_nothing(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    hand_in(records, ME.member_id, struggle=3, money=1)
    read = await debriefs.read(INTERVIEW)
    before = dict(records.rows)
    tried = debriefs.judged(read.rules, read.inputs, {"money": 5})
    assert read.result is not None
    assert read.result.score is not None
    assert tried.score is not None
    assert tried.score > read.result.score
    assert records.rows == before
    assert records.written == []


async def test_only_the_lead_or_who_runs_the_team_may_close_the_round(
    records: MemoryRecords,
) -> None:
    assert (await DebriefService(records, me=ME).read(INTERVIEW)).may_close
    assert not (await DebriefService(records, me=BEN).read(INTERVIEW)).may_close
    records.part(INTERVIEW, "member-ben", AssignmentRole.LEAD)
    assert (await DebriefService(records, me=BEN).read(INTERVIEW)).may_close


async def test_an_external_member_rates_only_what_they_are_asked_for(
    records: MemoryRecords,
) -> None:
    form_for_externals(records)
    read = await DebriefService(records, me=DANA).read(INTERVIEW)
    assert not read.may_rate
    assert [one.id for one in read.rules.asked] == ["struggle", "switch", "money", "urgency"]
    assert read.rules.rules == ()
    records.part(INTERVIEW, "member-dana", AssignmentRole.OBSERVER)
    assert (await DebriefService(records, me=DANA).read(INTERVIEW)).may_rate
    hand_in(records, "member-dana", struggle=3, money=2)
    seen = await DebriefService(records, me=DANA).read(INTERVIEW)
    assert seen.is_submitted
    assert (seen.result, seen.sheets, seen.awaited) == (None, (), ())


async def test_the_event_type_says_which_rules_count_before_the_newest(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    old = records.rows["evaluation_rules", "rules-1"].fields
    records.put("evaluation_rules", "rules-2", **{**old, "version": 4, "name": "Newer"})
    records.put("evaluation_rules", "rules-3", **{**old, "version": 9, "state": "draft"})
    assert (await debriefs.read(INTERVIEW)).rules.name == "Newer"
    interview = records.rows["interviews", INTERVIEW].fields
    records.put("interviews", INTERVIEW, **{**interview, "event_type_id": 77})
    assert (await debriefs.read(INTERVIEW)).rules.name == "Newer"
    records.put("event_types", "type-1", calcom_id=77, rule_set_id="rules-1")
    assert (await debriefs.read(INTERVIEW)).rules.name == "Switch interviews"
    records.put("event_types", "type-1", calcom_id=77, rule_set_id=None)
    assert (await debriefs.read(INTERVIEW)).rules.name == "Newer"


async def test_without_rules_of_its_own_a_team_has_those_that_come_along(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    del records.rows["evaluation_rules", "rules-1"]
    assert (await debriefs.read(INTERVIEW)).rules == shipped_rules()


async def test_without_rules_to_see_or_an_interview_one_sentence_says_so(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    with pytest.raises(NoRules, match="comes with the next news"):
        await DebriefService(records, me=DANA).read(INTERVIEW)
    with pytest.raises(InterviewGone):
        await debriefs.read("0192d3a4-0000-7000-8000-00000000ffff")


async def test_held_quotes_are_not_offered_as_evidence(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    held = records.rows["interview_insights", "insight-0"].fields
    records.put("interview_insights", "insight-0", **{**held, "state": "held"})
    assert (await debriefs.read(INTERVIEW)).quotes == ("Rota wrong twice",)


async def test_a_quote_caught_by_who_had_not_heard_of_the_no_is_not_offered_as_evidence(
    debriefs: DebriefService, records: MemoryRecords
) -> None:
    caught = records.rows["interview_insights", "insight-0"].fields
    words: Json = [{"quote": caught["statement"], "verbatim": True}]
    records.put("interview_insights", "insight-0", **{**caught, "evidence": words})
    assert caught["statement"] in (await debriefs.read(INTERVIEW)).quotes
    (guest,) = await records.of_interview("interview_guests", INTERVIEW)
    no: Json = {"value": "no", "at": "2026-11-18T09:30:00Z", "by": ME.member_id}
    records.put("interview_guests", guest.id, **{**guest.fields, "consent_quotes": no})
    assert (await debriefs.read(INTERVIEW)).quotes == ("Rota wrong twice",)


def test_evidence_reads_as_one_text_however_it_was_kept() -> None:
    assert evidence_words(" said ") == "said"
    assert evidence_words({"a": "one", "b": ["two", None]}) == "one \N{MIDDLE DOT} two"
    assert evidence_words(7) == ""
