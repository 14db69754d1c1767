"""Keeping events for good before Cal.com hears that they were taken.

Cal.com sends each event once. Those that arrive while a commit is under way share the next one,
so a burst costs few commits and each row little more than its bytes.
"""

import asyncio
import hashlib
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy.dialects import postgresql, sqlite

from interview_desk.domain.ids import new_id
from sync_server.infra.database import Database, DatabaseUnavailable, Tx
from sync_server.models.calcom import webhook_events

# Rows of one statement; a larger statement gains nothing and delays the first of them.
_BATCH = 128
_arrivals = itertools.count()
# Seconds without an event after which a burst counts as over.
_QUIET = 0.05


class Arrival(NamedTuple):
    """One body as it came in; `reason` says why it cannot be used, where that is so."""

    endpoint: str
    body: bytes
    trigger: str | None
    uid: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    arrival: Arrival
    exact: str
    # True: kept. False: it was there already. None: it is this one's turn to write.
    outcome: asyncio.Future[bool | None]


_INTAKES: "WeakKeyDictionary[Database, Intake]" = WeakKeyDictionary()


def intake_of(database: Database) -> "Intake":
    """The intake of this database, the same for all who ask."""
    intake = _INTAKES.get(database)
    if intake is None:
        intake = _INTAKES[database] = Intake(database)
    return intake


class Intake:
    """The one door into the inbox, used from the event loop only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._is_writing = False
        self._last_arrival = -_QUIET

    @property
    def is_busy(self) -> bool:
        """Whether events are coming in just now; work that can wait lets their senders go first."""
        return self._is_writing or monotonic() - self._last_arrival < _QUIET

    async def keep(self, arrival: Arrival) -> bool:
        """Whether `arrival` is new, once it is durable; DatabaseUnavailable if it cannot be."""
        own = _Waiting(arrival, _exact(arrival), asyncio.get_running_loop().create_future())
        self._waiting.append(own)
        self._last_arrival = monotonic()
        if self._is_writing:
            outcome = await own.outcome
            if outcome is not None:
                return outcome
        self._is_writing = True
        return await self._write_next(own)

    async def _write_next(self, own: _Waiting) -> bool:
        """Write the next rows for all who wait, our own the first of them."""
        batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
        fresh: list[_Waiting] | None = None
        try:
            fresh = await self._database.write(lambda tx: store(tx, batch))
        finally:
            for waiting in batch:
                if waiting is not own:
                    _settle(waiting, fresh)
            self._pass_on()
        return own in fresh

    def _pass_on(self) -> None:
        while self._waiting and self._waiting[0].outcome.cancelled():
            self._waiting.pop(0)
        if self._waiting:
            self._waiting[0].outcome.set_result(None)
        else:
            self._is_writing = False


def store(tx: Tx, batch: Sequence[_Waiting]) -> list[_Waiting]:
    """Insert what is new, and say which of `batch` those are."""
    first = {waiting.exact: waiting for waiting in reversed(batch)}
    rows = [_row(tx, waiting) for waiting in first.values()]
    dialect = postgresql if tx.connection.dialect.name == "postgresql" else sqlite
    insert = (
        dialect.insert(webhook_events)
        .on_conflict_do_nothing(index_elements=["exact"])
        .returning(webhook_events.c.exact)
    )
    return [first[exact] for exact in tx.connection.execute(insert, rows).scalars()]


def _row(tx: Tx, waiting: _Waiting) -> dict[str, object]:
    arrival = waiting.arrival
    row_id = _new_id(tx.now)
    return {
        "id": row_id,
        "endpoint": arrival.endpoint,
        "received_at": tx.now,
        "body": tx.vault.seal(arrival.body, table="webhook_events", row=row_id, column="body"),
        "body_sha256": hashlib.sha256(arrival.body).hexdigest(),
        "exact": waiting.exact,
        "trigger": arrival.trigger,
        "booking_uid": arrival.uid,
        "state": "unusable" if arrival.reason else "waiting",
        "reason": arrival.reason,
        "attempts": 0,
    }


def _new_id(now: datetime) -> str:
    # The counter stands where it decides first, so that one millisecond keeps its order too.
    place = next(_arrivals) & 0xFFF
    return new_id(now, place.to_bytes(2, "big") + os.urandom(8))


def _exact(arrival: Arrival) -> str:
    return hashlib.sha256(arrival.endpoint.encode() + b"\x00" + arrival.body).hexdigest()


def _settle(waiting: _Waiting, fresh: list[_Waiting] | None) -> None:
    if waiting.outcome.done():
        return
    if fresh is None:
        waiting.outcome.set_exception(DatabaseUnavailable())
    else:
        waiting.outcome.set_result(waiting in fresh)
