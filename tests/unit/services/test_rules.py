"""Rules on the desk: drafts, trying them out on past interviews, publishing."""

import pytest

from interview_desk.domain.evaluation.checking import RulesInvalid
from interview_desk.domain.evaluation.rule_sets import RuleSet
from interview_desk.domain.evaluation.versions import State
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields, Json
from interview_desk.services.rules import MayNotEditRules, RulesGone, RulesService
from interview_desk.wire.rule_spelling import rule_set_fields
from interview_desk.wire.shipped import shipped_guide_fields, shipped_rules
from tests.helpers.desk import ME, MemoryRecords, StoppedClock, counted_ids
from tests.helpers.judging import computed, leaf, rated, rule, rules

BEN = ME._replace(member_id="member-ben", role=Role.INTERVIEWER)
OLD = rules(rated("fit"), name="Fit")
STRICT = rules(rated("fit", must_have=True, minimum=5), name="Fit", version=2)


def service(records: MemoryRecords, me=ME) -> RulesService:
    return RulesService(records, me=me, new_id=counted_ids(StoppedClock()))


@pytest.fixture
def records() -> MemoryRecords:
    """Three interviews that took place, rated 3, 5 and by somebody else, and one that did not."""
    made = MemoryRecords()
    made.put("evaluation_rules", "old", **rule_set_fields(OLD), state="published")
    for name, status, level in (("a", "held", 3), ("b", "evaluated", 5), ("c", "scheduled", 1)):
        made.put("interviews", name, title=name, status=status)
        sheet(made, name, ME.member_id, fit=level)
    made.put("interviews", "d", title="d", status="held")
    made.put("interview_assignments", "part", interview_id="d", member_id="ben", role="lead")
    return made


def sheet(records: MemoryRecords, interview: str, member: str, **levels: Json) -> None:
    ratings: Fields = {key: {"value": level} for key, level in levels.items()}
    fields: dict[str, Json] = {"interview_id": interview, "member_id": member}
    records.put(
        "rating_sheets", f"{interview}-{member}", **fields, ratings=ratings, state="submitted"
    )


async def draft_of(records: MemoryRecords, by: RuleSet, source: str | None = "old") -> str:
    made = await service(records).begin(source)
    await service(records).keep(made, by, was=OLD if source else shipped_rules())
    return made


async def test_a_draft_of_the_next_version_says_what_it_follows(records):
    draft = await draft_of(records, STRICT)
    newest, old = await service(records).versions()
    assert (newest.id, newest.number, newest.state, newest.replaces) == (
        draft,
        2,
        State.DRAFT,
        "old",
    )
    assert newest.rules == STRICT
    assert (old.id, old.name, old.state) == ("old", "Fit", State.PUBLISHED)


async def test_a_team_without_rules_begins_with_those_that_come_along(records):
    draft = await service(records).begin()
    (found, *_) = await service(records).versions()
    assert (found.id, found.rules, found.replaces) == (draft, shipped_rules(), None)


async def test_keeping_a_draft_sends_only_what_changed(records):
    draft = await draft_of(records, STRICT)
    written = len(records.written)
    await service(records).keep(draft, STRICT, was=STRICT)
    assert len(records.written) == written
    sharper = rules(*STRICT.criteria, name="Sharper", version=2)
    await service(records).keep(draft, sharper, was=STRICT)
    assert records.written[-1].fields == {"name": "Sharper"}


async def test_what_another_person_changed_of_a_draft_meanwhile_stays(records):
    draft = await draft_of(records, STRICT)
    held = records.rows["evaluation_rules", draft].fields
    records.put("evaluation_rules", draft, **{**held, "name": "Theirs", "bands": []})
    sharper = rules(*STRICT.criteria, name="Sharper", version=2)
    await service(records).keep(draft, sharper, was=STRICT)
    assert records.written[-1].fields == {"name": "Sharper"}
    assert records.written[-1].unseen == {"name"}
    records.put("evaluation_rules", draft, **{**held, "criteria": "nonsense"})
    await service(records).keep(draft, sharper, was=STRICT)
    assert records.written[-1].fields == {"name": "Sharper"}


async def test_a_preview_says_what_would_change_and_changes_nothing(records):
    draft = await draft_of(records, STRICT)
    written = len(records.written)
    found = await service(records).preview(draft, STRICT)
    assert found.words == (
        "1 of 3 interviews would change; 1 is judged without ratings you cannot see yet."
    )
    (changed,) = found.differences
    assert (changed.interview_id, changed.before, changed.after) == ("a", "Maybe", "Knocked out")
    assert changed.because == ("New: Fit is 3 of 5; at least 5 is a must.",)
    assert len(records.written) == written


async def test_a_preview_leaves_out_what_other_rules_judge(records):
    records.put("event_types", "type", calcom_id=7, rule_set_id="own")
    records.put("evaluation_rules", "own", **rule_set_fields(OLD), state="published")
    records.put("interviews", "a", status="held", event_type_id=7)
    records.put("interviews", "b", status="held", merged_into="a")
    draft = await draft_of(records, STRICT)
    assert (await service(records).preview(draft, STRICT)).interviews == 1


async def test_a_preview_of_first_rules_compares_with_those_that_come_along(records):
    del records.rows["evaluation_rules", "old"]
    draft = await draft_of(records, OLD, None)
    found = await service(records).preview(draft, OLD)
    assert [one.before for one in found.differences] == ["Insufficient evidence"] * 3


async def test_a_preview_reads_segments_and_goes_on_over_many_interviews(records):
    for number in range(12):
        name = f"n{number:02}"
        records.put("interviews", name, status="held")
        said: Json = {"segment": "SaaS"}
        records.put(
            "interview_answers", f"{name}-s", interview_id=name, field="context.startup", value=said
        )
        for force in ("push", "pull", "anxiety", "habit"):
            records.put(
                "interview_answers",
                f"{name}-{force}",
                interview_id=name,
                field=f"outcomes.{force}_strength",
                value=number % 4 if force == "push" else 0,
            )
    by = rules(computed("above", "segment.difference", -1, 0, 1, 2), name="Fit", version=2)
    found = await service(records).preview(await draft_of(records, by), by)
    assert found.interviews == 15
    assert len([one for one in found.differences if one.score_after is not None]) == 12


async def test_publishing_retires_what_it_follows(records):
    draft = await draft_of(records, STRICT)
    await service(records).publish(draft)
    states = {one.id: one.state for one in await service(records).versions()}
    assert states == {draft: State.PUBLISHED, "old": State.RETIRED}


async def test_first_rules_retire_nothing(records):
    draft = await draft_of(records, STRICT, None)
    await service(records).publish(draft)
    assert records.written[-1].id == draft
    records.put(
        "evaluation_rules", draft, **rule_set_fields(STRICT), state="draft", replaces="gone"
    )
    await service(records).publish(draft)
    assert records.written[-1].id == draft


async def test_what_is_wrong_is_told_while_it_is_written_and_keeps_it_from_being_published(records):
    wrong = rules(rated("fit"), rule("r", leaf("guests.cuont", "is", 1)), name="Fit")
    draft = await draft_of(records, wrong)
    opened = await service(records).open(draft)
    told = "rules, R, when: There is no fact guests.cuont. Did you mean guests.count?"
    assert [one.words for one in opened.mistakes] == [told]
    assert "ratings.fit" in opened.facts
    with pytest.raises(RulesInvalid, match="no fact guests"):
        await service(records).publish(draft)
    assert records.rows["evaluation_rules", draft].fields["state"] == "draft"


async def test_rules_for_a_guide_are_offered_its_questions(records):
    talk: Json = [{"key": "talk", "fields": [{"key": "mood", "type": "yes_no"}]}]
    records.put("guides", "own", **{**shipped_guide_fields(), "stages": talk})
    records.put("evaluation_rules", "d", **rule_set_fields(OLD), state="draft", guide_id="own")
    opened = await service(records).open("d")
    assert "answers.talk.mood" in opened.facts
    assert "answers.deciding.price" not in opened.facts


async def test_a_version_that_cannot_be_read_is_listed_and_says_what_is_wrong(records):
    records.put("evaluation_rules", "bad", criteria=[3], version="x", state="draft")
    found = next(one for one in await service(records).versions() if one.id == "bad")
    assert (found.name, found.number, found.rules) == ("Untitled rules", 1, None)
    opened = await service(records).open("bad")
    assert "criteria, 1: 3 must be an object." in [one.words for one in opened.mistakes]


async def test_versions_are_retired_and_drafts_thrown_away(records):
    draft = await draft_of(records, STRICT)
    await service(records).discard(draft)
    await service(records).retire("old")
    (only,) = await service(records).versions()
    assert (only.id, only.state) == ("old", State.RETIRED)


async def test_only_who_runs_the_team_changes_rules(records):
    asking = service(records, BEN)
    assert not asking.may_edit
    for refused in (
        asking.begin(),
        asking.keep("old", OLD, was=OLD),
        asking.publish("old"),
        asking.retire("old"),
        asking.discard("old"),
    ):
        with pytest.raises(MayNotEditRules, match="owner or admin"):
            await refused


async def test_a_version_that_is_gone_is_said_to_be(records):
    with pytest.raises(RulesGone, match="not there any more"):
        await service(records).open("gone")
