"""What was said and recorded is kept only where every guest has said yes to being recorded."""

from interview_desk.domain.interviews import Consent, guest_of
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.values import Fields
from sync_server.infra.database import Tx
from sync_server.sync.read import StoredRecord, as_record, records_of_interview

NOT_AGREED = "Not every guest has said yes to being recorded. Ask, and note the answer in Capture."


def all_agree(tx: Tx, workspace_id: str, interview_id: str) -> bool:
    """Whether the interview has guests, and each of them has said yes."""
    guests = records_of_interview(tx, workspace_id, interview_id, entity="interview_guests")
    return bool(guests) and all(map(agrees_to_recording, guests))


def check_transcript(tx: Tx, workspace_id: str, *, edit: Fields, current: Fields) -> None:
    """Refuse to take the words of a conversation that its guests have not agreed to."""
    interview_id = current.get("interview_id") or edit.get("interview_id")
    if not edit.get("cues") or not isinstance(interview_id, str):
        return
    if not all_agree(tx, workspace_id, interview_id):
        raise ChangeRefusedError(Rejection.FORBIDDEN, NOT_AGREED)


def agrees_to_recording(guest: StoredRecord) -> bool:
    """Whether this guest has said yes to being recorded."""
    return _said(guest) is Consent.YES


def refuses_recording(guest: StoredRecord) -> bool:
    """Whether this guest has said no to being recorded."""
    return _said(guest) is Consent.NO


def _said(guest: StoredRecord) -> Consent:
    return guest_of(as_record(guest)).consent_recording
