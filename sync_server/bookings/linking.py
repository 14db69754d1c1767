"""What Cal.com has recorded is linked to its interview as soon as every guest agrees."""

from collections.abc import Iterable
from functools import partial

from sync_server.bookings import repository
from sync_server.bookings.known import KnownBookings
from sync_server.bookings.people import link_announced
from sync_server.bookings.watch import changed_since
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.sync.consent import agrees_to_recording
from sync_server.sync.counter import position

_GUESTS = "interview_guests"


class Consents:
    """Remembers up to where guests were looked at; a server that begins anew looks at all."""

    def __init__(self) -> None:
        self._seen: int | None = None

    async def follow(self, parts: Parts) -> None:
        """Link what waits for a yes that has been said since the last look.

        Who is taken out of an interview is no longer waited for.
        """
        if self._seen is None:
            reached, interviews = await parts.database.read(_all_that_waits)
        else:
            found = await parts.database.read(
                partial(changed_since, seen=self._seen, entity=_GUESTS)
            )
            reached = found.reached
            interviews = {
                str(one.interview_id)
                for one in found.records
                if one.deleted or agrees_to_recording(one)
            }
        if interviews:
            await parts.database.write(partial(link, interview_ids=interviews))
        self._seen = reached


def link(tx: Tx, interview_ids: Iterable[str]) -> None:
    """Make records of what is only announced of these interviews, where their guests agree."""
    states = repository.written_for(tx, interview_ids)
    waiting = {one: state for one, state in states.items() if any(state.announced)}
    if not waiting:
        return
    with KnownBookings(tx) as bookings:
        bookings.learn(uid for state in waiting.values() for uid in state.booking_uids)
        for interview_id in waiting:
            state = bookings.last_written(interview_id)
            if link_announced(bookings.records, interview_id, state=state):
                bookings.remember_written(interview_id, state)


def _all_that_waits(tx: Tx) -> tuple[int, set[str]]:
    states = repository.all_written(tx).items()
    reached = position(tx, repository.the_workspace(tx)).seq
    return reached, {interview_id for interview_id, state in states if any(state.announced)}
