"""Taking guests into sequences: because a rule says so, or somebody did it by hand."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from interview_desk.domain.evaluation.checking import RulesInvalid
from interview_desk.domain.evaluation.rule_sets import Rule
from interview_desk.domain.interviews import Consent
from interview_desk.domain.sequences.gate import stop_words
from interview_desk.domain.sequences.messages import LIVE, EnrolmentState, StopReason
from interview_desk.domain.sequences.plan import SequenceState
from interview_desk.domain.values import Fields
from interview_desk.wire.evaluation import rule_set_of
from sync_server.followups.sequences.cases import Case, case_of, consent_of
from sync_server.followups.sequences.stopping import cases_of_person, write
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord, records_of_kind

_SERVER = Author("server")


class _Wanted(NamedTuple):
    """What one effect of an evaluation asks for."""

    sequence: str
    because: str


def enrol_by_rules(batch: RecordBatch, interview_id: str) -> None:
    """Enrol the guests of an interview wherever its evaluations say so; each once for good."""
    wanted = list(_asked_for(batch, interview_id))
    if not wanted:
        return
    sequences = _published(batch)
    for effect in wanted:
        sequence = sequences.get(effect.sequence)
        if sequence is None:
            continue
        for guest in batch.of_interview(interview_id, "interview_guests"):
            if guest.fields.get("email"):
                _enrol(batch, interview_id, guest, sequence, effect.because)


def begin(batch: RecordBatch, case: Case) -> Case | None:
    """The case once it has begun; None where it is skipped, with the reason in its record."""
    objection = _objection(batch, case)
    sequence = case.sequence
    if objection is not None or sequence is None:
        skipped: Fields = {"state": EnrolmentState.SKIPPED.value, "reason": objection}
        write(batch, case.enrolment, skipped)
        return None
    begun: Fields = {
        "state": str(case.enrolment.fields.get("state") or EnrolmentState.ACTIVE),
        "sequence_version": sequence.version,
        "reason": None,
    }
    write(batch, case.enrolment, begun)
    return _again(batch, case)


def _objection(batch: RecordBatch, case: Case) -> str | None:
    """Why this guest is not taken in, in a sentence; None where nothing speaks against it."""
    if case.guest is None or case.interview is None:
        return "The guest or the interview is gone."
    if case.guest.interview_id != case.interview.id:
        return f"{case.guest_name} was not a guest of this interview."
    if consent_of(batch, case) is Consent.NO:
        return stop_words(StopReason.NO_CONSENT, case.guest_name)
    return _objection_to_sequence(batch, case)


def _objection_to_sequence(batch: RecordBatch, case: Case) -> str | None:
    if case.sequence is None:
        return f"The sequence cannot be used: {' '.join(case.mistakes)}"
    if case.sequence.state is not SequenceState.PUBLISHED:
        return "The sequence is not published."
    if case.address is None:
        return stop_words(StopReason.CANNOT_BE_MAILED, case.guest_name)
    return _rival(batch, case, case.address, case.sequence.purpose)


def _rival(batch: RecordBatch, case: Case, address: str, purpose: str) -> str | None:
    """Nobody is in two sequences of one purpose at a time; who was first stays."""
    for other in cases_of_person(batch, address):
        if other.enrolment.id == case.enrolment.id or not _has_begun(other):
            continue
        if other.state in LIVE and other.sequence and other.sequence.purpose == purpose:
            return f"{case.guest_name} is in {other.sequence.name} already, for the same purpose."
    return None


def _has_begun(case: Case) -> bool:
    return case.enrolment.fields.get("sequence_version") is not None


def _asked_for(batch: RecordBatch, interview_id: str) -> Iterator[_Wanted]:
    for evaluation in batch.of_interview(interview_id, "evaluations"):
        result = evaluation.fields.get("result")
        effects = result.get("effects") if isinstance(result, Mapping) else None
        for effect in effects if isinstance(effects, list) else ():
            if isinstance(effect, Mapping) and effect.get("effect") == "enrol":
                yield _Wanted(str(effect.get("sequence")), _words(batch, evaluation, effect))


def _words(batch: RecordBatch, evaluation: StoredRecord, effect: Fields) -> str:
    """Why, in the words of the rule; in its title where they tell ratings.

    Who has yet to rate sees a follow-up too.
    """
    found = batch.read("evaluation_rules", str(evaluation.fields.get("rules_id")))
    rules = _rules_in(found) if found else ()
    rule = next((one for one in rules if one.id == effect.get("rule")), None)
    if rule is not None and rule.tells_ratings:
        return rule.title
    because = effect.get("because")
    return because if isinstance(because, str) else ""


def _rules_in(stored: StoredRecord) -> Sequence[Rule]:
    try:
        return rule_set_of(stored.fields).rules
    except RulesInvalid:
        return ()


def _published(batch: RecordBatch) -> dict[str, StoredRecord]:
    """The published sequences by id and by name; of two with one name the newer one."""
    found: dict[str, StoredRecord] = {}
    for sequence in records_of_kind(batch.tx, batch.workspace_id, "sequences"):
        if sequence.fields.get("state") == SequenceState.PUBLISHED:
            found |= {sequence.id: sequence, str(sequence.fields.get("name")): sequence}
    return found


def _enrol(
    batch: RecordBatch,
    interview_id: str,
    guest: StoredRecord,
    sequence: StoredRecord,
    because: str,
) -> None:
    enrolment_id = str(uuid.uuid5(uuid.UUID(interview_id), f"enrol:{sequence.id}:{guest.id}"))
    if batch.read("enrolments", enrolment_id) is not None:
        return
    fields = {
        "sequence_id": sequence.id,
        "guest_id": guest.id,
        "interview_id": interview_id,
        "state": EnrolmentState.ACTIVE.value,
        "because": because,
    }
    batch.write("enrolments", enrolment_id, fields=fields, author=_SERVER)


def _again(batch: RecordBatch, case: Case) -> Case:
    stored = batch.read("enrolments", case.enrolment.id)
    return case_of(batch, stored or case.enrolment)
