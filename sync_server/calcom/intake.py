"""Keeping events for good before Cal.com hears that they were taken.

Cal.com sends each event once. Those that arrive while a commit is under way share the next one,
so a burst costs few commits and each row little more than its bytes.
"""

import asyncio
import hashlib
import itertools
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from interview_desk.domain.ids import new_ids
from sync_server.calcom.news import EventKept
from sync_server.calcom.reading import understood
from sync_server.infra.database import Database, Tx
from sync_server.infra.prepared import count_changed
from sync_server.models.base import bound
from sync_server.models.calcom import webhook_events

# Rows of one commit; more gain nothing and delay the first of them.
_BATCH = 64
_COLUMNS = (
    "id",
    "endpoint",
    "received_at",
    "body",
    "body_sha256",
    "exact",
    "trigger",
    "booking_uid",
    "state",
    "reason",
    "attempts",
)
_arrivals = itertools.count()
# So many events in so many seconds are a burst.
_BURST = 16
_BURST_SECONDS = 0.25
# So many turns of the loop without anybody new end the waiting for others in it.
_QUIET_TURNS = 4
# So many turns of the loop a writing thread takes to begin.
_WRITER_TURNS = 3
# So often work that can wait looks whether the burst is over, and so many seconds at most.
_LOOK_SECONDS = 0.05
_PATIENCE = 5.0


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
    # True: kept. False: it was there already.
    outcome: asyncio.Future[bool]


class _Reading:
    """What reads the events that are being kept, and whether it came to do so.

    Where the database cannot even begin, it is not to blame that they were not kept.
    """

    def __init__(self, read: Callable[[Tx], object]) -> None:
        self._read = read
        self.has_begun = False

    def __call__(self, tx: Tx) -> object:
        self.has_begun = True
        return self._read(tx)


_INTAKES: "WeakKeyDictionary[Database, Intake]" = WeakKeyDictionary()


def intake_of(database: Database) -> "Intake":
    """The intake of this database, the same for all who ask."""
    database = database.itself
    intake = _INTAKES.get(database)
    if intake is None:
        intake = _INTAKES[database] = Intake(database)
    return intake


def loop_seconds() -> float:
    """The time by which everything on this event loop waits."""
    return asyncio.get_running_loop().time()


class Intake:
    """The one door into the inbox, used from the event loop only."""

    def __init__(self, database: Database, *, seconds: Callable[[], float] = loop_seconds) -> None:
        self._database = database
        self._seconds = seconds
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Future[None] | None = None
        self._arrived: deque[float] = deque(maxlen=_BURST)
        self._read: Callable[[Tx], object] | None = None

    @contextmanager
    def reading(self, read: Callable[[Tx], object]) -> Iterator[None]:
        """Let `read` take up what is kept, outside of bursts in the commit that keeps it.

        Where it fails the events stay as they are, kept and not read; whoever hears of them finds
        out what is wrong. Databases that several servers write keep and read apart.
        """
        if not self._database.is_shared:
            self._read = read
        try:
            yield
        finally:
            self._read = None

    @property
    def reads(self) -> bool:
        """Whether events are read as they are kept."""
        return self._read is not None

    @property
    def is_busy(self) -> bool:
        """Whether a burst is coming in just now; work that can wait lets its senders go first."""
        if len(self._arrived) < _BURST:
            return False
        return self._seconds() - self._arrived[0] < _BURST_SECONDS

    async def lull(self, *, at_most: float = _PATIENCE) -> None:
        """Wait while a burst comes in, though not for ever: what it brings goes on coming."""
        until = self._seconds() + at_most
        while self.is_busy:
            left = until - self._seconds()
            if left <= 0:
                return
            await asyncio.sleep(min(left, _LOOK_SECONDS))

    async def keep(self, arrival: Arrival) -> bool:
        """Whether `arrival` is new, once it is durable; DatabaseUnavailable if it cannot be."""
        own = _Waiting(arrival, _exact(arrival), asyncio.get_running_loop().create_future())
        self._waiting.append(own)
        self._arrived.append(self._seconds())
        if self._writing is None:
            # A task of its own: whoever hangs up leaves, and everybody else goes on.
            self._writing = asyncio.ensure_future(self._write_all())
        return await own.outcome

    async def _write_all(self) -> None:
        """Write for as long as anybody waits."""
        try:
            while self._waiting:
                await self._gather()
                batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
                keeping, reading = partial(store, batch=batch), self._reading()
                if reading is not None:
                    await asyncio.gather(self._understand(batch), return_exceptions=True)
                outcome, _ = await asyncio.gather(
                    self._database.write(keeping),
                    self._meanwhile(batch, reading),
                    return_exceptions=True,
                )
                if isinstance(outcome, Exception) and reading is not None and reading.has_begun:
                    # It may have been too much for the commit that it shared.
                    (outcome,) = await asyncio.gather(
                        self._database.write(keeping), return_exceptions=True
                    )
                for waiting in batch:
                    _settle(waiting, outcome)
        finally:
            self._writing = None

    def _reading(self) -> _Reading | None:
        return None if self._read is None or self.is_busy else _Reading(self._read)

    async def _meanwhile(self, batch: Sequence[_Waiting], reading: _Reading | None) -> None:
        """Read events that come one by one, or understand them at least."""
        if reading is not None:
            # Asked for right behind the keeping, with all understood before: both are of one
            # commit, unless the system has stopped this thread in between.
            await self._database.write(reading)
        elif not self.is_busy:
            # It uses the time that the disk takes: by then the writing thread is on its way there.
            for _ in range(_WRITER_TURNS):
                await asyncio.sleep(0)
            await self._understand(batch)

    async def _understand(self, batch: Sequence[_Waiting]) -> None:
        """What goes wrong here goes wrong again for whoever reads them, and is told there."""
        for waiting in batch:
            understood(waiting.arrival.body)

    async def _gather(self) -> None:
        """Let others come in the same moment; each commit less is time for all of them.

        In a burst whoever was just answered is about to send the next, and a commit that begins
        meanwhile only gets in their way: it waits until some turns of the loop brought nobody.
        """
        quiet, known = 0, len(self._waiting)
        while quiet < (_QUIET_TURNS if self.is_busy else 1) and known < _BATCH:
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._waiting) == known else 0
            known = len(self._waiting)


def store(tx: Tx, batch: Sequence[_Waiting]) -> set[_Waiting]:
    """Insert what is new, and say which of `batch` those are."""
    first: dict[str, _Waiting] = {}
    for waiting in batch:
        first.setdefault(waiting.exact, waiting)
    rows = dict(zip(_new_ids(tx.now, len(first)), first.values(), strict=True))
    now = bound(tx.now, tx.connection.dialect)
    bodies = tx.vault.seal_all(
        {row_id: one.arrival.body for row_id, one in rows.items()},
        table="webhook_events",
        column="body",
    )
    values = [
        _row(row_id, body, arrived=one, received_at=now)
        for (row_id, one), body in zip(rows.items(), bodies, strict=True)
    ]
    fresh = set(rows)
    if _insert(tx, values) < len(rows):
        query = sa.select(webhook_events.c.id).where(webhook_events.c.id.in_(fresh))
        fresh = set(tx.connection.execute(query).scalars())
    if fresh:
        tx.tell(EventKept(), about=EventKept)
    return {rows[row_id] for row_id in fresh}


def _insert(tx: Tx, rows: Sequence[tuple[object, ...]]) -> int:
    """Insert all of `rows` but those that are there; how many that were.

    In one statement: for each one the writing thread lets go of the interpreter, and in a burst
    it then waits for its turn.
    """
    statement = _statement(tx.connection.dialect.paramstyle, len(rows))
    return count_changed(tx, statement, tuple(chain.from_iterable(rows)))


@lru_cache(2 * _BATCH)
def _statement(paramstyle: str, count: int) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    row = f"({', '.join([mark] * len(_COLUMNS))})"
    into = f"webhook_events ({', '.join(_COLUMNS)})"
    rows = ", ".join([row] * count)
    return f"INSERT INTO {into} VALUES {rows} ON CONFLICT (exact) DO NOTHING"  # noqa: S608  - marks


def _row(row_id: str, sealed: str, *, arrived: _Waiting, received_at: object) -> tuple[object, ...]:
    """The values of `_COLUMNS`."""
    arrival = arrived.arrival
    return (
        row_id,
        arrival.endpoint,
        received_at,
        sealed,
        hashlib.sha256(arrival.body).hexdigest(),
        arrived.exact,
        arrival.trigger,
        arrival.uid,
        "unusable" if arrival.reason else "waiting",
        arrival.reason,
        0,
    )


def _new_ids(now: datetime, count: int) -> list[str]:
    # The counter stands where it decides first, so that one millisecond keeps its order too.
    tail = os.urandom(8 * count)
    places = [(next(_arrivals) & 0xFFF).to_bytes(2, "big") for _ in range(count)]
    return new_ids(now, b"".join(place + tail[8 * n : 8 * n + 8] for n, place in enumerate(places)))


def _exact(arrival: Arrival) -> str:
    return hashlib.sha256(arrival.endpoint.encode() + b"\x00" + arrival.body).hexdigest()


def _settle(waiting: _Waiting, outcome: set[_Waiting] | BaseException) -> None:
    if waiting.outcome.done():
        return
    if isinstance(outcome, BaseException):
        waiting.outcome.set_exception(outcome)
    else:
        waiting.outcome.set_result(waiting in outcome)
