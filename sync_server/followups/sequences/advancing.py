"""Moving the follow-ups of an interview on: begin, write the next mail, stop, finish."""

import uuid
from datetime import datetime

from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.sequences.gate import Stop, decide
from interview_desk.domain.sequences.messages import (
    ENDED,
    LIVE,
    UNSENT,
    EnrolmentState,
    MessageState,
    StopReason,
)
from interview_desk.domain.sequences.plan import Sequence, Step, effect_key
from interview_desk.domain.sequences.timing import NeverOpen, counted_from, due_at
from interview_desk.domain.status import Status
from interview_desk.wire.calendars import holidays_near
from sync_server.followups import repository
from sync_server.followups.post import KIND, Post
from sync_server.followups.restoring import as_it_left
from sync_server.followups.sequences.cases import (
    OVER,
    UPCOMING,
    Case,
    cases_in,
    messages_of,
    moment_of,
)
from sync_server.followups.sequences.enrolling import begin, enrol_by_rules
from sync_server.followups.sequences.rewriting import complete, fits, refit
from sync_server.followups.sequences.stopping import cancel_unsent, stop, write
from sync_server.followups.sequences.writing import write_mail
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord
from sync_server.work import due as work

_SERVER = Author("server")
_NEVER_WAS = "The interview did not take place."
# After these the sequence goes on; what failed or is uncertain waits for a person.
_SETTLED = frozenset({MessageState.SENT, MessageState.DELIVERED, MessageState.CANCELLED})


def advance(tx: Tx, workspace_id: str, interview_id: str, post: Post) -> None:
    """Do what there is to do for the follow-ups of an interview; done again, it does nothing."""
    with RecordBatch(tx, workspace_id) as batch:
        enrol_by_rules(batch, interview_id)
        for case in list(cases_in(batch, interview_id)):
            if _takes_place_after_all(case):
                # With this change it is looked at again, as one that waits for its interview.
                write(batch, case.enrolment, {"state": EnrolmentState.ACTIVE.value, "reason": None})
            else:
                _advance_case(batch, case, post)


def _advance_case(batch: RecordBatch, case: Case, post: Post) -> None:
    if case.state not in LIVE:
        if case.state is EnrolmentState.STOPPED:
            cancel_unsent(batch, case.enrolment, "The follow-up was stopped.")
        return
    if case.interview is None or not _is_over(case.interview.status):
        _look_at_what_never_was(batch, case)
        return
    if case.enrolment.fields.get("sequence_version") is None:
        begun = begin(batch, case)
        if begun is None:
            return
        case = begun
    if case.sequence is None:
        return
    decision = decide(moment_of(batch, case, cap=post.per_day))
    if isinstance(decision, Stop):
        stop(batch, case, decision.reason)
        return
    _go_on(batch, case, case.sequence, post)


def _takes_place_after_all(case: Case) -> bool:
    """Whether a cancelled interview was booked anew, before anything of its follow-up had begun."""
    fields = case.enrolment.fields
    if case.state is not EnrolmentState.SKIPPED or fields.get("reason") != _NEVER_WAS:
        return False
    has_begun = fields.get("sequence_version") is not None
    return not has_begun and case.interview is not None and case.interview.status in UPCOMING | OVER


def _is_over(status: Status) -> bool:
    return status in OVER


def _look_at_what_never_was(batch: RecordBatch, case: Case) -> None:
    """The interview has not taken place: either not yet, or it never will, or it is booked anew."""
    status = case.interview.status if case.interview else None
    if status in (None, Status.CANCELLED, Status.DECLINED):
        why = {"state": EnrolmentState.SKIPPED.value, "reason": _NEVER_WAS}
        write(batch, case.enrolment, why)
        cancel_unsent(batch, case.enrolment, _NEVER_WAS)
    elif not case.goes_on and messages_of(batch, case.enrolment):
        stop(batch, case, StopReason.BOOKED)


def _go_on(batch: RecordBatch, case: Case, sequence: Sequence, post: Post) -> None:
    messages = messages_of(batch, case.enrolment)
    # One before the last can wait again: it failed after the next had been written.
    for message in messages:
        _keep_moving(batch, case, message, post)
    if messages and _state(messages[-1]) not in _SETTLED:
        return
    last = messages[-1] if messages else None
    done = [str(message.fields.get("step")) for message in messages]
    while (step := sequence.next_step(done)) is not None:
        if _prepare(batch, case, sequence, step, last=last, post=post):
            return
        done.append(step.key)
    if all(_state(message) in ENDED for message in messages):
        write(batch, case.enrolment, {"state": EnrolmentState.FINISHED.value})


def _prepare(
    batch: RecordBatch,
    case: Case,
    sequence: Sequence,
    step: Step,
    *,
    last: StoredRecord | None,
    post: Post,
) -> bool:
    """Write the mail of a step; False where the step has nothing for this guest."""
    due = _due(batch, case, sequence, step, last)
    draft = write_mail(batch, case, step, due=due)
    if draft is None:
        return False
    state = draft.first_state(step, asks_first=last is not None and not post.sees_replies)
    message_id = str(uuid.uuid5(uuid.UUID(case.enrolment.id), step.key))
    fields = {
        "enrolment_id": case.enrolment.id,
        "guest_id": case.guest.id if case.guest else None,
        "interview_id": case.interview.id if case.interview else None,
        "step": step.key,
        **draft.fields,
        "due": format_instant(due),
        "state": state.value,
        "effect_key": effect_key(case.enrolment.id, step.key),
        "because": case.enrolment.fields.get("because") or None,
    }
    left = repository.effect_of(batch.tx, message_id)
    if left is not None:
        # The record went back to a time before it, with a backup.
        fields |= as_it_left(left)
    batch.write("follow_up_messages", message_id, fields=fields, author=_SERVER)
    if draft.mistake is None:
        work.plan(batch.tx, KIND, message_id, due_at=max(due, batch.tx.now))
    return True


def _due(
    batch: RecordBatch, case: Case, sequence: Sequence, step: Step, last: StoredRecord | None
) -> datetime:
    holidays = holidays_near(case.zone, batch.tx.now)
    end = (case.interview.end if case.interview else None) or batch.tx.now
    sent = last.fields.get("sent_at") or last.fields.get("due") if last else None
    before = parse_instant(sent) if isinstance(sent, str) else None
    base = counted_from(step.delay, end=end, before=before)
    try:
        return due_at(base, step.delay, window=sequence.window, zone=case.zone, holidays=holidays)
    except NeverOpen:
        # The gate says so when the time comes.
        return base


def _keep_moving(batch: RecordBatch, case: Case, message: StoredRecord, post: Post) -> None:
    """See to it that somebody looks at the mail when it is due, as it is now."""
    state = _state(message)
    if state in UNSENT and not fits(case, message):
        # What it says now is looked at as soon as that is kept.
        refit(batch, case, message, post)
    elif state is MessageState.DRAFT and message.fields.get("error"):
        complete(batch, case, message, post)
    elif state in (MessageState.QUEUED, MessageState.DRAFT):
        due = parse_instant(str(message.fields.get("due") or format_instant(batch.tx.now)))
        # What waits for somebody is past its time, and so looked at again with every change.
        work.plan(batch.tx, KIND, message.id, due_at=max(due, batch.tx.now))


def _state(message: StoredRecord) -> MessageState:
    return MessageState(str(message.fields.get("state")))
