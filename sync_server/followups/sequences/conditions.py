"""Whether what a mail depends on holds, by the same facts that interviews are judged by."""

from interview_desk.domain.evaluation.conditions import facts_in
from interview_desk.domain.evaluation.gathering import Inputs, gathered
from interview_desk.domain.evaluation.truth import asking
from interview_desk.domain.records import Record
from sync_server.followups.sequences.cases import Case
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import as_record


def holds(batch: RecordBatch, case: Case, step_key: str) -> bool | None:
    """Whether the step's condition holds now; None while what it asks for is not known."""
    step = case.sequence.step(step_key) if case.sequence else None
    if step is None or step.when is None:
        return True
    facts = gathered(facts_in(step.when), _inputs(batch, case))
    return asking(step.when)(facts)


def _inputs(batch: RecordBatch, case: Case) -> Inputs:
    interview_id = str(case.enrolment.fields.get("interview_id"))
    interview = batch.read("interviews", interview_id)
    fields = interview.fields if interview else {}
    if case.interview is not None:
        fields = {**fields, "status": case.interview.status.value}
    startup_id = case.interview.startup_id if case.interview else None
    startup = batch.read("startups", startup_id) if startup_id else None
    return Inputs(
        interview=Record("interviews", interview_id, fields),
        startup=as_record(startup) if startup and not startup.deleted else None,
        assignments=_of(batch, interview_id, "interview_assignments"),
        guests=_of(batch, interview_id, "interview_guests"),
        answers=_of(batch, interview_id, "interview_answers"),
        insights=_of(batch, interview_id, "interview_insights"),
        sheets=_of(batch, interview_id, "rating_sheets"),
    )


def _of(batch: RecordBatch, interview_id: str, entity: str) -> list[Record]:
    return [as_record(one) for one in batch.of_interview(interview_id, entity)]
