"""Where a booked interview goes when Cal.com, its clock and people speak at different times."""

from dataclasses import dataclass

from interview_desk.domain.bookings import FoldedInterview, Progress, with_progress
from interview_desk.domain.status import Status, may_move
from sync_server.bookings.written import Written

# A person's judgement after the meeting; only a newer booking begins anew.
_JUDGED = frozenset({Status.EVALUATED, Status.ARCHIVED})
# Cal.com's last words on a booking; the others leave alone what a person has moved since.
_FINAL = frozenset({Status.CANCELLED, Status.DECLINED, Status.RESCHEDULE_REQUESTED, Status.NO_SHOW})
# Where an interview may return to when an absence is taken back.
RETURNABLE = frozenset({Status.IN_PROGRESS, Status.HELD}) | _JUDGED


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the interview stands now, and whether a person put it there."""

    status: Status
    by_person: bool


def word(folded: FoldedInterview, state: Written, now: Standing) -> Status:
    """The status after Cal.com's own word, before the meeting's progress."""
    if state.newest != folded.booking_uids[-1]:
        return folded.said
    if state.said == folded.said or now.status in _JUDGED:
        return now.status
    if state.said is Status.NO_SHOW and folded.said not in _FINAL:
        return _unmarked(folded, state, now)
    if now.by_person and not _outweighs(folded.said, now.status):
        return now.status
    return folded.said


def _outweighs(said: Status, judged: Status) -> bool:
    """Whether Cal.com's last word moves on what a person has set; `held` is not cancelled."""
    return said in _FINAL and may_move(judged, said)


def _unmarked(folded: FoldedInterview, state: Written, now: Standing) -> Status:
    """Back to what it was, unless a person has moved it on meanwhile."""
    if now.status is not Status.NO_SHOW:
        return now.status
    return state.before_no_show or folded.said


def progressed(said: Status, *, heard: Progress, known: Progress, anew: bool) -> Status:
    """`said` moved on by MEETING_* events; each moves an interview once, or again after new words.

    `heard` is how far the meeting is, `known` how far it was when last written.
    """
    is_old = heard in {Progress.NONE, known} or known is Progress.ENDED
    if said in _JUDGED or (is_old and not anew):
        return said
    return with_progress(said, heard)
