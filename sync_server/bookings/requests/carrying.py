"""One request on its way: sent once, looked up before anything is repeated, settled for good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from interview_desk.domain.booking_requests import (
    BookingRequest,
    FreeTime,
    RequestKind,
    RequestState,
)
from interview_desk.domain.bookings import BookingChange, ChangeKind, Person
from interview_desk.domain.request_rules import STILL_AT_WORK, absences, next_free, offer
from sync_server.bookings import repository
from sync_server.bookings.requests import jobs
from sync_server.bookings.requests.calls import Bookings, NotAHost, ask, free_around
from sync_server.bookings.requests.heard import has_told_of
from sync_server.bookings.requests.jobs import Job
from sync_server.bookings.requests.lookups import (
    booking_asked,
    has_moved_on,
    look_up,
    with_successors,
)
from sync_server.bookings.service import absorb_answers, keep_marks
from sync_server.bookings.settling import write_request
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import (
    CalcomBusy,
    CalcomOff,
    CalcomRefused,
    CalcomUnavailable,
    CalcomUncertain,
    CalcomUnwanted,
    SlotTaken,
)
from sync_server.calcom.snapshots import snapshot_of
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.sync.batch import RecordBatch

# How often Cal.com is asked in all when it never says what became of it.
_TRIES: Final = 3
# How long until the next look, where an answer was lost.
_LOOK_AGAIN: Final = timedelta(seconds=3)
_LATER: Final = timedelta(seconds=15)
_AWAY = "Cal.com cannot be reached now. It is tried again by itself."
_BUSY = "More was asked of Cal.com than it takes at once. It is tried again by itself."
_MOVED = (
    "The booking has been moved at Cal.com meanwhile. Look at its new time, then ask again if you "
    "still want it."
)
# What is meant for the interview itself, whichever booking it has.
_OF_THE_INTERVIEW: Final = frozenset({RequestKind.CANCEL, RequestKind.CREATE})
_MOVED_IN_DOUBT = (
    "The booking has been moved at Cal.com meanwhile, and Cal.com has not said whether it was "
    "{answered} before that. Look at its new time, then ask again if you still want it."
)
# Why nothing leaves, where that is not in what was raised.
_WHY: Final = {CalcomOff: jobs.SWITCHED_OFF, CalcomUnwanted: jobs.DELETED}
# What leaves no trace in a booking that has been moved since.
_ANSWERED: Final = {RequestKind.CONFIRM: "confirmed", RequestKind.DECLINE: "declined"}
_IN_DOUBT = (
    "Cal.com has not said whether this was done. Look at Cal.com before you ask again; it is "
    "looked up regularly until it is known."
)


async def send(parts: Parts, api: CalcomApi, request_id: str) -> timedelta | None:
    """Carry out a request that waits; how long until it is to be looked at again, if at all."""
    job = await parts.database.write(partial(jobs.take_up, request_id=request_id))
    # Nothing leaves now: its time has been moved, or it says why it is not sent at all.
    return _LATER if job is None else await _call(parts, api, job)


async def resume(parts: Parts, api: CalcomApi, request_id: str) -> timedelta | None:
    """Find out what became of a request whose answer was lost, and repeat it where that is safe.

    How long until it is to be looked at again; None where it is settled, or in doubt for longer.
    """
    job = await parts.database.write(partial(jobs.resume, request_id=request_id))
    if job is None:
        return None
    read_at = parts.clock.now()
    try:
        found = await look_up(api, job)
    except CalcomBusy as busy:
        # That says nothing of what became of it.
        if job.request.state is RequestState.SENDING:
            return timedelta(seconds=busy.seconds)
        return await _unknown(parts, job)
    except (CalcomUnavailable, CalcomOff, CalcomRefused):
        return await _unknown(parts, job)
    if found:
        await parts.database.write(partial(_done, job=job, found=found, read_at=read_at))
        return None
    return await _not_done(parts, api, job)


async def _not_done(parts: Parts, api: CalcomApi, job: Job) -> timedelta | None:
    """Nothing shows that it was done: wait, ask again, or leave it to a person."""
    if job.request.state is RequestState.UNCERTAIN:
        return None
    # What was still under way at Cal.com when we looked may be done by now.
    if job.seen_at < job.sent_at + STILL_AT_WORK:
        return _LOOK_AGAIN
    if job.later and job.request.kind not in _OF_THE_INTERVIEW:
        await _was_moved(parts, job, lost=job.tries)
        return None
    if job.tries >= _TRIES:
        return await _unknown(parts, job)
    return await _call_again(parts, api, job)


async def _call_again(parts: Parts, api: CalcomApi, job: Job) -> timedelta | None:
    again = await parts.database.write(partial(jobs.take_up, request_id=job.request.id, again=job))
    return _LATER if again is None else await _call(parts, api, again)


async def _call(parts: Parts, api: CalcomApi, job: Job) -> timedelta | None:
    read_at = parts.clock.now()
    try:
        found = await _continued(api, job) or await ask(api, job)
    except CalcomUncertain:
        return _LOOK_AGAIN
    except CalcomUnavailable as away:
        return await _put_back(parts, job, away)
    except (CalcomOff, CalcomUnwanted, NotAHost) as nothing_sent:
        await _fail(parts, job, _WHY.get(type(nothing_sent)) or str(nothing_sent))
        return None
    except CalcomRefused as refused:
        return await _refused(parts, api, job, refused)
    if has_moved_on(job, found):
        return await _moved_on(parts, api, job, found)
    await parts.database.write(partial(_done, job=job, found=found, read_at=read_at))
    return None


async def _continued(api: CalcomApi, job: Job) -> Bookings:
    """The cancelled booking in whose place another one is wanted, where the guest has made one."""
    if job.request.kind is not RequestKind.CREATE:
        return ()
    before = await booking_asked(api, job)
    return before if has_moved_on(job, before) else ()


async def _put_back(parts: Parts, job: Job, away: CalcomUnavailable) -> timedelta:
    """Nothing was carried out; it is tried again when there may be room."""
    because, later = _AWAY, _LATER
    if isinstance(away, CalcomBusy):
        because, later = _BUSY, timedelta(seconds=away.seconds)
    await parts.database.write(partial(jobs.put_back, job=job, because=because))
    return later


async def _refused(
    parts: Parts, api: CalcomApi, job: Job, refused: CalcomRefused
) -> timedelta | None:
    """Cal.com does not do it: perhaps because it is done, be it by our own earlier call."""
    read_at = parts.clock.now()
    try:
        done = await look_up(api, job)
        is_lost_race = isinstance(refused, SlotTaken) and not done
        free = await free_around(api, job) if is_lost_race else ()
        now = await booking_asked(api, job) if not done else ()
    except (CalcomUnavailable, CalcomOff, CalcomRefused):
        done, free, now = (), (), ()
        if job.tries > 1 or job.request.kind is RequestKind.CANCEL:
            return _LOOK_AGAIN
    if done:
        await parts.database.write(partial(_done, job=job, found=done, read_at=read_at))
        return None
    if has_moved_on(job, now):
        return await _moved_on(parts, api, job, now)
    await _fail(parts, job, str(refused), free)
    return None


async def _moved_on(parts: Parts, api: CalcomApi, job: Job, found: Bookings) -> timedelta | None:
    """The booking goes on as another one, of which we had not heard.

    What was asked for was meant for the time before; only who cancels means the interview itself.
    """
    read_at = parts.clock.now()
    try:
        chain = await with_successors(api, found)
    except CalcomUnavailable as away:
        if job.request.kind is RequestKind.CANCEL:
            return await _put_back(parts, job, away)
        chain = ()
    except (CalcomOff, CalcomRefused):
        chain = ()
    later = tuple(one.uid for one in chain[len(found) :])
    if later:
        await parts.database.write(partial(_take_over, chain=chain, read_at=read_at))
    if later and job.request.kind is RequestKind.CANCEL and job.tries < _TRIES:
        return await _call_again(parts, api, replace(job, later=later))
    # This call has had its answer, but there may have been others before.
    await _was_moved(parts, job, lost=job.tries - 1)
    return None


async def _was_moved(parts: Parts, job: Job, *, lost: int) -> None:
    """End what was meant for the time before, of which `lost` calls have had no answer."""
    answered = _ANSWERED.get(job.request.kind)
    if answered is None or not lost:
        await _fail(parts, job, _MOVED)
        return
    if await parts.database.read(partial(has_told_of, job=job)):
        read_at = parts.clock.now()
        await parts.database.write(partial(_done, job=job, found=(), read_at=read_at))
        return
    await _fail(parts, job, _MOVED_IN_DOUBT.format(answered=answered))


def _take_over(tx: Tx, *, chain: Bookings, read_at: datetime) -> None:
    """Bring the interview in line with what it has become at Cal.com."""
    absorb_answers(tx, [snapshot_of(booking, read_at=read_at) for booking in chain])


async def _fail(parts: Parts, job: Job, because: str, free: tuple[FreeTime, ...] = ()) -> None:
    wanted = job.request.start
    offered = next_free(free, wanted=wanted, now=parts.clock.now()) if wanted else ()
    said = f"{because} {offer(offered, _zone_of(job.request))}".strip()
    await parts.database.write(
        partial(jobs.fail, request_id=job.request.id, because=said, free=offered)
    )


def _zone_of(request: BookingRequest) -> tzinfo:
    try:
        return ZoneInfo(request.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


async def _unknown(parts: Parts, job: Job) -> timedelta | None:
    """Nobody can say now what became of it."""
    if job.request.state is RequestState.UNCERTAIN:
        return None
    if job.seen_at < job.sent_at + STILL_AT_WORK:
        return _LOOK_AGAIN
    await parts.database.write(partial(jobs.doubt, request_id=job.request.id, because=_IN_DOUBT))
    return None


def _done(tx: Tx, job: Job, *, found: Bookings, read_at: datetime) -> None:
    """Bring the interviews in line with what Cal.com did, and say that it is done."""
    answers = [snapshot_of(booking, read_at=read_at) for booking in found]
    request = job.request
    if request.kind is RequestKind.CREATE:
        answers[0] = replace(answers[0], request_id=request.id)
    absorb_answers(tx, answers)
    marks = absences(request) if request.kind is RequestKind.MARK_ABSENT else None
    if marks is not None:
        people = tuple(Person(email=email, absent=absent) for email, absent in marks.guests)
        change = BookingChange(
            kind=ChangeKind.NO_SHOW_UPDATED,
            uid=answers[0].uid,
            people=people,
            absent_host="" if marks.host else None,
            host_came=marks.host is False,
        )
        keep_marks(tx, change)
    booking_uid = answers[0].uid if answers else job.uid
    with RecordBatch(tx, repository.the_workspace(tx)) as records:
        stored = records.read("booking_requests", request.id)
        if stored is not None and jobs.open_request(stored) is not None:
            write_request(
                records, request.id, RequestState.DONE, booking_uid=booking_uid, error=None
            )
