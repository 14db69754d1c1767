"""What may happen to a request to Cal.com, what each kind needs, and what to offer instead."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from interview_desk.domain.booking_requests import (
    NOT_DONE,
    BookingRequest,
    FreeTime,
    RequestKind,
    RequestState,
)
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.values import Fields, Json

# So long after a lost answer Cal.com may still be at work on the call.
STILL_AT_WORK: Final = timedelta(seconds=30)
# How many free times are offered after a lost race.
OFFERED: Final = 5


class Absences(NamedTuple):
    """Who is to be marked: `host` as absent or there, guests by address likewise."""

    host: bool | None
    guests: tuple[tuple[str, bool], ...]


def check_own_step(changed: Fields, current: Fields | None) -> None:
    """Refuse what a person may not do to a request: all but make it, hasten it or undo it."""
    if current is None:
        if changed.get("state", RequestState.WAITING) != RequestState.WAITING:
            raise _forbidden("A booking request begins by waiting.")
        if changed.get("kind") is None:
            sentence = "A booking request says what is asked of Cal.com."
            raise ChangeRefusedError(Rejection.INVALID_VALUE, sentence)
        return
    if not changed:
        return
    state = current.get("state") or RequestState.WAITING
    if set(changed) == {"dismissed"} and state in NOT_DONE:
        return
    undoes = changed.get("state", RequestState.UNDONE) == RequestState.UNDONE
    if state != RequestState.WAITING or not set(changed) <= {"state", "send_after"} or not undoes:
        raise _forbidden("A booking request on its way can only be undone while it waits.")


def missing_in(request: BookingRequest) -> str | None:
    """One sentence on what `request` lacks to be sent; None where it lacks nothing."""
    match request.kind:
        case RequestKind.CREATE:
            return _missing_for_booking(request)
        case RequestKind.RESCHEDULE:
            return None if request.start else "Choose the new time."
        case RequestKind.MARK_ABSENT:
            return None if absences(request) else "Say who did not come."
        case RequestKind.REASSIGN:
            return None if request.member_id else "Choose who takes the interview."
        case _:
            return None


def _missing_for_booking(request: BookingRequest) -> str | None:
    person = request.guest or {}
    can_be_reached = _says(person.get("email")) or _says(person.get("phone"))
    needed = (
        (request.event_type_id is not None, "Choose an event type."),
        (request.start is not None, "Choose a time."),
        (_says(person.get("name")), "Enter the guest's name."),
        (can_be_reached, "Enter the guest's e-mail address or phone number."),
        (_says(person.get("zone")) or bool(request.zone), "Choose the guest's time zone."),
    )
    return next((sentence for is_there, sentence in needed if not is_there), None)


def absences(request: BookingRequest) -> Absences | None:
    """The marks that `request` asks for; None where it asks for none.

    `{host: true, emails: [..]}` marks as absent, `{host: false, unmark: [..]}` takes it back.
    """
    marks: Mapping[str, Json] = request.absent or {}
    host = marks.get("host")
    # Beside e-mails alone, `host: false` only says that the host is not meant.
    is_meant = host is True or (host is False and "unmark" in marks)
    guests = dict.fromkeys(_texts(marks.get("emails")), True)
    guests |= dict.fromkeys(_texts(marks.get("unmark")), False)
    if not is_meant and not guests:
        return None
    return Absences(host is True if is_meant else None, tuple(guests.items()))


def next_free(free: Sequence[FreeTime], *, wanted: datetime, now: datetime) -> tuple[FreeTime, ...]:
    """What to offer in place of a time that was lost: the next ones, then those just before it."""
    possible = sorted(slot for slot in free if slot.start > now and slot.start != wanted)
    later = [slot for slot in possible if slot.start > wanted][:OFFERED]
    before = [slot for slot in possible if slot.start < wanted]
    return (*before[max(0, len(before) - (OFFERED - len(later))) :], *later)


def offer(free: Sequence[FreeTime], zone: tzinfo) -> str:
    """What is offered as a sentence, in the wall time of `zone`; empty where nothing is."""
    if not free:
        return ""
    local = (slot.start.astimezone(zone) for slot in free)
    return f"Free are: {', '.join(f'{one.day} {one:%b %H:%M}' for one in local)}."


def _says(value: Json) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Json) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _forbidden(sentence: str) -> ChangeRefusedError:
    return ChangeRefusedError(Rejection.FORBIDDEN, sentence)
