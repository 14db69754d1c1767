"""Ending a sequence for a guest, whatever ended it."""

from interview_desk.domain.sequences.gate import stop_words
from interview_desk.domain.sequences.messages import (
    LIVE,
    UNSENT,
    EnrolmentState,
    MessageState,
    StopReason,
)
from interview_desk.domain.values import Fields
from sync_server.followups.sequences.cases import Case, case_of, messages_of
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord, find_by_email

_SERVER = Author("server")


def stop(batch: RecordBatch, case: Case, reason: StopReason) -> None:
    """Nothing more is sent to this guest in this sequence."""
    if case.state in LIVE:
        state = {"state": EnrolmentState.STOPPED.value, "reason": reason.value}
        write(batch, case.enrolment, state)
    cancel_unsent(batch, case.enrolment, stop_words(reason, case.guest_name))


def stop_person(batch: RecordBatch, address: str, reason: StopReason) -> list[Case]:
    """Stop every sequence in which the person with this address is; the cases that were live."""
    stopped = []
    for case in cases_of_person(batch, address):
        if case.state in LIVE:
            stop(batch, case, reason)
            stopped.append(case)
    return stopped


def cases_of_person(batch: RecordBatch, address: str) -> list[Case]:
    """Every case of the person with this address, in whichever interview."""
    guests = guests_with(batch, address)
    batch.load([one.interview_id for one in guests if one.interview_id])
    ids = {one.id for one in guests}
    return [
        case_of(batch, enrolment)
        for interview_id in sorted({one.interview_id for one in guests if one.interview_id})
        for enrolment in batch.of_interview(interview_id, "enrolments")
        if enrolment.fields.get("guest_id") in ids
    ]


def guests_with(batch: RecordBatch, address: str) -> list[StoredRecord]:
    """The guests of all interviews who have this address."""
    return find_by_email(batch.tx, batch.workspace_id, address, entity="interview_guests")


def cancel_unsent(batch: RecordBatch, enrolment: StoredRecord, why: str) -> None:
    """What has not left does not leave any more."""
    for message in messages_of(batch, enrolment):
        if MessageState(str(message.fields.get("state"))) in UNSENT:
            write(batch, message, {"state": MessageState.CANCELLED.value, "error": why})


def write(batch: RecordBatch, record: StoredRecord, fields: Fields) -> None:
    """Change a record in the server's name; what it says already is not written again."""
    batch.write(record.entity, record.id, fields=fields, author=_SERVER)
