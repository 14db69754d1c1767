"""What Cal.com has told by itself of a booking that a call of ours was about."""

from collections.abc import Mapping
from typing import Final

from interview_desk.domain.booking_requests import RequestKind
from interview_desk.domain.bookings import ChangeKind
from sync_server.bookings import repository
from sync_server.bookings.requests.jobs import Job
from sync_server.infra.database import Tx

# A booking that had to be confirmed is told of as created when it is, and as new before that.
_TELLS_OF: Final[Mapping[RequestKind, ChangeKind]] = {
    RequestKind.CONFIRM: ChangeKind.CREATED,
    RequestKind.DECLINE: ChangeKind.REJECTED,
}


def has_told_of(tx: Tx, job: Job) -> bool:
    """Whether an event says that the booking was confirmed, or declined, as was asked for.

    That counts where it can be seen in the booking no more, because it has been moved since.
    """
    wanted = _TELLS_OF.get(job.request.kind)
    told = repository.changes_naming(tx, [job.uid] if job.uid else [])
    return any(change.uid == job.uid and change.kind is wanted for change in told.values())
