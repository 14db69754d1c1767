"""Knowing when the clock moves which interview, without reading them all each time."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sync_server.bookings import repository
from sync_server.bookings.clock import due_at, hold_if_over
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.sync.batch import RecordBatch
from sync_server.sync.counter import position
from sync_server.sync.read import StoredRecord, newer_of_kind


class ClockWatch:
    """Remembers when each interview is due; reads only what changed since the last look."""

    def __init__(self) -> None:
        self._due: dict[str, datetime] = {}
        self._seen = -1

    async def look(self, parts: Parts) -> datetime | None:
        """Hold every interview that is over, and say when the next one will be."""
        await self._catch_up(parts)
        now = parts.clock.now()
        for interview_id in [one for one, due in self._due.items() if due <= now]:
            again = await parts.database.write(partial(_hold, interview_id=interview_id))
            self._keep(interview_id, again)
        return min(self._due.values(), default=None)

    async def _catch_up(self, parts: Parts) -> None:
        changed = partial(changed_since, seen=self._seen, entity="interviews")
        found = await parts.database.read(changed)
        for interview in found.records:
            self._keep(interview.id, due_at(interview))
        self._seen = found.reached

    def _keep(self, interview_id: str, due: datetime | None) -> None:
        if due is None:
            self._due.pop(interview_id, None)
        else:
            self._due[interview_id] = due


def _hold(tx: Tx, interview_id: str) -> datetime | None:
    with RecordBatch(tx, repository.the_workspace(tx)) as records_now:
        return hold_if_over(records_now, interview_id)


class Changed(NamedTuple):
    """The records of one kind that have changed, and up to which version that was looked at."""

    records: Sequence[StoredRecord]
    reached: int


def changed_since(tx: Tx, seen: int, *, entity: str) -> Changed:
    """The records of one kind that are newer than version `seen`, in the order of versions.

    Whoever asks again from `reached` on is not shown what others have changed since, however
    rarely this kind does.
    """
    workspace_id = repository.the_workspace(tx)
    found = newer_of_kind(tx, workspace_id, entity, than=seen)
    return Changed(found, position(tx, workspace_id).seq)
