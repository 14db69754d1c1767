"""Knowing when the clock moves which record, without reading them all each time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sync_server.bookings import absences, repository
from sync_server.bookings.clock import due_at, hold_if_over
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.sync.batch import RecordBatch
from sync_server.sync.counter import position
from sync_server.sync.read import StoredRecord, newer_of_kind


class _Move(NamedTuple):
    """What the clock does with a kind of record: when, and how, which says when to look again."""

    due_at: Callable[[StoredRecord], datetime | None]
    make: Callable[[RecordBatch, str], datetime | None]


_MOVES: Mapping[str, _Move] = {
    "interviews": _Move(due_at, hold_if_over),
    absences.KIND: _Move(absences.over_at, absences.drop_if_over),
}


class ClockWatch:
    """Remembers when each record is due; reads only what changed since the last look."""

    def __init__(self) -> None:
        self._due: dict[tuple[str, str], datetime] = {}
        self._seen = -1

    async def look(self, parts: Parts) -> datetime | None:
        """Hold interviews and let absences go that are over, and say when the next one will be."""
        await self._catch_up(parts)
        now = parts.clock.now()
        for kind, record_id in [one for one, due in self._due.items() if due <= now]:
            again = await parts.database.write(partial(_moved, kind=kind, record_id=record_id))
            self._keep((kind, record_id), again)
        return min(self._due.values(), default=None)

    async def _catch_up(self, parts: Parts) -> None:
        found = await parts.database.read(partial(_timed_since, seen=self._seen))
        for record in found.records:
            self._keep((record.entity, record.id), _MOVES[record.entity].due_at(record))
        self._seen = found.reached

    def _keep(self, record: tuple[str, str], due: datetime | None) -> None:
        if due is None:
            self._due.pop(record, None)
        else:
            self._due[record] = due


def _moved(tx: Tx, kind: str, record_id: str) -> datetime | None:
    with RecordBatch(tx, repository.the_workspace(tx)) as records_now:
        return _MOVES[kind].make(records_now, record_id)


def _timed_since(tx: Tx, seen: int) -> "Changed":
    """What changed of all kinds that the clock moves."""
    found = [changed_since(tx, seen, entity=kind) for kind in _MOVES]
    return Changed([one for part in found for one in part.records], found[0].reached)


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
