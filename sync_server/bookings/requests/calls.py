"""Asking Cal.com for what a request wants, and finding out whether it has been done already."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

from interview_desk.domain.booking_requests import BookingRequest, FreeTime, RequestKind
from interview_desk.domain.request_rules import absences
from interview_desk.domain.values import Json
from sync_server.bookings.requests.jobs import Job
from sync_server.calcom.api.bookings import Booking, BookingQuery, NewAttendee, NewBooking
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomOff, CalcomRefused, CalcomUnavailable, Refusal
from sync_server.calcom.translate import REQUEST_KEY
from sync_server.infra.crypto import normal_email

Bookings = tuple[Booking, ...]

_NOT_A_HOST = "is not a host of this event type at Cal.com. Add them there, or choose another one."
# A guest rarely has more bookings than this many pages.
_PAGES = 5
_AROUND = timedelta(days=1)
_OFFERED_WITHIN = timedelta(days=14)


class NotAHost(Exception):  # noqa: N818  - the sentence is for whoever asked
    """The member cannot take the interview, because Cal.com does not know them there."""


async def ask(api: CalcomApi, job: Job) -> Bookings:
    """Do at Cal.com what is asked for; the bookings as they are afterwards, the wanted one first.

    None of them where it is done and cannot be read just now. Raises what `CalcomApi` raises, and
    NotAHost.
    """
    return await _ASK[job.request.kind](api, job)


async def look_up(api: CalcomApi, job: Job) -> Bookings:
    """The bookings that show that it has been done; none where nothing shows it.

    Asked are the booking that the call was about and those that have continued it since: word of
    what was done mostly comes before the answer.
    """
    if job.request.kind is RequestKind.CREATE:
        return await _booked_by(api, job.request)
    if job.request.kind is RequestKind.RESCHEDULE:
        return await _moved(api, job)
    for uid in (job.uid, *job.later):
        found = await _there(api, uid)
        if found and _is_as_wished(job, found[0]):
            return found
    return ()


async def free_around(api: CalcomApi, job: Job) -> tuple[FreeTime, ...]:
    """The free times near the one that was asked for."""
    request = job.request
    if request.start is None or job.event_type_id is None:
        return ()
    slots = await api.slots(
        job.event_type_id,
        start=request.start - _AROUND,
        end=request.start + _OFFERED_WITHIN,
        minutes=_minutes(job),
        moving_uid=job.uid if request.kind is RequestKind.RESCHEDULE else None,
    )
    return tuple(FreeTime(slot.start, slot.end) for slot in slots)


async def _create(api: CalcomApi, job: Job) -> Bookings:
    request = job.request
    guest: Mapping[str, Json] = request.guest or {}
    attendee = NewAttendee(
        name=_said(guest, "name") or "",
        zone=_said(guest, "zone") or request.zone or "",
        email=_said(guest, "email"),
        phone=_said(guest, "phone"),
        language=_said(guest, "language"),
    )
    made = await api.create_booking(
        NewBooking(
            event_type_id=cast("int", request.event_type_id),
            start=_start(request),
            attendee=attendee,
            minutes=_minutes(job),
            metadata={REQUEST_KEY: request.id},
        )
    )
    return _wanted_first(made, request)


async def _reschedule(api: CalcomApi, job: Job) -> Bookings:
    request = job.request
    return await api.reschedule(_uid(job), start=_start(request), reason=request.reason)


async def _cancel(api: CalcomApi, job: Job) -> Bookings:
    return await api.cancel(_uid(job), reason=job.request.reason)


async def _confirm(api: CalcomApi, job: Job) -> Bookings:
    return await _with_its_series(api, await api.confirm(_uid(job)))


async def _decline(api: CalcomApi, job: Job) -> Bookings:
    declined = await api.decline(_uid(job), reason=job.request.reason)
    return await _with_its_series(api, declined)


async def _with_its_series(api: CalcomApi, answered: Bookings) -> Bookings:
    """What was answered, and what Cal.com has answered with it without telling."""
    series = next((one.recurring_booking_uid for one in answered), None)
    if series is None:
        return answered
    try:
        together = await api.booking(series)
    except (CalcomUnavailable, CalcomOff, CalcomRefused):
        return answered  # the answer is given; reconciling comes upon the others
    uids = {one.uid for one in answered}
    return (*answered, *(one for one in together if one.uid not in uids))


async def _mark_absent(api: CalcomApi, job: Job) -> Bookings:
    marks = absences(job.request)
    host, guests = (marks.host, marks.guests) if marks else (None, ())
    return await api.mark_absent(_uid(job), host=host, attendees=guests)


async def _reassign(api: CalcomApi, job: Job) -> Bookings:
    user_id = await _user_with(api, job.member_email or "")
    if user_id is None:
        raise NotAHost(f"{job.member_name} {_NOT_A_HOST}")
    await api.reassign(_uid(job), user_id=user_id, reason=job.request.reason or "")
    try:
        return await api.booking(_uid(job))
    except (CalcomUnavailable, CalcomOff, CalcomRefused):
        return ()  # it is done; reconciling comes upon the new host


_ASK: Mapping[RequestKind, Callable[[CalcomApi, Job], Awaitable[Bookings]]] = {
    RequestKind.CREATE: _create,
    RequestKind.RESCHEDULE: _reschedule,
    RequestKind.CANCEL: _cancel,
    RequestKind.CONFIRM: _confirm,
    RequestKind.DECLINE: _decline,
    RequestKind.MARK_ABSENT: _mark_absent,
    RequestKind.REASSIGN: _reassign,
}


async def _user_with(api: CalcomApi, email: str) -> int | None:
    for team in await api.teams():
        for member in await api.team_members(team.id):
            if member.email and normal_email(member.email) == email:
                return member.user_id
    return None


async def _booked_by(api: CalcomApi, request: BookingRequest) -> Bookings:
    """The booking that carries the request's name, however far from its wish it is by now."""
    email = _said(request.guest or {}, "email")
    query = BookingQuery(attendee_email=email, sort="sortCreated")
    if email is None:
        start = _start(request)
        query = BookingQuery(start_after=start - _AROUND, end_before=start + _AROUND)
    for page in range(_PAGES):
        answer = await api.bookings(_from(query, page))
        named = [one for one in answer.bookings if _carries(one, request)]
        if named:
            return _wanted_first(tuple(named), request)
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
            hosts = (host.email for host in booking.hosts if host.email)
            return any(normal_email(email) == job.member_email for email in hosts)


def _is_marked(request: BookingRequest, booking: Booking) -> bool:
    marks = absences(request)
    if marks is None:
        return False
    known = {normal_email(one.email): one.absent for one in booking.attendees if one.email}
    told = all(known.get(normal_email(email)) is absent for email, absent in marks.guests)
    return told and marks.host in {None, booking.absent_host}


def _wanted_first(made: Bookings, request: BookingRequest) -> Bookings:
    return tuple(sorted(made, key=lambda booking: booking.start != request.start))


def _minutes(job: Job) -> int | None:
    minutes = job.request.minutes
    return minutes if minutes in job.lengths and len(job.lengths) > 1 else None


def _start(request: BookingRequest) -> datetime:
    # What is sent has passed `missing_in`.
    return cast("datetime", request.start)


def _uid(job: Job) -> str:
    return cast("str", job.uid)


def _said(guest: Mapping[str, Json], name: str) -> str | None:
    value = guest.get(name)
    return value.strip() if isinstance(value, str) and value.strip() else None
