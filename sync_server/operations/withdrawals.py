"""What was recorded is erased when a guest no longer agrees to it, unless they soon do again."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from interview_desk.domain.consent import KEPT_AFTER_NO
from sync_server.bookings.repository import the_workspace
from sync_server.bookings.watch import changed_since
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.models.records import records
from sync_server.sync.consent import refuses_recording
from sync_server.sync.read import StoredRecord, records_of_interview
from sync_server.sync.removal.erasing import all_of_interview, erase

_GUESTS = "interview_guests"
_RECORDED = frozenset({"recordings", "transcripts"})


class Withdrawals:
    """Remembers who has said no, and since when; a server that begins anew reads them all."""

    def __init__(self) -> None:
        self._seen = -1
        # By guest: the interview, and when what was recorded of it goes.
        self._due: dict[str, tuple[str, datetime]] = {}

    async def look(self, parts: Parts) -> datetime | None:
        """Erase what is due, and say when the next will be."""
        changed = partial(changed_since, seen=self._seen, entity=_GUESTS)
        guests, self._seen = await parts.database.read(changed)
        for guest in guests:
            self._keep(guest)
        now = parts.clock.now()
        due = {one: interview for one, (interview, moment) in self._due.items() if moment <= now}
        interviews = await parts.database.read(partial(_with_media, interview_ids={*due.values()}))
        if interviews:
            await parts.database.write(partial(_erase, interview_ids=interviews))
        for one in due:
            del self._due[one]
        return min((moment for _, moment in self._due.values()), default=None)

    def _keep(self, guest: StoredRecord) -> None:
        if guest.deleted or not refuses_recording(guest):
            self._due.pop(guest.id, None)
        else:
            moment = guest.updated_at + KEPT_AFTER_NO
            self._due.setdefault(guest.id, (str(guest.interview_id), moment))


def _with_media(tx: Tx, interview_ids: Collection[str]) -> set[str]:
    """Those of the interviews of which something was recorded."""
    if not interview_ids:
        return set()
    query = sa.select(records.c.scope_id).where(
        records.c.workspace_id == the_workspace(tx),
        records.c.entity.in_(sorted(_RECORDED)),
        records.c.scope_id.in_(sorted(interview_ids)),
        records.c.deleted_at.is_(None),
    )
    return set(tx.connection.execute(query).scalars())


def _erase(tx: Tx, interview_ids: Collection[str]) -> None:
    workspace_id = the_workspace(tx)
    for interview_id in interview_ids:
        guests = records_of_interview(tx, workspace_id, interview_id, entity=_GUESTS)
        # They may have said yes again since it was looked up.
        if any(map(refuses_recording, guests)):
            own = all_of_interview(tx, workspace_id, interview_id)
            erase(tx, workspace_id, [one for one in own if one.entity in _RECORDED])
