"""What a guest would get of a sequence, and when, if nothing else happened: nothing is sent."""

import secrets

from interview_desk.domain.ids import new_id
from interview_desk.domain.instants import format_instant
from interview_desk.domain.sequences.plan import Sequence
from interview_desk.domain.sequences.timing import NeverOpen, counted_from, due_at
from interview_desk.domain.values import Json
from interview_desk.wire.calendars import holidays_near
from sync_server.followups import repository
from sync_server.followups.sequences.cases import Case, case_of
from sync_server.followups.sequences.conditions import holds
from sync_server.followups.sequences.writing import write_mail
from sync_server.infra.database import Tx
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord, read_record, records_of_kind

_NEEDED = {True: "yes", False: "no", None: "not known yet"}


class CannotForecast(ValueError):  # noqa: N818  - the sentence is for whoever asked
    """There is nothing to look ahead to; one sentence says why."""


def forecast(tx: Tx, *, sequence: str, guest_id: str) -> list[dict[str, Json]]:
    """Every mail of a sequence (by id or name) for one guest, on a clock that runs by itself.

    CannotForecast where the sequence, the guest or the end of the interview is not known.
    """
    workspace_id, _ = repository.the_workspace(tx)
    plans = [
        one
        for one in records_of_kind(tx, workspace_id, "sequences")
        if sequence in (one.id, one.fields.get("name"))
    ]
    guest = read_record(tx, workspace_id, "interview_guests", guest_id)
    if not plans:
        raise CannotForecast(f"There is no sequence {sequence}.")
    if guest is None or guest.deleted:
        raise CannotForecast(f"There is no guest {guest_id}.")
    # Only read: the batch is never flushed.
    batch = RecordBatch(tx, workspace_id)
    case = case_of(batch, _invented(tx, plans[-1].id, guest))
    if case.sequence is None:
        raise CannotForecast(" ".join(case.mistakes))
    return [*_planned(batch, case, case.sequence)]


def _invented(tx: Tx, sequence_id: str, guest: StoredRecord) -> StoredRecord:
    """An enrolment that is nowhere but here."""
    return StoredRecord(
        entity="enrolments",
        id=new_id(tx.now, secrets.token_bytes(10)),
        ver=0,
        created_ver=0,
        shown_ver=None,
        deleted=False,
        interview_id=guest.interview_id,
        fields={
            "sequence_id": sequence_id,
            "guest_id": guest.id,
            "interview_id": guest.interview_id,
        },
        versions={},
        writers={},
        updated_by=None,
        updated_at=tx.now,
    )


def _planned(batch: RecordBatch, case: Case, sequence: Sequence) -> list[dict[str, Json]]:
    end = case.interview.end if case.interview else None
    if end is None:
        raise CannotForecast("It is not known when the interview ended.")
    rows: list[dict[str, Json]] = []
    holidays = holidays_near(case.zone, end)
    before = None
    for step in sequence.steps:
        base = counted_from(step.delay, end=end, before=before)
        try:
            due = due_at(
                base, step.delay, window=sequence.window, zone=case.zone, holidays=holidays
            )
        except NeverOpen as never:
            rows.append({"step": step.title, "due": None, "trouble": str(never)})
            continue
        draft = write_mail(batch, case, step, due=due)
        if draft is None:
            continue
        before = due
        rows.append(
            {
                "step": step.title,
                "due": format_instant(due),
                "guests_time": f"{due.astimezone(case.zone):%a %Y-%m-%d %H:%M} {case.zone.key}",
                "needed": _NEEDED[holds(batch, case, step.key)],
                "approval": step.approval,
                "subject": draft.subject,
                "trouble": draft.mistake,
            }
        )
    return rows
