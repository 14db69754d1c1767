"""What is asked of Cal.com: the requests as both sides read them.

A request is a record that waits until `send_after`, so that the person can take it back, and is
then carried out by the server, which writes how it went.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from interview_desk.domain.instants import instant_in
from interview_desk.domain.records import Record
from interview_desk.domain.values import Json

# The guest is told of what is asked, so a person has this long to take it back.
UNDO_TIME: Final = timedelta(seconds=10)
# In minutes; no meeting is longer.
_A_WEEK: Final = 7 * 24 * 60


class RequestKind(StrEnum):
    """What is asked for."""

    CREATE = "create"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    DECLINE = "decline"
    MARK_ABSENT = "mark_absent"
    REASSIGN = "reassign"


class RequestState(StrEnum):
    """How far a request has come; a client may only move waiting to undone."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    UNDONE = "undone"


_UNDER_WAY = frozenset({RequestState.WAITING, RequestState.SENDING, RequestState.UNCERTAIN})
# What a person has to know of, until they say that they do.
NOT_DONE: Final = frozenset({RequestState.FAILED, RequestState.UNCERTAIN})


class FreeTime(NamedTuple):
    """A time that can be booked."""

    start: datetime
    end: datetime | None


class BookingRequest(NamedTuple):
    """One request; `start` is of create and reschedule, `from_start` when it was before.

    `next_free` is what Cal.com offers instead of a time that was lost; `dismissed` says that a
    person has seen how it ended and leaves it at that.
    """

    id: str
    kind: RequestKind
    interview_id: str
    state: RequestState = RequestState.WAITING
    event_type_id: int | None = None
    start: datetime | None = None
    from_start: datetime | None = None
    minutes: int | None = None
    zone: str | None = None
    guest: Mapping[str, Json] | None = None
    absent: Mapping[str, Json] | None = None
    member_id: str | None = None
    reason: str | None = None
    send_after: datetime | None = None
    booking_uid: str | None = None
    error: str | None = None
    next_free: tuple[FreeTime, ...] = ()
    dismissed: bool = False

    @property
    def is_under_way(self) -> bool:
        """Whether it may still have its effect."""
        return self.state in _UNDER_WAY

    @property
    def can_be_undone(self) -> bool:
        """Whether nobody outside has heard of it yet."""
        return self.state is RequestState.WAITING


def request_of(record: Record) -> BookingRequest:
    """The request that `record` describes; without a state it waits."""
    fields = record.fields
    return BookingRequest(
        id=record.id,
        kind=RequestKind(str(fields.get("kind"))),
        interview_id=str(fields.get("interview_id") or ""),
        state=RequestState(_text(fields.get("state")) or RequestState.WAITING),
        event_type_id=_number(fields.get("event_type_id")),
        start=_instant(fields.get("start")),
        from_start=_instant(fields.get("from_start")),
        minutes=_length(fields.get("minutes")),
        zone=_text(fields.get("zone")),
        guest=_table(fields.get("guest")),
        absent=_table(fields.get("absent")),
        member_id=_text(fields.get("member_id")),
        reason=_text(fields.get("reason")),
        send_after=_instant(fields.get("send_after")),
        booking_uid=_text(fields.get("booking_uid")),
        error=_text(fields.get("error")),
        next_free=_free_times(fields.get("next_free")),
        dismissed=fields.get("dismissed") is True,
    )


def requests_in(rows: Iterable[Record]) -> list[BookingRequest]:
    """The requests among `rows` of a kind that is known here; newer programs may ask for more."""
    return [request_of(row) for row in rows if row.fields.get("kind")]


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Json) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(value: Json) -> int | None:
    minutes = _number(value)
    return minutes if minutes is not None and 0 < minutes <= _A_WEEK else None


def _instant(value: Json) -> datetime | None:
    return instant_in(value)


def _free_times(value: Json) -> tuple[FreeTime, ...]:
    found = [_table(one) or {} for one in value] if isinstance(value, list) else []
    times = ((_instant(one.get("start")), _instant(one.get("end"))) for one in found)
    return tuple(FreeTime(start, end) for start, end in times if start is not None)


def _table(value: Json) -> Mapping[str, Json] | None:
    return value if isinstance(value, dict) else None
