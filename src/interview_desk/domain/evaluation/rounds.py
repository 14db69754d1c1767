"""Rating rounds: who is asked to rate, and when what was given is shown to everybody."""

from collections.abc import Iterable

from interview_desk.domain.evaluation.panel import is_submitted
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.values import Fields

_RATERS = frozenset({AssignmentRole.LEAD, AssignmentRole.NOTE_TAKER, AssignmentRole.OBSERVER})


def asked_raters(assignments: Iterable[Fields]) -> frozenset[str]:
    """The members whose rating the round waits for; a shadow is there to learn."""
    return frozenset(
        str(one.get("member_id"))
        for one in assignments
        if one.get("role") in _RATERS and one.get("state") != AssignmentState.DECLINED
    )


def submitters(sheets: Iterable[Fields]) -> frozenset[str]:
    """The members who have handed in their sheets."""
    return frozenset(str(one.get("member_id")) for one in sheets if is_submitted(one))


def is_round_over(
    interview: Fields, *, assignments: Iterable[Fields], sheets: Iterable[Fields]
) -> bool:
    """Whether everybody may see the ratings: all who were asked have given theirs, or it is closed.

    A sheet can be submitted only once somebody has; a round without any is never over by itself.
    """
    if interview.get("ratings_closed") is True:
        return True
    submitted = submitters(sheets)
    return bool(submitted) and asked_raters(assignments) <= submitted


def sees_ratings(
    member_id: str, interview: Fields, *, assignments: Iterable[Fields], sheets: Iterable[Fields]
) -> bool:
    """Whether a member of the team is shown what others gave: after their own, or at the end."""
    given = list(sheets)
    if member_id in submitters(given):
        return True
    return is_round_over(interview, assignments=assignments, sheets=given)
