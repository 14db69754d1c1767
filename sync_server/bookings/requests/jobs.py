"""Requests as the work they are: which are open, taking one up, and putting down how it went."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from interview_desk.domain.booking_requests import (
    BookingRequest,
    FreeTime,
    RequestKind,
    RequestState,
    request_of,
)
from interview_desk.domain.flags import Flag
from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.request_rules import missing_in
from interview_desk.domain.status import Status
from interview_desk.domain.values import Fields, Json
from sync_server.bookings import repository
from sync_server.bookings.event_types import lengths_of
from sync_server.bookings.settling import write_request
from sync_server.calcom.api.errors import CalcomBusy
from sync_server.infra.crypto import normal_email
from sync_server.infra.database import Tx
from sync_server.sync.batch import RecordBatch
from sync_server.sync.flags import is_switched_on
from sync_server.sync.read import StoredRecord, as_record
from sync_server.work import due

_OPEN = frozenset({RequestState.WAITING, RequestState.SENDING, RequestState.UNCERTAIN})
_OVER = frozenset({Status.CANCELLED, Status.DECLINED})
_BOOKED_ALREADY = (
    "This interview is booked already, so nothing was sent. Move that booking, or make a new "
    "interview for another one."
)
_BEING_BOOKED = (
    "An earlier booking of this interview may still be made, so nothing was sent. Look at Cal.com; "
    "if it is not there, book a new interview."
)
DELETED: Final = (
    "The interview has been deleted meanwhile, so nothing was sent. Make a new one to book it."
)
_NOTHING_BOOKED = "There is no booking at Cal.com to change. Book the interview first."
# Whoever asked has made other plans by then, and a guest would not know what it is about.
_TOO_LATE: Final = timedelta(days=1)
# How soon a call has to leave once it is taken up, by the clock of leases. It stays well below
# STILL_AT_WORK, after which another server may find that nothing was done, and repeat it.
_LEAVES_WITHIN: Final = timedelta(seconds=15)
SWITCHED_OFF: Final = (
    "Cal.com is switched off, so nothing was sent. Switch it on in Settings, then try again."
)
_LATE = "Cal.com could not be asked for a day, so nothing was sent. Try again if you still want it."
_NO_KEY = (
    "The server has no key for Cal.com, so nothing was sent. Ask whoever runs it to set one "
    "(INTERVIEW_DESK_CALCOM_API_KEY), then try again."
)
_NO_KEY_ANY_MORE = (
    "The server has no key for Cal.com any more, so it cannot find out whether this was done. Look "
    "at Cal.com before you ask again."
)
_NOBODY = "Whoever should take the interview is not in the team any more. Choose somebody else."


class OpenRequest(NamedTuple):
    """A request that is not settled, and since when its last call is under way."""

    request: BookingRequest
    sent_at: datetime | None
    place: int


@dataclass(frozen=True, slots=True)
class Job:
    """A request that was taken up, with what carrying it out takes.

    `uid` is the booking that Cal.com is asked to change, the newest of the interview when the call
    leaves; `later` are those that have continued it since. `starts` is when we know the interview
    to begin; `tries` counts the calls; `lengths` are those that the event type has. `sent_at` and
    `seen_at`, when this was read, are told by the clock of leases, which all servers share.
    """

    request: BookingRequest
    sent_at: datetime
    seen_at: datetime
    tries: int
    uid: str | None = None
    later: tuple[str, ...] = ()
    starts: datetime | None = None
    event_type_id: int | None = None
    lengths: tuple[int, ...] = ()
    member_email: str | None = None
    member_name: str = ""

    @property
    def newest(self) -> str | None:
        """The newest booking of the interview, as far as is known."""
        return self.later[-1] if self.later else self.uid


def open_request(stored: StoredRecord) -> OpenRequest | None:
    """The request in `stored`, unless it is settled or gone."""
    if stored.deleted or stored.fields.get("kind") is None:
        return None
    request = request_of(as_record(stored))
    if request.state not in _OPEN:
        return None
    return OpenRequest(request, _sent_at(stored), stored.created_ver)


def take_up(tx: Tx, request_id: str, *, again: Job | None = None) -> Job | None:
    """Begin with a request that waits: from now on nobody takes it back.

    `again` is the job of one whose last call has had no effect. None where it is not to be sent
    (any more), or cannot be: then it says why. What could not be sent for a day is not sent later
    either.
    """
    with RecordBatch(tx, repository.the_workspace(tx)) as records:
        stored = records.read("booking_requests", request_id)
        found = open_request(stored) if stored else None
        wanted = RequestState.SENDING if again else RequestState.WAITING
        if stored is None or found is None or found.request.state is not wanted:
            return None
        if not again and _is_early(found.request, tx.now):
            return None
        since = _tried_since(stored, found.request)
        job = _job(records, found.request, tries=_tries(stored) + 1)
        lacks = _forbids(tx, since)
        if again is not None and _has_gone_on(again, job, is_late=lacks is not None):
            return None
        lacks = lacks or missing_in(job.request) or _lacks(records, job)
        if lacks is not None:
            write_request(records, request_id, RequestState.FAILED, error=lacks)
            return None
        how: Fields = {
            "sent_at": format_instant(job.sent_at),
            "tries": job.tries,
            "asked_uid": job.uid,
            "tried_since": format_instant(since),
        }
        write_request(records, request_id, RequestState.SENDING, error=None, **how)
        return job


def _has_gone_on(looked_up: Job, job: Job, *, is_late: bool) -> bool:
    """Whether what was found out is of the past: looking again tells more, unless it is late."""
    if looked_up.tries + 1 != job.tries:
        return True  # another server has taken it up
    # It was moved while we looked, perhaps by our own call.
    return looked_up.newest != job.uid and not is_late


def may_leave(tx: Tx, job: Job) -> bool:
    """Whether a call of this job is wanted still, now that its turn has come.

    CalcomBusy where it is not ours any more (another server has taken the request up, or it is
    settled), or too late: others may be about to repeat it.
    """
    records = RecordBatch(tx, repository.the_workspace(tx))
    stored = records.read("booking_requests", job.request.id)
    found = open_request(stored) if stored else None
    is_ours = (
        stored is not None
        and found is not None
        and found.request.state is RequestState.SENDING
        and _tries(stored) == job.tries
    )
    if not is_ours or due.present(tx) >= job.sent_at + _LEAVES_WITHIN:
        raise CalcomBusy(int(_LEAVES_WITHIN.total_seconds()))
    return job.request.kind is not RequestKind.CREATE or _has_interview(records, job.request)


def _has_interview(records: RecordBatch, request: BookingRequest) -> bool:
    """Whether nobody has deleted the interview that a request is about."""
    interview = _interview(records, request.interview_id)
    return interview is None or not interview.deleted


def give_up(tx: Tx, request_id: str) -> None:
    """Say of a request whose time has come that this server has no key to carry it out with.

    It is not sent by itself once there is one: that may be weeks later.
    """
    with RecordBatch(tx, repository.the_workspace(tx)) as records:
        stored = records.read("booking_requests", request_id)
        found = open_request(stored) if stored else None
        if found is None or _is_early(found.request, tx.now):
            return
        if found.request.state is RequestState.WAITING:
            write_request(records, request_id, RequestState.FAILED, error=_NO_KEY)
        else:
            write_request(records, request_id, RequestState.UNCERTAIN, error=_NO_KEY_ANY_MORE)


def resume(tx: Tx, request_id: str) -> Job | None:
    """The job of a request whose call is under way, or was when the server ended."""
    records = RecordBatch(tx, repository.the_workspace(tx))
    stored = records.read("booking_requests", request_id)
    found = open_request(stored) if stored else None
    if stored is None or found is None or found.request.state is RequestState.WAITING:
        return None
    job = _job(records, found.request, tries=_tries(stored))
    job = replace(job, sent_at=found.sent_at or job.sent_at)
    asked_uid = stored.fields.get("asked_uid")
    return _asked_for(job, asked_uid, records) if isinstance(asked_uid, str) else job


def _asked_for(job: Job, asked_uid: str, records: RecordBatch) -> Job:
    """The job with the booking that its call was about, whatever has continued it since."""
    uids = _uids(_interview(records, job.request.interview_id))
    begin = uids.index(asked_uid) + 1 if asked_uid in uids else len(uids)
    return replace(job, uid=asked_uid, later=tuple(uids[begin:]))


def put_back(tx: Tx, job: Job, *, because: str) -> None:
    """Have a request wait again: Cal.com has not heard of it, so that was no call."""
    with RecordBatch(tx, repository.the_workspace(tx)) as records:
        stored = records.read("booking_requests", job.request.id)
        found = open_request(stored) if stored else None
        if stored is None or found is None or found.request.state is not RequestState.SENDING:
            return
        # Unless another server has taken it up meanwhile.
        if _tries(stored) == job.tries:
            told: Fields = {"error": because, "tries": job.tries - 1}
            write_request(records, job.request.id, RequestState.WAITING, **told)


def fail(tx: Tx, request_id: str, *, because: str, free: tuple[FreeTime, ...] = ()) -> None:
    """Say that it will not be done and why; `free` are times that can be had instead."""
    offered: list[Json] = [
        {"start": format_instant(one.start), "end": format_instant(one.end) if one.end else None}
        for one in free
    ]
    _write(
        tx,
        request_id,
        RequestState.FAILED,
        error=because,
        next_free=offered,
        after={RequestState.SENDING, RequestState.UNCERTAIN},
    )


def doubt(tx: Tx, request_id: str, *, because: str) -> None:
    """Say that nobody knows whether it was done; it is looked up again later."""
    _write(tx, request_id, RequestState.UNCERTAIN, error=because, after={RequestState.SENDING})


def _write(
    tx: Tx, request_id: str, state: RequestState, *, after: set[RequestState], **fields: Json
) -> None:
    """Move the request, unless something else has become of it meanwhile."""
    with RecordBatch(tx, repository.the_workspace(tx)) as records:
        stored = records.read("booking_requests", request_id)
        found = open_request(stored) if stored else None
        if found is not None and found.request.state in after:
            write_request(records, request_id, state, **fields)


def _job(records: RecordBatch, request: BookingRequest, *, tries: int) -> Job:
    now = due.present(records.tx)
    job = Job(request, now, now, tries, event_type_id=request.event_type_id)
    interview = _interview(records, request.interview_id)
    if interview is not None:
        event_type, start = (interview.fields.get(name) for name in ("event_type_id", "start"))
        job = replace(
            job,
            uid=next(reversed(_uids(interview)), None),
            starts=parse_instant(start) if isinstance(start, str) else None,
            event_type_id=job.event_type_id
            or (event_type if isinstance(event_type, int) else None),
        )
    if job.event_type_id is not None:
        job = replace(job, lengths=lengths_of(records.tx, job.event_type_id))
    return _with_member(records, job)


def _with_member(records: RecordBatch, job: Job) -> Job:
    if job.request.member_id is None:
        return job
    member = records.read("poblysh_team_members", job.request.member_id)
    email = member.fields.get("email") if member and not member.deleted else None
    if member is None or not isinstance(email, str):
        return job
    name = str(member.fields.get("name") or email)
    return replace(job, member_email=normal_email(email), member_name=name)


def _interview(records: RecordBatch, interview_id: str) -> StoredRecord | None:
    """The interview, or the one that it has become part of."""
    interview = records.read("interviews", interview_id)
    merged_into = interview.fields.get("merged_into") if interview else None
    return records.read("interviews", merged_into) if isinstance(merged_into, str) else interview


def _uids(interview: StoredRecord | None) -> list[str]:
    """The bookings of an interview, oldest first."""
    uids = interview.fields.get("booking_uids") if interview else None
    return [str(uid) for uid in uids] if isinstance(uids, list) else []


def _lacks(records: RecordBatch, job: Job) -> str | None:
    if job.request.kind is RequestKind.CREATE:
        return _forbids_booking(records, job)
    if job.uid is None:
        return _NOTHING_BOOKED
    if job.request.member_id is not None and job.member_email is None:
        return _NOBODY
    return None


def _forbids_booking(records: RecordBatch, job: Job) -> str | None:
    """Why the interview is not booked by this.

    It is gone, or it is booked, or may be, by another one of our calls.
    """
    if not _has_interview(records, job.request):
        return DELETED
    draft = _interview(records, job.request.interview_id)
    if job.uid is not None and not _is_over(records, draft):
        return _BOOKED_ALREADY
    asked = records.of_interview(job.request.interview_id, "booking_requests")
    others = (open_request(one) for one in asked if one.id != job.request.id)
    return _BEING_BOOKED if any(one and _may_book(one.request) for one in others) else None


def _is_over(records: RecordBatch, interview: StoredRecord | None) -> bool:
    """Whether Cal.com has said that its booking is cancelled for good, or was declined."""
    written = repository.written_for(records.tx, [interview.id] if interview else [])
    return any(state.said in _OVER for state in written.values())


def _may_book(request: BookingRequest) -> bool:
    """Whether Cal.com may be making a booking for it; who dismissed it has looked."""
    if request.kind is not RequestKind.CREATE or request.dismissed:
        return False
    return request.state is not RequestState.WAITING


def _is_early(request: BookingRequest, now: datetime) -> bool:
    """Whether it may still be taken back."""
    later = request.send_after if request.state is RequestState.WAITING else None
    return later is not None and later > now


def _forbids(tx: Tx, since: datetime) -> str | None:
    """Why nothing is sent now, whatever is asked for."""
    if not is_switched_on(tx, Flag.CALCOM):
        return SWITCHED_OFF
    return _LATE if tx.now - since > _TOO_LATE else None


def _tried_since(stored: StoredRecord, request: BookingRequest) -> datetime:
    """When it was first to be sent, or sent again after somebody had moved its time."""
    since = stored.fields.get("tried_since")
    if isinstance(since, str):
        return parse_instant(since)
    return max(stored.updated_at, request.send_after or stored.updated_at)


def _tries(stored: StoredRecord) -> int:
    tries = stored.fields.get("tries")
    return tries if isinstance(tries, int) else 0


def _sent_at(stored: StoredRecord) -> datetime | None:
    sent_at = stored.fields.get("sent_at")
    return parse_instant(sent_at) if isinstance(sent_at, str) else None
