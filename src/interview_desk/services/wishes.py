"""What is asked of Cal.com, laid over what is: the calendar shows a wish at once."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from interview_desk.domain.agenda import Appointment, Waiting, WaitingKind
from interview_desk.domain.booking_requests import (
    NOT_DONE,
    BookingRequest,
    RequestKind,
    RequestState,
    requests_in,
)
from interview_desk.domain.interviews import Interview
from interview_desk.services.ports import Records
from interview_desk.services.series import answers_under_way, is_waiting_in

_MOVES = frozenset({RequestKind.RESCHEDULE, RequestKind.CREATE})
_HOUR = timedelta(hours=1)


class Appointments(Protocol):
    """Interviews with their people, as they are without any wish."""

    async def between(self, start: datetime, end: datetime) -> list[Appointment]:
        """Those that overlap [start, end), earliest first."""
        ...

    async def appointment(self, interview_id: str) -> Appointment | None:
        """One of them, None where it is gone."""
        ...

    def is_ahead(self, appointment: Appointment) -> bool:
        """Whether it is still to come."""
        ...


async def open_wishes(records: Records) -> dict[str, BookingRequest]:
    """The newest request of each interview, unless it is settled."""
    found = {one.interview_id: one for one in requests_in(await records.open_requests())}
    for interview_id, request in list(found.items()):
        over = request.state is RequestState.FAILED and not await _is_last(records, request)
        if over or request.dismissed:
            del found[interview_id]
    return found


async def wish_of(records: Records, interview_id: str) -> BookingRequest | None:
    """The newest request of one interview, unless it is settled."""
    requests = await requests_of(records, interview_id)
    last = next((one for one in reversed(requests) if one.state is not RequestState.UNDONE), None)
    if last is None or last.dismissed or last.state is RequestState.DONE:
        return None
    return last


async def requests_of(records: Records, interview_id: str) -> list[BookingRequest]:
    """Everything that was asked about one interview, oldest first."""
    return requests_in(await records.of_interview("booking_requests", interview_id))


async def wished(
    agenda: Appointments, records: Records, start: datetime, end: datetime
) -> list[Appointment]:
    """What overlaps [start, end) as it will be once Cal.com has done what is asked of it."""
    wishes = await open_wishes(records)
    here = {one.id: one for one in await agenda.between(start, end)}
    for request in wishes.values():
        if request.interview_id not in here and _moves_into(request, start, end):
            found = await agenda.appointment(request.interview_id)
            if found is not None:
                here[found.id] = found
    answered = await answers_under_way(records)
    laid = [
        as_wished(one, wishes.get(one.id) or _answer_to(one.interview, answered))
        for one in here.values()
    ]
    return sorted(_within(laid, start, end), key=_begins)


def as_wished(appointment: Appointment, request: BookingRequest | None) -> Appointment:
    """The appointment with its wish; one that moves stands where it is wished to be."""
    if request is None:
        return appointment
    asked = appointment._replace(asked=request)
    if not request.is_under_way or request.kind not in _MOVES or request.start is None:
        return asked
    interview = appointment.interview
    length = interview.length or _HOUR
    if request.minutes is not None:
        length = timedelta(minutes=request.minutes)
    moved = interview._replace(start=request.start, end=request.start + length)
    return asked._replace(interview=moved)


async def waiting_bookings(agenda: Appointments, records: Records) -> list[Waiting]:
    """What Cal.com did not do, or may not have done, about interviews that are still ahead."""
    found = []
    for request in (await open_wishes(records)).values():
        if request.state not in NOT_DONE:
            continue
        appointment = await agenda.appointment(request.interview_id)
        if appointment is not None and agenda.is_ahead(appointment):
            title, reason = appointment.interview.title, request.error
            found.append(Waiting(WaitingKind.BOOKING, title, request.interview_id, reason=reason))
    return found


def _answer_to(
    interview: Interview, answered: Mapping[str, BookingRequest]
) -> BookingRequest | None:
    series = interview.series_uid
    waits = series is not None and is_waiting_in(series, interview)
    return answered.get(series) if series is not None and waits else None


async def _is_last(records: Records, request: BookingRequest) -> bool:
    later = await wish_of(records, request.interview_id)
    return later is not None and later.id == request.id


def _moves_into(request: BookingRequest, start: datetime, end: datetime) -> bool:
    moves = request.kind in _MOVES and request.is_under_way
    return moves and request.start is not None and start <= request.start < end


def _within(
    appointments: Iterable[Appointment], start: datetime, end: datetime
) -> list[Appointment]:
    return [one for one in appointments if _begins(one) < end and _ends(one) > start]


def _begins(appointment: Appointment) -> datetime:
    start = appointment.interview.start
    assert start is not None  # noqa: S101  - only what has a time lies within a window
    return start


def _ends(appointment: Appointment) -> datetime:
    return appointment.interview.end or _begins(appointment) + _HOUR
