"""The hosts of a booking: members of the team are assigned to the interview."""

from collections.abc import Iterable

from interview_desk.domain.bookings import FoldedInterview
from interview_desk.domain.ids import assignment_id
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from sync_server.bookings.clock import NOT_PEOPLE
from sync_server.bookings.written import Written
from sync_server.infra.crypto import normal_email
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch

_CALCOM = Author("calcom")
_ASSIGNMENTS = "interview_assignments"


def write_hosts(
    records: RecordBatch, interview_id: str, *, folded: FoldedInterview, state: Written
) -> bool:
    """Assign the members who are booked: the organizer leads, the others are asked.

    An assignment that a person has touched is theirs; one that is still Cal.com's goes when its
    host does.
    """
    hosts: list[dict[str, str | None]] = [
        {"name": host.name, "email": host.email} for host in folded.hosts
    ]
    if hosts == state.hosts:
        return False
    state.hosts = hosts
    _release(records, interview_id, state=state)
    for place, email in enumerate(_booked(state)):
        _assign(records, interview_id, state=state, email=email, leads=place == 0)
    return True


def assign_newcomers(records: RecordBatch, interview_id: str, *, state: Written) -> bool:
    """Assign the hosts who became members only after the booking; whether there were any.

    Whoever leads already goes on leading.
    """
    before = len(state.assignments)
    for place, email in enumerate(_booked(state)):
        here = records.of_interview(interview_id, _ASSIGNMENTS)
        has_lead = any(one.fields.get("role") == AssignmentRole.LEAD for one in here)
        leads = place == 0 and not has_lead
        _assign(records, interview_id, state=state, email=email, leads=leads)
    return len(state.assignments) > before


def unassigned(state: Written, emails: Iterable[str]) -> bool:
    """Whether one of `emails` is a host who was never assigned."""
    return any(email in _booked(state) and email not in state.assignments for email in emails)


def _booked(state: Written) -> list[str]:
    """The addresses of the hosts, the organizer's first."""
    emails = [host["email"] for host in state.hosts]
    return list(dict.fromkeys(normal_email(email) for email in emails if email))


def _assign(
    records: RecordBatch, interview_id: str, *, state: Written, email: str, leads: bool
) -> None:
    member = records.member_with(email)
    if email in state.assignments or member is None:
        return
    here = records.of_interview(interview_id, _ASSIGNMENTS)
    if member.id in {one.fields.get("member_id") for one in here}:
        return
    # As desks call it: who is asked there at the same moment has one part.
    part = assignment_id(interview_id, member.id)
    state.assignments[email] = records.id_within(interview_id, _ASSIGNMENTS, part)
    role = AssignmentRole.LEAD if leads else AssignmentRole.NOTE_TAKER
    state_now = AssignmentState.ACCEPTED if leads else AssignmentState.PROPOSED
    fields = {
        "interview_id": interview_id,
        "member_id": member.id,
        "role": role.value,
        "state": state_now.value,
    }
    records.write(_ASSIGNMENTS, state.assignments[email], fields=fields, author=_CALCOM)


def _release(records: RecordBatch, interview_id: str, *, state: Written) -> None:
    here = records.of_interview(interview_id, _ASSIGNMENTS)
    untouched = {one.id for one in here if set(one.writers.values()) <= NOT_PEOPLE}
    booked = _booked(state)
    for email in [email for email in state.assignments if email not in booked]:
        record_id = state.assignments.pop(email)
        if record_id in untouched:
            records.write(_ASSIGNMENTS, record_id, fields=None, author=_CALCOM)
