"""Members who join after a booking that they host: the interview becomes theirs all the same."""

from functools import partial

from interview_desk.domain.instants import instant_in
from interview_desk.domain.status import Status
from sync_server.bookings import repository
from sync_server.bookings.hosts import assign_newcomers, unassigned
from sync_server.bookings.known import KnownBookings
from sync_server.bookings.watch import changed_since
from sync_server.bookings.written import Written
from sync_server.infra.crypto import normal_email
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.sync.read import StoredRecord

_MEMBERS = "poblysh_team_members"
_OVER = {Status.CANCELLED, Status.DECLINED, Status.ARCHIVED}


class Newcomers:
    """Remembers whom it has looked at; a new address counts like a new member."""

    def __init__(self) -> None:
        self._seen = -1

    async def welcome(self, parts: Parts) -> None:
        """Assign whoever is new to the interviews to come that they host."""
        changed = partial(changed_since, seen=self._seen, entity=_MEMBERS)
        members, reached = await parts.database.read(changed)
        if members:
            emails = {normal_email(str(one.fields.get("email") or "")) for one in members}
            hosted = await parts.database.read(partial(_hosted, emails=emails))
            if hosted:
                await parts.database.write(partial(_assign, interviews=hosted))
        self._seen = reached


def _hosted(tx: Tx, emails: set[str]) -> dict[str, list[str]]:
    """The bookings to come that one of `emails` hosts without an assignment, by interview."""
    return {
        interview_id: state.booking_uids
        for interview_id, state in repository.all_written(tx).items()
        if unassigned(state, emails) and _is_to_come(tx, state)
    }


def _is_to_come(tx: Tx, state: Written) -> bool:
    end = instant_in(state.fields.get("end"))
    return end is not None and end > tx.now


def _assign(tx: Tx, interviews: dict[str, list[str]]) -> None:
    with KnownBookings(tx) as bookings:
        bookings.learn(uid for uids in interviews.values() for uid in uids)
        for interview_id in interviews:
            state = bookings.last_written(interview_id)
            interview = bookings.records.read("interviews", interview_id)
            if not _is_on(interview):
                continue
            if assign_newcomers(bookings.records, interview_id, state=state):
                bookings.remember_written(interview_id, state)


def _is_on(interview: StoredRecord | None) -> bool:
    if interview is None or interview.deleted:
        return False
    return interview.fields.get("status") not in _OVER
