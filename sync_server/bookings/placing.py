"""Which interview each chain of bookings is: kept where it can be, new, or two that become one."""

from collections.abc import Sequence
from dataclasses import dataclass

from interview_desk.domain.booking_requests import RequestKind
from interview_desk.domain.bookings import FoldedInterview
from sync_server.bookings.known import KnownBookings


@dataclass(frozen=True, slots=True)
class Placed:
    """A chain, the interview it is, and those that turn out to be the same one."""

    folded: FoldedInterview
    interview_id: str
    same: tuple[str, ...]


def placed(bookings: KnownBookings, interviews: Sequence[FoldedInterview]) -> list[Placed]:
    """The interview of each chain; the one with the oldest booking survives where there are two.

    A draft that waits for the booking survives any other: somebody is looking at it.
    A chain that lost a fork comes last, so that the winner keeps the interview they shared.
    """
    taken: set[str] = set()
    result = []
    for folded in sorted(interviews, key=lambda one: one.lost_fork_of is not None):
        candidates = dict.fromkeys(
            [_draft_for(bookings, folded), *map(bookings.interview_of, folded.booking_uids)]
        )
        free = [one for one in candidates if one is not None and one not in taken]
        own = free[0] if free else bookings.records.fresh_id("interviews")
        same = tuple(one for one in free[1:] if _is_within(bookings, one, folded))
        taken |= {own, *same}
        result.append(Placed(folded, own, same))
    return result


def _draft_for(bookings: KnownBookings, folded: FoldedInterview) -> str | None:
    """The interview that somebody made to be filled by this booking, while it has none yet."""
    for request_id, _uid in folded.made:
        request = bookings.request(request_id)
        if request is None or request.kind is not RequestKind.CREATE:
            continue
        # Of a series, the occurrence that was asked for.
        if folded.series and folded.start != request.start:
            continue
        interview = bookings.records.read("interviews", request.interview_id)
        if interview and not interview.deleted and not interview.fields.get("booking_uids"):
            return interview.id
    return None


def _is_within(bookings: KnownBookings, interview_id: str, folded: FoldedInterview) -> bool:
    """Whether nothing of that interview lies outside this chain."""
    return bookings.uids_of(interview_id) <= set(folded.booking_uids)
