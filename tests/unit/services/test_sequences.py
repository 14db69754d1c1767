"""Writing sequences on the desk: checked before they are kept, tried out before they are used."""

import pytest

from interview_desk.domain.roles import Role
from interview_desk.domain.sequences.plan import SequenceState, Template
from interview_desk.domain.values import Json
from interview_desk.services.sample_mail import SampleMail, sampled
from interview_desk.services.sequences import (
    MayNotWrite,
    SequenceInvalid,
    SequenceService,
)
from tests.helpers.desk import ME, MemoryRecords, StoppedClock, counted_ids
from tests.helpers.mail_story import SEQUENCE, STEPS, mail_story


@pytest.fixture
def records() -> MemoryRecords:
    return mail_story()


@pytest.fixture
def sequences(records: MemoryRecords) -> SequenceService:
    return SequenceService(records, me=ME, new_id=counted_ids(StoppedClock()))


def written(**changed: Json) -> dict[str, Json]:
    return {**SEQUENCE, **changed}


async def test_the_shelf_has_those_in_use_first_and_says_who_is_in_them(
    sequences: SequenceService, records: MemoryRecords
) -> None:
    records.put("sequences", "old", **written(name="Old", state="retired"))
    records.put("sequences", "broken", name="", steps="nothing", state="no such state")
    shelf = await sequences.shelf()
    assert [one.name for one in shelf] == [
        "After an interview",
        "A sequence without a name",
        "Old",
    ]
    assert [one.running for one in shelf] == [1, 0, 0]
    assert shelf[1].sequence is None
    assert "Steps must be a list." in shelf[1].mistakes
    assert shelf[1].state is SequenceState.DRAFT


async def test_a_new_sequence_begins_as_a_draft_and_each_change_is_a_version(
    sequences: SequenceService, records: MemoryRecords
) -> None:
    made = await sequences.save(None, written(state="published", version=99), was=SEQUENCE)
    assert records.rows["sequences", made].fields["state"] == "draft"
    assert records.rows["sequences", made].fields["version"] == 1
    assert await sequences.save("seq-1", written(name="Later"), was=SEQUENCE) == "seq-1"
    kept = records.rows["sequences", "seq-1"].fields
    assert (kept["name"], kept["version"], kept["state"]) == ("Later", 3, "published")


async def test_what_another_person_changed_meanwhile_is_not_moved_back_or_written_over(
    sequences: SequenceService, records: MemoryRecords
) -> None:
    theirs = written(name="Theirs", purpose="theirs", state="retired", version=7)
    records.put("sequences", "seq-1", **theirs)
    await sequences.save("seq-1", written(name="Ours"), was=SEQUENCE)
    [edit] = records.written
    assert edit.fields == {"name": "Ours", "version": 8}
    assert edit.unseen == {"name"}


async def test_a_sequence_that_was_not_changed_is_no_new_version(
    sequences: SequenceService, records: MemoryRecords
) -> None:
    assert await sequences.save("seq-1", SEQUENCE, was=SEQUENCE) == "seq-1"
    assert records.written == []


async def test_what_is_wrong_is_said_step_by_step_and_nothing_is_kept(
    sequences: SequenceService, records: MemoryRecords
) -> None:
    texts: Json = {"usual": {"en": {"subject": "Hello {{ gest_name }}", "text": "Dear {{ you"}}}
    step: Json = {"key": "one", "title": "One", "delay": {"amount": -1, "unit": "hours"}}
    with pytest.raises(SequenceInvalid) as wrong:
        await sequences.save(None, written(name="", steps=[step]), was=SEQUENCE)
    assert "Name must not be empty." in wrong.value.mistakes
    assert "Step 1: delay, amount must not be less than 0." in wrong.value.mistakes
    fine: Json = {"amount": 1, "unit": "hours"}
    unfilled_step: Json = {"key": "one", "title": "One", "delay": fine, "texts": texts}
    with pytest.raises(SequenceInvalid) as unfilled:
        await sequences.save(None, written(steps=[unfilled_step]), was=SEQUENCE)
    assert unfilled.value.mistakes == (
        "Step 1 (usual, en): Subject, line 1: there is no variable gest_name.",
        (
            "Step 1 (usual, en): Text, line 1: a bracket is left open: "
            "a place is written {{ guest_name }}."
        ),
    )
    assert records.written == []


async def test_it_is_put_to_use_only_when_it_is_complete_and_taken_out_again(
    sequences: SequenceService, records: MemoryRecords
) -> None:
    await sequences.retire("seq-1")
    assert records.rows["sequences", "seq-1"].fields["state"] == "retired"
    await sequences.publish("seq-1")
    assert records.rows["sequences", "seq-1"].fields["state"] == "published"
    records.put("sequences", "seq-1", **written(steps=[]))
    with pytest.raises(SequenceInvalid, match="must not be empty"):
        await sequences.publish("seq-1")
    with pytest.raises(SequenceInvalid, match="no longer here"):
        await sequences.publish("gone")


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (
            {"fact": "interview.priorty", "op": "at_least", "value": 3},
            "Step 1: There is no fact interview.priorty. Did you mean interview.priority?",
        ),
        (
            {"all": [{"not": {"fact": "score.points", "op": "at_least", "value": 3}}]},
            "Step 1: A mail cannot depend on score.points: that is only known to rules.",
        ),
        (
            {"fact": "interview.priority", "op": "at_least", "value": "x"},
            "Step 1: Priority is compared with a number.",
        ),
    ],
)
async def test_a_mail_depends_only_on_what_is_known_when_it_leaves(
    sequences: SequenceService, records: MemoryRecords, when: Json, sentence: str
) -> None:
    steps: Json = [{**STEPS[0], "when": when}]
    with pytest.raises(SequenceInvalid) as error:
        await sequences.save("seq-1", written(steps=steps), was=SEQUENCE)
    assert error.value.mistakes == (sentence,)
    records.put("sequences", "seq-1", **written(steps=steps))
    with pytest.raises(SequenceInvalid, match="Step 1"):
        await sequences.publish("seq-1")


async def test_a_guide_of_the_team_adds_what_mails_may_depend_on(
    sequences: SequenceService, records: MemoryRecords
) -> None:
    field: Json = {"key": "budget", "title": "Budget", "type": "number"}
    stage: Json = {"key": "money", "title": "Money", "minutes": 5, "fields": [field]}
    records.put("guides", "g1", name="Ours", stages=[stage])
    records.put("guides", "g2", name="Broken", stages="nonsense")
    facts = await sequences.facts()
    assert facts["answers.money.budget"].title == "Budget (Money)"
    assert "answers.wrap_up.follow_up_ok" in facts
    assert not {"score.points", "segment.balance"} & set(facts)


async def test_only_who_runs_the_team_writes_sequences(records: MemoryRecords) -> None:
    me = ME._replace(role=Role.INTERVIEWER)
    service = SequenceService(records, me=me, new_id=counted_ids(StoppedClock()))
    assert not service.may_write
    for work in (
        service.save(None, written(), was={}),
        service.publish("seq-1"),
        service.retire("seq-1"),
    ):
        with pytest.raises(MayNotWrite):
            await work
    assert records.written == []


def test_a_sample_reads_as_the_server_writes_it() -> None:
    text = "{% if promised %}{% for one in promised %}- {{ one }}{% endfor %}{% endif %}"
    template = Template("{{ startup_name }}", text)
    mail = sampled(template, "en")
    assert (mail.subject, mail.text.splitlines()[0]) == ("Nordlicht Robotics", "- the summary")
    assert mail.text.splitlines()[2:] == [
        "-- ",
        "You get this mail because of an interview with us. No more of it: https://desk.example/u/...",
    ]
    assert "Abbestellen: https://" in sampled(template, "de").text
    ours = Template("For {{ guest_name }}", "Dear {{ guest_first_name }}")
    assert sampled(ours, "en", guest_name="Mina Sato").subject == "For Mina Sato"
    wrong = Template("Hello {{ gest_name }}", "Dear")
    trouble = "Subject, line 1: there is no variable gest_name."
    assert sampled(wrong, "en") == SampleMail(wrong.subject, wrong.text, trouble)
