"""Asking Cal.com for what a request wants."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from interview_desk.domain.booking_requests import BookingRequest, FreeTime, RequestKind
from interview_desk.domain.request_rules import absences
from interview_desk.domain.values import Json
from sync_server.bookings.requests.jobs import Job, may_leave
from sync_server.calcom.api.bookings import Booking, NewAttendee, NewBooking
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomOff, CalcomRefused, CalcomUnavailable
from sync_server.calcom.translate import REQUEST_KEY
from sync_server.infra.crypto import normal_email

Bookings = tuple[Booking, ...]

_NOT_A_HOST = "is not a host of this event type at Cal.com. Add them there, or choose another one."
AROUND = timedelta(days=1)
_ON = frozenset({"accepted", "pending"})
_OFFERED_WITHIN = timedelta(days=14)


class NotAHost(Exception):  # noqa: N818  - the sentence is for whoever asked
    """The member cannot take the interview, because Cal.com does not know them there."""


async def ask(api: CalcomApi, job: Job) -> Bookings:
    """Do at Cal.com what is asked for; the bookings as they are afterwards, the wanted one first.

    None of them where it is done and cannot be read just now. Raises what `CalcomApi` raises, and
    NotAHost. CalcomUnwanted where what is to be booked has been deleted a moment ago; CalcomBusy
    where the job is not ours any more, or it is too late for this call.
    """
    return await _ASK[job.request.kind](api.only_while(partial(may_leave, job=job)), job)


async def free_around(api: CalcomApi, job: Job) -> tuple[FreeTime, ...]:
    """The free times near the one that was asked for."""
    request = job.request
    if request.start is None or job.event_type_id is None:
        return ()
    slots = await api.slots(
        job.event_type_id,
        start=request.start - AROUND,
        end=request.start + _OFFERED_WITHIN,
        minutes=_minutes(job),
        moving_uid=job.uid if request.kind is RequestKind.RESCHEDULE else None,
    )
    return tuple(FreeTime(slot.start, slot.end) for slot in slots)


async def _create(api: CalcomApi, job: Job) -> Bookings:
    request = job.request
    guest: Mapping[str, Json] = request.guest or {}
    attendee = NewAttendee(
        name=said(guest, "name") or "",
        zone=said(guest, "zone") or request.zone or "",
        email=said(guest, "email"),
        phone=said(guest, "phone"),
        language=said(guest, "language"),
    )
    made = await api.create_booking(
        NewBooking(
            event_type_id=cast("int", request.event_type_id),
            start=start_of(request),
            attendee=attendee,
            minutes=_minutes(job),
            metadata={REQUEST_KEY: request.id},
        )
    )
    return wanted_first(made, request)


async def _reschedule(api: CalcomApi, job: Job) -> Bookings:
    request = job.request
    if job.starts == request.start:
        # A colleague's move, or a call of ours that took its time; the guest is not told again.
        there = await api.booking(_uid(job))
        if there[0].start == request.start and there[0].status in _ON:
            return there
    return await api.reschedule(_uid(job), start=start_of(request), reason=request.reason)


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
    there = await _as_it_stands(api, job)
    if there and there[0].status in _ON and is_host(there[0], job.member_email):
        return there  # the guest is not told once more of who comes anyway
    user_id = await _user_with(api, job.member_email or "")
    if user_id is None:
        raise NotAHost(f"{job.member_name} {_NOT_A_HOST}")
    await api.reassign(_uid(job), user_id=user_id, reason=job.request.reason or "")
    return await _as_it_stands(api, job)  # else reconciling comes upon the new host


async def _as_it_stands(api: CalcomApi, job: Job) -> Bookings:
    """The booking, where it can be read just now."""
    try:
        return await api.booking(_uid(job))
    except (CalcomUnavailable, CalcomOff, CalcomRefused):
        return ()


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


def is_host(booking: Booking, email: str | None) -> bool:
    """Whether who has this address (in its normal form) takes the booking."""
    hosts = (host.email for host in booking.hosts if host.email)
    return any(normal_email(one) == email for one in hosts)


def wanted_first(made: Bookings, request: BookingRequest) -> Bookings:
    """The bookings of one call, beginning with the one at the time that was asked for."""
    return tuple(sorted(made, key=lambda booking: booking.start != request.start))


def _minutes(job: Job) -> int | None:
    minutes = job.request.minutes
    return minutes if minutes in job.lengths and len(job.lengths) > 1 else None


def start_of(request: BookingRequest) -> datetime:
    """When the booking is to begin."""
    # What is sent has passed `missing_in`.
    return cast("datetime", request.start)


def _uid(job: Job) -> str:
    return cast("str", job.uid)


def said(guest: Mapping[str, Json], name: str) -> str | None:
    """What a guest's form says under this name."""
    value = guest.get(name)
    return value.strip() if isinstance(value, str) and value.strip() else None
