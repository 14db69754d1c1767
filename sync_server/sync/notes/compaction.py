"""Shortening the logs of notes in the background, so that a reader needs little.

The work is done outside the writer: what was read is folded on a thread, and only the exchange of
the result for the updates it replaces is a unit of work. A document with a gap is left as it is:
the engine leaves out what it cannot place, and a snapshot would make that loss final.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeGuard

import sqlalchemy as sa

from interview_desk.notes import NoteUpdateInvalid, NoteUpdatesIncomplete, merge, text_of
from sync_server.infra.bus import Subscription
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.models.notes import note_updates
from sync_server.sync.counter import lock
from sync_server.sync.notes import note_log
from sync_server.sync.notes.note_log import Fold, Kept, Snapshot
from sync_server.sync.notes.taking import NoteAppended, NotesTyped
from sync_server.sync.problems import NoteDamaged

_log = logging.getLogger(__name__)

# More than this since the last snapshot is folded.
UPDATES = 500
BYTES = 64 * 1024
# What one fold takes in at most; a longer log is folded in several steps.
_STEP = 2000
# Typing goes on for a while: looking more often would fold no more.
_PAUSE_SECONDS = 5.0
# So often everything is looked at, whatever news was missed.
_SLOWEST = 600.0
# A document that could not be folded is tried again after so many more updates.
_PATIENCE = 100


@dataclass(frozen=True, slots=True)
class Long:
    """A document whose log has grown long."""

    workspace_id: str
    doc: str
    seq: int


async def run(parts: Parts) -> None:
    """Fold what has grown long, until cancelled."""
    worker = Compaction(parts)
    docs: set[str] | None = None
    while True:
        with parts.bus.subscribe(_is_typing) as news:
            try:
                await worker.fold_all(docs)
                docs = await _typed_in(news)
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; notes are folded later")
                docs = None
                await asyncio.sleep(_PAUSE_SECONDS)


class Compaction:
    """Folds documents, and remembers which could not be folded."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._not_before: dict[str, int] = {}

    async def fold_all(self, docs: Iterable[str] | None = None) -> int:
        """Fold those of `docs` (all there are, for None) that have grown long; how many folds."""
        work = partial(long_logs, docs=None if docs is None else sorted(docs))
        folds = 0
        for long in await self._parts.database.read(work):
            while long.seq >= self._not_before.get(long.doc, 0) and await self._fold(long):
                folds += 1
        return folds

    async def _fold(self, long: Long) -> bool:
        """One step; False when there is nothing to fold, or nothing that can be."""
        try:
            fold = await self._prepared(long)
        except (NoteUpdatesIncomplete, NoteUpdateInvalid, NoteDamaged) as error:
            _log.warning("document %s is not folded: %s", long.doc, type(error).__name__)
            self._not_before[long.doc] = long.seq + _PATIENCE
            return False
        if fold is None:
            return False
        return await self._parts.database.write(partial(_exchange, long=long, fold=fold))

    async def _prepared(self, long: Long) -> Fold | None:
        before, log = await self._parts.database.read(partial(_read, long=long))
        if not is_long(log):
            return None
        update = await asyncio.to_thread(_merged, before, log)
        start = before.seq if before else 0
        return Fold(long.doc, start, Snapshot(log[-1].seq, update), log)


def long_logs(tx: Tx, docs: list[str] | None) -> list[Long]:
    """The documents, of `docs` or of all, that have grown long."""
    updates = note_updates.c
    query = sa.select(updates.workspace_id, updates.doc_id, sa.func.max(updates.seq)).group_by(
        updates.workspace_id, updates.doc_id
    )
    if docs is not None:
        query = query.where(updates.doc_id.in_(docs))
    grown = sa.or_(sa.func.count() > UPDATES, sa.func.sum(updates.size) > BYTES)
    return [Long(*row) for row in tx.connection.execute(query.having(grown))]


def is_long(log: list[Kept]) -> bool:
    """Whether a reader is better served by a snapshot."""
    return len(log) > UPDATES or sum(len(kept.update) for kept in log) > BYTES


def _read(tx: Tx, long: Long) -> tuple[Snapshot | None, list[Kept]]:
    before = note_log.snapshot_of(tx, long.doc)
    start = before.seq if before else 0
    until = min(start + _STEP, note_log.seq_of(tx, long.workspace_id, long.doc))
    return before, note_log.log_of(tx, long.doc, after=start, until=max(start, until))


def _merged(before: Snapshot | None, log: list[Kept]) -> bytes:
    parts = [*([before.update] if before else []), *(kept.update for kept in log)]
    update = merge(parts)
    # A client that deletes half a character leaves a text that the engine cannot write down.
    if text_of([update]) != text_of(parts):
        raise NoteUpdateInvalid("The snapshot would not say what the updates say.")
    return update


def _exchange(tx: Tx, long: Long, fold: Fold) -> bool:
    lock(tx, long.workspace_id)
    return note_log.keep_fold(tx, long.workspace_id, fold)


async def _typed_in(news: Subscription) -> set[str] | None:
    """The documents that were typed in; None when it is time to look at all."""
    try:
        async with asyncio.timeout(_SLOWEST):
            first = await anext(news)
    except TimeoutError:
        return None
    await asyncio.sleep(_PAUSE_SECONDS)
    docs = {said.doc for said in [first, *news.waiting()] if _is_typing(said)}
    return None if news.missed else docs


def _is_typing(message: object) -> TypeGuard[NoteAppended | NotesTyped]:
    return isinstance(message, NoteAppended | NotesTyped)
