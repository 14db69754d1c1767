"""What a team has said of an event type, given to each new booking of it: guide and people."""

from interview_desk.domain.ids import assignment_id
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.values import Json
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord

_SERVER = Author("server")
_ASSIGNMENTS = "interview_assignments"


def prepare_new(
    records: RecordBatch, interview_id: str, *, event_type: StoredRecord | None
) -> None:
    """Give an interview that has just been booked its guide and the people who are proposed.

    What somebody has chosen for it before stays.
    """
    interview = records.read("interviews", interview_id)
    if event_type is None or interview is None:
        return
    guide = event_type.fields.get("guide_id")
    if guide and not interview.fields.get("guide_id"):
        records.write("interviews", interview_id, fields={"guide_id": guide}, author=_SERVER)
    for role, member_id in _proposed(event_type):
        _propose(records, interview_id, role=role, member_id=member_id)


def _proposed(event_type: StoredRecord) -> list[tuple[AssignmentRole, str]]:
    roles = event_type.fields.get("roles")
    if not isinstance(roles, dict):
        return []
    return [
        (role, member_id)
        for role in AssignmentRole
        for member_id in _members(roles.get(role.value))
    ]


def _members(named: Json) -> list[str]:
    return [one for one in named if isinstance(one, str)] if isinstance(named, list) else []


def _propose(
    records: RecordBatch, interview_id: str, *, role: AssignmentRole, member_id: str
) -> None:
    member = records.read("poblysh_team_members", member_id)
    here = records.of_interview(interview_id, _ASSIGNMENTS)
    is_here = member_id in {one.fields.get("member_id") for one in here}
    if member is None or member.deleted or is_here:
        return
    fields: dict[str, Json] = {
        "interview_id": interview_id,
        "member_id": member_id,
        "role": role.value,
        "state": AssignmentState.PROPOSED.value,
    }
    part = records.id_within(interview_id, _ASSIGNMENTS, assignment_id(interview_id, member_id))
    records.write(_ASSIGNMENTS, part, fields=fields, author=_SERVER)
