"""Times that a guest asked for together: Cal.com answers all of them with one yes or no."""

from datetime import datetime, timedelta

from interview_desk.domain.booking_requests import BookingRequest, RequestKind, requests_in
from interview_desk.domain.interviews import Interview, interview_of
from interview_desk.domain.status import Status
from interview_desk.services.ports import Records

_ANSWERS = frozenset({RequestKind.CONFIRM, RequestKind.DECLINE})
# Farther ahead than Cal.com books a series.
_AHEAD = timedelta(days=5 * 366)


async def waiting_together(
    interview: Interview, records: Records, *, now: datetime
) -> tuple[datetime, ...]:
    """When the times begin that wait for the same answer, earliest first; none for a single one."""
    if interview.series_uid is None or interview.status is not Status.REQUESTED:
        return ()
    ahead = map(interview_of, await records.interviews_between(now, now + _AHEAD))
    found = [one.start for one in ahead if is_waiting_in(interview.series_uid, one) and one.start]
    return tuple(sorted(found)) if len(found) > 1 else ()


async def answers_under_way(records: Records) -> dict[str, BookingRequest]:
    """What is being said to whole series, by what tells each from others."""
    found: dict[str, BookingRequest] = {}
    for request in requests_in(await records.open_requests()):
        if request.kind not in _ANSWERS or not request.is_under_way:
            continue
        record = await records.get("interviews", request.interview_id)
        series = interview_of(record).series_uid if record is not None else None
        if series is not None:
            found[series] = request
    return found


def is_waiting_in(series: str, interview: Interview) -> bool:
    """Whether an interview of this series waits for an answer."""
    return interview.series_uid == series and interview.status is Status.REQUESTED
