"""What becomes of a request to Cal.com, written into its record."""

from interview_desk.domain.booking_requests import RequestState
from interview_desk.domain.bookings import FoldedInterview
from interview_desk.domain.values import Json
from sync_server.bookings.known import KnownBookings
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch

_SERVER = Author("server")
_SETTLED = frozenset({RequestState.DONE, RequestState.UNDONE})


def write_request(
    records: RecordBatch, request_id: str, state: RequestState, **fields: Json
) -> None:
    """Move a request to `state`; what is given beside it is written too."""
    told = {"state": state.value, **fields}
    records.write("booking_requests", request_id, fields=told, author=_SERVER)


def settle_requests(bookings: KnownBookings, folded: FoldedInterview) -> None:
    """Say of the requests that `folded` names that they are done: here is their booking."""
    for request_id, uid in folded.made:
        request = bookings.request(request_id)
        if request is not None and request.state not in _SETTLED:
            write_request(
                bookings.records,
                request_id,
                RequestState.DONE,
                booking_uid=uid,
                error=None,
            )
