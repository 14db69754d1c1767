"""Which interview each chain of bookings is: kept where it can be, new, or two that become one."""

from collections.abc import Sequence
from dataclasses import dataclass

from interview_desk.domain.bookings import FoldedInterview
from sync_server.bookings import repository
from sync_server.bookings.people import fresh_id
from sync_server.infra.database import Tx


@dataclass(frozen=True, slots=True)
class Placed:
    """A chain, the interview it is, and those that turn out to be the same one."""

    folded: FoldedInterview
    interview_id: str
    same: tuple[str, ...]


def placed(tx: Tx, interviews: Sequence[FoldedInterview]) -> list[Placed]:
    """The interview of each chain; the one with the oldest booking survives where there are two.

    A chain that lost a fork comes last, so that the winner keeps the interview they shared.
    """
    uids = [uid for folded in interviews for uid in folded.booking_uids]
    known = repository.interviews_of(tx, uids)
    taken: set[str] = set()
    result = []
    for folded in sorted(interviews, key=lambda one: one.lost_fork_of is not None):
        candidates = [known[uid] for uid in folded.booking_uids if uid in known]
        free = [one for one in dict.fromkeys(candidates) if one not in taken]
        own = free[0] if free else fresh_id(tx)
        same = tuple(one for one in free[1:] if _is_within(tx, one, folded))
        taken |= {own, *same}
        result.append(Placed(folded, own, same))
    return result


def _is_within(tx: Tx, interview_id: str, folded: FoldedInterview) -> bool:
    """Whether nothing of that interview lies outside this chain."""
    return repository.uids_of(tx, interview_id) <= set(folded.booking_uids)
