"""What a person may not do to a record although their role lets them write it.

The server writes what Cal.com says; people ask for it with a booking request. Statuses move only
as `domain.status` allows. Nothing here is about who somebody is: that is `domain.permissions`.
"""

from collections.abc import Callable, Mapping

from interview_desk.domain.erasure import check_erasure
from interview_desk.domain.evaluation.versions import State, check_version, state_of
from interview_desk.domain.ids import sheet_id
from interview_desk.domain.members import check_member
from interview_desk.domain.merge import YIELDING_WRITERS, Merge, Standing
from interview_desk.domain.records import ENTITIES
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.request_rules import check_own_step
from interview_desk.domain.sequences.edits import check_enrolment, check_message
from interview_desk.domain.status import Status, may_move
from interview_desk.domain.values import Fields, Json, same_value

# Whose or which interview's a record is, is said once.
_LINKS = ("interview_id", "member_id")
_LINKED_FOR_GOOD = frozenset(
    {
        "interview_assignments",
        "interview_guests",
        "interview_answers",
        "interview_insights",
        "rating_sheets",
        "booking_requests",
        "transcripts",
    }
)


_CHECKS: Mapping[str, Callable[[Fields, Fields | None], None]] = {
    "booking_requests": check_own_step,
    "enrolments": check_enrolment,
    "erasures": check_erasure,
    "evaluation_rules": check_version,
    "follow_up_messages": check_message,
    "poblysh_team_members": check_member,
}


def check_edit(entity: str, record_id: str, *, edit: Fields, current: Fields | None) -> None:
    """Refuse an edit by a person that no role may make."""
    held = current or {}
    changed = {name: value for name, value in edit.items() if not same_value(held.get(name), value)}
    _check_server_fields(entity, changed)
    if entity == "interviews":
        _check_booked(changed, current)
    if entity in _CHECKS:
        _CHECKS[entity](changed, current)
    if entity == "rating_sheets" and current is None:
        _check_sheet(record_id, edit)
    if entity in _LINKED_FOR_GOOD and current is not None:
        _check_links(changed, current)


def check_delete(entity: str, current: Fields) -> None:
    """Refuse to delete what only Cal.com or the server can end."""
    if entity == "interviews" and current.get("booking_uids"):
        raise _use_booking_request()
    if entity == "erasures" and current.get("state") != "failed":
        raise _forbidden("What was asked to be erased stays on record.")
    if entity == "booking_requests":
        raise _forbidden("A booking request is undone, not deleted.")
    if entity == "evaluation_rules" and state_of(current) is not State.DRAFT:
        raise _forbidden("Published rules are retired, not deleted: results name them.")
    if entity in ("enrolments", "follow_up_messages"):
        raise _forbidden("Follow-ups are stopped and mails are cancelled, not deleted.")


def check_move(standing: Standing | None, merge: Merge, *, seen: Json) -> None:
    """Refuse a move of an interview's status that the table does not have.

    `seen` is the status the person saw when they moved it; it counts where only the clock or a
    meeting's start or end has moved the interview since.
    """
    if "status" not in merge.changes or standing is None:
        return
    current = standing.fields.get("status")
    if current is None or merge.resets:
        return
    wanted = merge.changes["status"]
    inferred = standing.writers.get("status") in YIELDING_WRITERS
    if _moves(current, wanted) or (inferred and _moves(seen, wanted)):
        return
    raise ChangeRefusedError(
        Rejection.MOVE_NOT_ALLOWED, f"An interview that is {current} cannot become {wanted}."
    )


def is_reopened(standing: Standing | None, merge: Merge) -> bool:
    """Whether a submitted rating sheet becomes a draft again; its author has seen the others."""
    if standing is None:
        return False
    return standing.fields.get("state") == "submitted" and merge.changes.get("state") == "draft"


def _moves(current: Json, wanted: Json) -> bool:
    if not isinstance(current, str) or not isinstance(wanted, str):
        return False
    return may_move(Status(current), Status(wanted))


def _check_server_fields(entity: str, changed: Fields) -> None:
    rules = ENTITIES[entity].fields
    if any(rules[name].server for name in changed):
        raise _forbidden("Only the server writes this.")


def _check_booked(changed: Fields, current: Fields | None) -> None:
    if not current or not current.get("booking_uids"):
        return
    rules = ENTITIES["interviews"].fields
    if any(rules[name].booking for name in changed):
        raise _use_booking_request()


def _check_sheet(record_id: str, edit: Fields) -> None:
    interview_id, member_id = edit.get("interview_id"), edit.get("member_id")
    if not isinstance(interview_id, str) or not isinstance(member_id, str):
        raise ChangeRefusedError(
            Rejection.INVALID_VALUE, "A sheet belongs to a member and an interview."
        )
    if record_id != sheet_id(interview_id, member_id):
        raise ChangeRefusedError(
            Rejection.INVALID_ID, "A member has one sheet for an interview, with the id of both."
        )


def _check_links(changed: Fields, current: Fields) -> None:
    if any(name in changed and current.get(name) is not None for name in _LINKS):
        raise _forbidden("A record stays with its interview and its member.")


def _use_booking_request() -> ChangeRefusedError:
    return ChangeRefusedError(
        Rejection.USE_BOOKING_REQUEST, "Cal.com holds this booking; ask for the change there."
    )


def _forbidden(sentence: str) -> ChangeRefusedError:
    return ChangeRefusedError(Rejection.FORBIDDEN, sentence)
