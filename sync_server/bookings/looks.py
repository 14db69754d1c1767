"""Bookings to be looked at again soon: what an event could not say, or has left unsaid."""

from datetime import timedelta
from typing import Final

from interview_desk.domain.bookings import BookingChange, ChangeKind
from interview_desk.domain.bookings.changes import FOUNDING, is_app
from sync_server.bookings import repository
from sync_server.infra.database import Tx
from sync_server.sync.read import read_record
from sync_server.work import due

KIND: Final = "look"
# Cal.com tells of a booking before it knows its link; the first look is soon, the last is late.
_PAUSES: Final = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))
_LONGEST_KEY = 80


def plan_look(tx: Tx, change: BookingChange) -> None:
    """Have the booking of an event looked at where the event leaves something open."""
    for number, pause in enumerate(_pauses(change)):
        key = f"{number}:{change.uid}"
        if len(key) <= _LONGEST_KEY:
            due.plan(tx, KIND, key, due_at=due.present(tx) + pause)


def _pauses(change: BookingChange) -> tuple[timedelta, ...]:
    if change.kind in FOUNDING and not change.join_url and is_app(change.location):
        return _PAUSES
    # Of a whole series, or of the seats of a booking, only one is named.
    hides_others = change.series or (change.seated and change.kind is ChangeKind.CANCELLED)
    return _PAUSES[:1] if hides_others else ()


def uid_of(tx: Tx, claim: due.Claim) -> str | None:
    """The booking that is to be looked at; None where it has become clear what was open."""
    number, _, uid = claim.key.partition(":")
    if number != "0" and _is_linked(tx, uid):
        return None
    return uid


def _is_linked(tx: Tx, uid: str) -> bool:
    interview_id = repository.interviews_of(tx, [uid]).get(uid)
    if interview_id is None:
        return False
    stored = read_record(tx, repository.the_workspace(tx), "interviews", interview_id)
    return stored is not None and bool(stored.fields.get("join_url"))
