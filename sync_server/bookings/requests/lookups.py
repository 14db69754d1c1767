"""Finding out at Cal.com what became of a request, before anything is repeated."""

from typing import Final

from interview_desk.domain.booking_requests import BookingRequest, RequestKind
from interview_desk.domain.request_rules import absences
from sync_server.bookings.requests.calls import (
    AROUND,
    Bookings,
    is_host,
    said,
    start_of,
    wanted_first,
)
from sync_server.bookings.requests.jobs import Job
from sync_server.calcom.api.bookings import Booking, BookingQuery
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomRefused, Refusal
from sync_server.calcom.translate import REQUEST_KEY
from sync_server.infra.crypto import normal_email

# A guest rarely has more bookings than this many pages, and none is moved as often.
_PAGES: Final = 5
_LONGEST_CHAIN: Final = 20


async def look_up(api: CalcomApi, job: Job) -> Bookings:
    """The bookings that show that it has been done, the one that does first; none without a sign.

    Asked are the booking that the call was about and those that have continued it since: word of
    what was done mostly comes before the answer.
    """
    if job.request.kind is RequestKind.CREATE:
        return await _booked_by(api, job.request)
    if job.request.kind is RequestKind.RESCHEDULE:
        return await with_successors(api, await _moved(api, job))
    for uid in (job.uid, *job.later):
        found = await _there(api, uid)
        if found and _is_as_wished(job, found[0]):
            return await with_successors(api, found)
    return ()


async def booking_asked(api: CalcomApi, job: Job) -> Bookings:
    """The booking that the call was about, as it stands now; none for what is to be booked."""
    return await _there(api, job.uid)


async def with_successors(api: CalcomApi, found: Bookings) -> Bookings:
    """The bookings, and those that go on from the first: what it says itself is of the past."""
    chain = [*found[:1]]
    while chain and len(chain) < _LONGEST_CHAIN:
        uid = chain[-1].rescheduled_to_uid
        later = await _there(api, None if uid in {one.uid for one in chain} else uid)
        if not later:
            break
        chain.append(later[0])
    return (*found, *chain[1:])


def has_moved_on(job: Job, answered: Bookings) -> bool:
    """Whether an answer is about a booking that goes on as another one."""
    asked = (one for one in answered if one.uid == job.uid)
    return any(one.rescheduled_to_uid not in {None, one.uid} for one in asked)


async def _booked_by(api: CalcomApi, request: BookingRequest) -> Bookings:
    """The booking that carries the request's name, however far from its wish it is by now."""
    email = said(request.guest or {}, "email")
    query = BookingQuery(attendee_email=email, sort="sortCreated")
    if email is None:
        start = start_of(request)
        query = BookingQuery(start_after=start - AROUND, end_before=start + AROUND)
    for page in range(_PAGES):
        answer = await api.bookings(_from(query, page))
        named = [one for one in answer.bookings if _carries(one, request)]
        if named:
            return wanted_first(tuple(named), request)
        if not answer.has_next:
            break
    return ()


def _carries(booking: Booking, request: BookingRequest) -> bool:
    """Whether the booking, or one seat of it, was made by this request.

    Who takes a seat of a booking that others have made does not change what the booking carries.
    """
    seats = (one.metadata or {} for one in booking.attendees)
    return any(metadata.get(REQUEST_KEY) == request.id for metadata in (booking.metadata, *seats))


def _from(query: BookingQuery, page: int) -> BookingQuery:
    return BookingQuery(
        attendee_email=query.attendee_email,
        start_after=query.start_after,
        end_before=query.end_before,
        sort=query.sort,
        skip=page * query.take,
    )


async def _moved(api: CalcomApi, job: Job) -> Bookings:
    """The booking at the wanted time that continues the one that was to be moved."""
    asked = await _there(api, job.uid)
    named = (one.rescheduled_to_uid for one in asked if one.rescheduled_to_uid)
    for uid in dict.fromkeys((*named, *job.later)):
        found = await _there(api, uid)
        if found and found[0].start == job.request.start:
            return found
    return ()


async def _there(api: CalcomApi, uid: str | None) -> Bookings:
    """A booking as it stands at Cal.com; none where there is none any more."""
    if uid is None:
        return ()
    try:
        return await api.booking(uid)
    except CalcomRefused as refused:
        if refused.refusal is Refusal.NOT_FOUND:
            return ()
        raise


def _is_as_wished(job: Job, booking: Booking) -> bool:
    match job.request.kind:
        case RequestKind.CANCEL:
            # What was moved is cancelled there too, and goes on as another booking.
            return booking.status == "cancelled" and booking.rescheduled_to_uid is None
        case RequestKind.CONFIRM:
            return booking.status == "accepted"
        case RequestKind.DECLINE:
            return booking.status == "rejected"
        case RequestKind.MARK_ABSENT:
            return _is_marked(job.request, booking)
        case _:
            return is_host(booking, job.member_email)


def _is_marked(request: BookingRequest, booking: Booking) -> bool:
    marks = absences(request)
    if marks is None:
        return False
    known = {normal_email(one.email): one.absent for one in booking.attendees if one.email}
    told = all(known.get(normal_email(email)) is absent for email, absent in marks.guests)
    return told and marks.host in {None, booking.absent_host}
