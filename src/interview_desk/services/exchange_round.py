"""One round of exchange with the server: own work up, everybody's down.

Every step may be cut off anywhere and is then simply done again: the store numbers what it sends
once, and drops nothing without the server's result.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from interview_desk.domain.instants import parse_instant
from interview_desk.services.exchange import (
    Mutation,
    NoteBatch,
    NotePage,
    Page,
    Position,
    Result,
    SyncApi,
    SyncStore,
)
from interview_desk.services.ports import Clock
from interview_desk.services.server_errors import (
    BatchTooLargeError,
    DeviceReusedError,
    EpochChangedError,
    MergedError,
    NotUnderstoodError,
    RefusedError,
    ResyncRequiredError,
    SequenceGapError,
)
from interview_desk.services.whole_copy import CopyProgress, WholeCopy

_BATCH_EDITS: Final = 500
_BATCH_BYTES: Final = 1024 * 1024
_PAGE_ROWS: Final = 500
# What the server says of a batch in which it cannot read something.
_UNREADABLE: Final = "invalid_request"
_NOTE_DOCS: Final = 20
_NOTE_BYTES: Final = 512 * 1024
_PULLED_DOCS: Final = 200
# One round heals this often at most; a server that never agrees is asked again later.
_HEALINGS: Final = 4
# So many turns of the loop those who hear of a change take to ask for it.
_TURNS_TO_READ: Final = 3
# So far off is a broken server; a computer whose battery is empty begins in 1970.
_NO_CLOCK: Final = timedelta(days=36_525)


class _Pulled(NamedTuple):
    """How far the server has counted this desk, and whether it has more of any note."""

    last_n: int
    notes_behind: bool


class ExchangeRound:
    """Brings this desk and its server to the same state.

    `interrupt` says, while a whole copy comes, that something new waits to be sent; `told` hears
    how much of the copy is here.
    """

    def __init__(
        self,
        store: SyncStore,
        api: SyncApi,
        clock: Clock,
        *,
        told: Callable[[CopyProgress], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._api = api
        self._clock = clock
        self._batch_bytes = _BATCH_BYTES
        self.interrupt = asyncio.Event()
        self._told = told
        self.skew = timedelta()

    async def run(self) -> bool:
        """Push and pull until neither side has anything new; raises a `DeskError` otherwise.

        False where this desk belongs to no server.
        """
        for _ in range(_HEALINGS):
            position = await self._store.position()
            if position.device_id is None:
                return False
            if await self._healed(position):
                # Whoever has just heard of changes reads them first.
                for _ in range(_TURNS_TO_READ):
                    await asyncio.sleep(0)
                # The next round, which mostly begins with word from the server, finds it known.
                await self._store.position()
                return True
        raise NotUnderstoodError

    async def _healed(self, position: Position) -> bool:
        try:
            await self._exchange(position)
        except EpochChangedError:
            await self._store.leave_epoch()
        except ResyncRequiredError:
            await self._store.start_over()
        except SequenceGapError as gap:
            await self._store.renumber(gap.last_n)
        except DeviceReusedError:
            await self._store.fork(await self._api.fork())
        else:
            return True
        return False

    async def _exchange(self, position: Position) -> None:
        # Word of news from the server mostly finds a desk with nothing to say: that costs one look
        # at the database, and the pull leaves at once.
        if position.copied:
            # The same number with the same content would be taken for what was sent before.
            raise DeviceReusedError
        if position.restoring:
            position = await self._restored(position)
        if position.is_to_push:
            await self._push()
            position = await self._store.position()
        if position.cursor is None:
            position = await self._fetch_copy(meanwhile=self._push_what_waits)
        if (await self._pull_rows(position)).notes_behind:
            await self._pull_notes()

    async def _restored(self, position: Position) -> Position:
        if position.cursor is None:
            position = await self._fetch_copy(meanwhile=_nothing)
        pulled = await self._pull_rows(position)
        await self._store.enter_epoch(last_n=pulled.last_n, now=self._now())
        return await self._store.position()

    async def _fetch_copy(self, *, meanwhile: Callable[[], Awaitable[None]]) -> Position:
        """Begin with a whole copy; what is typed does not wait for its end."""
        copy = WholeCopy(
            self._store,
            self._api,
            interrupt=self.interrupt,
            meanwhile=meanwhile,
            told=self._told,
        )
        await copy.fetch(self._clock)
        return await self._store.position()

    async def _push_what_waits(self) -> None:
        if (await self._store.position()).is_to_push:
            await self._push()

    async def _push(self) -> None:
        """Records first: a note is only taken once its interview is there."""
        await self._push_edits()
        await self._push_notes()

    async def _push_edits(self) -> None:
        while batch := await self._store.next_batch(limit=_BATCH_EDITS, size=self._batch_bytes):
            try:
                await self._push_batch(batch)
            except BatchTooLargeError as error:
                await self._send_less(batch, code=error.code, detail=str(error))
            except RefusedError as refused:
                if refused.code != _UNREADABLE:
                    raise
                await self._send_less(batch, code=refused.code, detail=str(refused))
            else:
                self._batch_bytes = min(_BATCH_BYTES, self._batch_bytes * 2)
        self._batch_bytes = _BATCH_BYTES

    async def _push_batch(self, batch: Sequence[Mutation]) -> None:
        device, epoch = await self._identity()
        try:
            answer = await self._api.push(batch, device_id=device, epoch=epoch)
        except SequenceGapError as gap:
            if gap.last_n + 1 >= batch[0].n:
                # Nothing is missing: under another number it would count a second time.
                raise NotUnderstoodError from gap
            raise
        sent = {mutation.n for mutation in batch}
        answered = {result.n for result in answer.results}
        if not answered >= sent:
            raise NotUnderstoodError
        results = [result for result in answer.results if result.n in sent]
        await self._store.settle(results, self._now())

    async def _send_less(self, batch: Sequence[Mutation], *, code: str, detail: str) -> None:
        if len(batch) > 1:
            self._batch_bytes //= 2
            return
        # Alone it is no better: a person has to look at it. The server has not counted it.
        number = batch[0].n
        refused = Result(number, "rejected", code=code, detail=detail)
        await self._store.settle([refused], self._now())
        await self._store.renumber(number - 1)

    async def _push_notes(self) -> None:
        while batches := await self._store.note_batches(limit=_NOTE_DOCS, size=_NOTE_BYTES):
            device, epoch = await self._identity()
            for batch in batches:
                await self._push_note(batch, device=device, epoch=epoch)

    async def _push_note(self, batch: NoteBatch, *, device: str, epoch: str | None) -> None:
        try:
            receipt = await self._api.push_notes(batch, device_id=device, epoch=epoch)
        except SequenceGapError as gap:
            await self._renumber_note(batch, gap)
        except MergedError as merged:
            await self._store.move_note(batch.doc, merged.into)
        except RefusedError as refused:
            await self._store.set_note_aside(
                batch.doc, code=refused.code, detail=str(refused), now=self._now()
            )
        else:
            if receipt.last_n < batch.updates[-1].n:
                raise NotUnderstoodError
            await self._store.settle_notes(batch.doc, receipt)

    async def _renumber_note(self, batch: NoteBatch, gap: SequenceGapError) -> None:
        if gap.last_n + 1 == batch.updates[0].n:
            # The numbers were right: asking again at once would go on for ever.
            raise NotUnderstoodError from gap
        await self._store.renumber_notes(batch.doc, gap.last_n)

    async def _pull_rows(self, position: Position) -> _Pulled:
        while True:
            page = await self._api.pull(position.cursor, limit=_PAGE_ROWS)
            notes_behind = await self._take(page, position)
            if page.more and page.cursor == position.cursor:
                # Asking for the same page again would go on for ever.
                raise NotUnderstoodError
            if not page.more:
                return _Pulled(page.last_n, notes_behind)
            if not position.restoring:
                # What was typed meanwhile does not wait for the end of a long way back.
                await self._push_what_waits()
            position = await self._store.position()

    async def _take(self, page: Page, position: Position) -> bool:
        if position.epoch not in {None, page.epoch} and not position.restoring:
            raise EpochChangedError
        if page.server_time is not None:
            self.skew = _skew(page.server_time, self._clock.now())
        return await self._store.apply_page(page, self._now())

    async def _pull_notes(self) -> None:
        before: Mapping[str, int] = {}
        while (behind := await self._store.notes_behind(_PULLED_DOCS)) != before:
            epoch = (await self._store.position()).epoch
            pages = await self._api.pull_notes(behind, epoch=epoch)
            gained = [page for page in pages if _brings_something(page)]
            taken = [await self._store.apply_notes(page) for page in gained]
            if not any(taken):
                return
            before = behind

    def _now(self) -> datetime:
        """The server's time of day: how long something is kept does not hang on our clock."""
        return self._clock.now() - self.skew

    async def _identity(self) -> tuple[str, str | None]:
        position = await self._store.position()
        return position.device_id or "", position.epoch


async def _nothing() -> None:
    """Until the new epoch is known, nothing can be sent to it."""


def _brings_something(page: NotePage) -> bool:
    return bool(page.updates) or page.snapshot is not None


def _skew(server_time: str, now: datetime) -> timedelta:
    skew = now - parse_instant(server_time)
    # A server that lives in another age says nothing of our clock.
    return skew if abs(skew) < _NO_CLOCK else timedelta()
