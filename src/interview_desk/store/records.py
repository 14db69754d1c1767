"""Records as everybody on this device reads and writes them."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from interview_desk.domain.records import ENTITIES, Edit, Record
from interview_desk.services.ports import Listener
from interview_desk.store.connection import Connection
from interview_desk.store.errors import UnknownRecordKindError
from interview_desk.store.news import News
from interview_desk.store.part import Part
from interview_desk.store.projection import instant_milliseconds
from interview_desk.store.rows import RECORD_COLUMNS, enqueue, record_of, show

_ONE = f"SELECT {RECORD_COLUMNS} FROM records WHERE live = 1 AND entity = ? AND id = ?"  # noqa: S608  - our own names
_ALL = f"SELECT {RECORD_COLUMNS} FROM records WHERE live = 1 AND entity = ? ORDER BY id"  # noqa: S608  - our own names
# Indexes are named where the planner, which has no statistics, would read every row of a kind.
_OF_INTERVIEW = (
    f"SELECT {RECORD_COLUMNS} FROM records INDEXED BY records_of_interview "  # noqa: S608  - our own names
    "WHERE live = 1 AND entity = ? AND interview_id = ? ORDER BY id"
)
_TIMED = "entity = 'interviews' AND live = 1 AND starts IS NOT NULL"
# The longest interview says how far before the window one that still overlaps it can start.
_BETWEEN = (
    f"SELECT {RECORD_COLUMNS} FROM records INDEXED BY records_by_start "  # noqa: S608  - our own names
    f"WHERE {_TIMED} AND starts < :end AND starts >= :start - coalesce((SELECT ends - starts "
    f"  FROM records INDEXED BY records_by_length WHERE {_TIMED} "
    "  ORDER BY ends - starts DESC LIMIT 1), 0) "
    "AND (ends > :start OR starts >= :start) ORDER BY starts, id"
)
_ASKED = (
    f"SELECT {RECORD_COLUMNS} FROM records INDEXED BY records_asked "  # noqa: S608  - our own names
    "WHERE entity = 'booking_requests' AND live = 1 "
    "AND coalesce(json_extract(coalesce(shown, fields), '$.state'), 'waiting') "
    "NOT IN ('done', 'undone') ORDER BY id"
)
_STUCK = (
    f"SELECT {RECORD_COLUMNS} FROM records INDEXED BY records_stuck "  # noqa: S608  - our own names
    "WHERE entity = 'follow_up_messages' AND live = 1 "
    "AND json_extract(coalesce(shown, fields), '$.state') "
    "IN ('needs_approval', 'failed', 'uncertain') ORDER BY id"
)
_OF_INTERVIEWS = (
    f"SELECT {RECORD_COLUMNS} FROM records INDEXED BY records_of_interview "  # noqa: S608  - our own names
    "WHERE live = 1 AND entity = ? AND interview_id IN (SELECT value FROM json_each(?)) ORDER BY id"
)
_SOME = (
    f"SELECT {RECORD_COLUMNS} FROM records INDEXED BY records_by_id "  # noqa: S608  - our own names
    "WHERE live = 1 AND entity = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id"
)
_UNTIMED = (
    f"SELECT {RECORD_COLUMNS} FROM records INDEXED BY records_without_start "  # noqa: S608  - our own names
    "WHERE entity = 'interviews' AND live = 1 AND starts IS NULL ORDER BY id LIMIT ?"
)
_LATEST = (
    f"SELECT {RECORD_COLUMNS} FROM records INDEXED BY records_by_start "  # noqa: S608  - our own names
    f"WHERE {_TIMED} ORDER BY starts DESC LIMIT ?"
)

# Each index holds nothing else, so that no row is read.
_COUNT = (
    "SELECT (SELECT count(*) FROM records INDEXED BY records_by_start "  # noqa: S608  - our own names
    f"WHERE {_TIMED}) + (SELECT count(*) FROM records INDEXED BY records_without_start "
    "WHERE entity = 'interviews' AND live = 1 AND starts IS NULL)"
)


class StoredRecords(Part):
    """The `Records` port on the encrypted database."""

    async def get(self, entity: str, record_id: str) -> Record | None:
        """The row as this user sees it now, or None where it is unknown or deleted."""
        found = await self._records(_ONE, (entity, record_id))
        return found[0] if found else None

    async def of_interview(self, entity: str, interview_id: str) -> list[Record]:
        """The live rows of one interview, in order of creation (by id)."""
        return await self._records(_OF_INTERVIEW, (entity, interview_id))

    async def all_of(self, entity: str) -> list[Record]:
        """Every live row of one kind, in order of creation (by id)."""
        return await self._records(_ALL, (entity,))

    async def of_interviews(self, entity: str, interview_ids: Collection[str]) -> list[Record]:
        """The live rows of these interviews, in order of creation; what others have is not read."""
        return await self._records(_OF_INTERVIEWS, (entity, json.dumps(list(interview_ids))))

    async def some_of(self, entity: str, ids: Collection[str]) -> list[Record]:
        """The live rows of one kind with these ids, in order of creation."""
        return await self._records(_SOME, (entity, json.dumps(list(ids))))

    async def interviews_between(self, start: datetime, end: datetime) -> list[Record]:
        """Interviews that overlap [start, end), earliest first; those without a time never do."""
        window = {"start": instant_milliseconds(start), "end": instant_milliseconds(end)}
        return await self._records(_BETWEEN, window)

    async def latest_interviews(self, limit: int) -> list[Record]:
        """The first `limit` of all: those without a time, then the latest to start."""
        found = await self._records(_UNTIMED, (limit,))
        return [*found, *await self._records(_LATEST, (limit - len(found),))]

    async def count_interviews(self) -> int:
        """How many interviews there are."""
        return await self._engine.read(
            lambda connection: int(connection.execute(_COUNT).fetchone()[0])
        )

    async def open_requests(self) -> list[Record]:
        """What is asked of Cal.com and neither done nor undone, in order of creation (by id)."""
        return await self._records(_ASKED, ())

    async def stuck_mails(self) -> list[Record]:
        """Mails that cannot go on without a person, in order of creation (by id)."""
        return await self._records(_STUCK, ())

    async def write(self, edits: Sequence[Edit]) -> None:
        """Take the edits for good: outbox and optimistic rows in one durable transaction."""
        for edit in edits:
            _check(edit)

        def work(connection: Connection, news: News) -> None:
            for edit in edits:
                enqueue(connection, edit)
                show(connection, news, entity=edit.entity, record_id=edit.id)

        await self._engine.write(work)

    async def pending_count(self) -> int:
        """How many edits and note updates the server has not acknowledged."""
        return await self._engine.read(_pending_count)

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the loop after each committed change; returns the way to stop."""
        return self._engine.on_change(listener)

    async def _records(self, select: str, values: Any) -> list[Record]:
        return await self._engine.read(
            lambda connection: [record_of(row) for row in connection.execute(select, values)]
        )


def _check(edit: Edit) -> None:
    known = ENTITIES.get(edit.entity)
    if known is None:
        raise UnknownRecordKindError(edit.entity)
    for name in edit.fields:
        if name not in known.fields:
            raise UnknownRecordKindError(f"{edit.entity}.{name}")


def _pending_count(connection: Connection) -> int:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting') + "
        "(SELECT count(*) FROM own_note_updates WHERE state = 'waiting')"
    ).fetchone()
    return int(row[0])
