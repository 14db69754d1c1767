"""What a person may change of mails and enrolments, whatever their role."""

from interview_desk.domain.merge import Incoming, Merge, Standing, has_seen
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.sequences.messages import (
    EDITABLE,
    EnrolmentState,
    MessageState,
    may_move,
    may_move_enrolment,
)
from interview_desk.domain.values import Fields, Json

# What a guest reads of a mail.
TEXTS = frozenset({"subject", "text", "html"})
_BY_PEOPLE = TEXTS | {"state", "due"}
# A mail to oneself, to see what the guest would see.
_OF_A_TEST = TEXTS | {"state", "member_id", "language"}
_OF_WHOM = ("sequence_id", "guest_id", "interview_id")


def check_message(changed: Fields, current: Fields | None) -> None:
    """Refuse a change of a mail that only the server makes, or that comes too late."""
    if current is None:
        _check_test(changed)
        return
    if not set(changed) <= _BY_PEOPLE:
        raise _forbidden("Only the server writes this of a mail.")
    state = MessageState(str(current.get("state")))
    if TEXTS & set(changed) and state not in EDITABLE:
        raise _forbidden("Hold the mail before you change its text.")
    wanted = MessageState(str(changed.get("state", state)))
    if not may_move(state, wanted):
        raise _moved(f"A mail that is {_said(state)} cannot become {_said(wanted)}.")
    if "due" in changed and state not in (*EDITABLE, MessageState.QUEUED):
        raise _forbidden("This mail is not waiting any more.")


def check_approved(standing: Standing | None, merge: Merge, incoming: Incoming) -> None:
    """Refuse to let a mail leave whose text is not the one that was approved.

    Who approves says in the base of their change which text they saw; older desks do not.
    """
    approves = merge.changes.get("state") == MessageState.QUEUED
    if standing is None or not approves or not TEXTS & incoming.base.keys():
        return
    if not all(has_seen(name, standing, incoming) for name in TEXTS):
        raise ChangeRefusedError(
            Rejection.TEXT_CHANGED,
            "Its text was changed after you had read it; read it again, then approve it.",
        )


def check_enrolment(changed: Fields, current: Fields | None) -> None:
    """Refuse a change of an enrolment that only the server makes."""
    if current is None:
        _check_new_enrolment(changed)
        return
    if any(name in changed for name in _OF_WHOM):
        raise _forbidden("A follow-up stays with its guest and its sequence.")
    state = EnrolmentState(str(current.get("state") or EnrolmentState.ACTIVE))
    wanted = EnrolmentState(str(changed.get("state", state)))
    if not may_move_enrolment(state, wanted):
        raise _moved(f"A follow-up that is {state} cannot become {wanted}.")


def _check_test(new: Fields) -> None:
    if not set(new) <= _OF_A_TEST or not new.get("member_id"):
        raise _forbidden("The server prepares the mails; enrol the guest instead.")
    if new.get("state", "queued") != MessageState.QUEUED:
        raise _forbidden("A test mail begins by waiting to be sent.")
    if not new.get("subject") or not new.get("text"):
        raise ChangeRefusedError(Rejection.INVALID_VALUE, "A mail has a subject and a text.")


def _check_new_enrolment(new: Fields) -> None:
    if not all(new.get(name) for name in _OF_WHOM):
        raise ChangeRefusedError(
            Rejection.INVALID_VALUE, "A follow-up names its sequence, its guest and the interview."
        )
    begins: Json = new.get("state", EnrolmentState.ACTIVE)
    if begins not in (EnrolmentState.ACTIVE, EnrolmentState.PAUSED):
        raise _forbidden("A follow-up begins active or paused.")


def _said(state: MessageState) -> str:
    return state.replace("_", " ")


def _moved(sentence: str) -> ChangeRefusedError:
    return ChangeRefusedError(Rejection.MOVE_NOT_ALLOWED, sentence)


def _forbidden(sentence: str) -> ChangeRefusedError:
    return ChangeRefusedError(Rejection.FORBIDDEN, sentence)
