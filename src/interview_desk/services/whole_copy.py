"""Fetching a whole copy of what this user may see, for a first sync or to begin again.

It is built beside the cache and takes its place only when all of it is here and proved.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Literal, NamedTuple, Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.services.ports import Clock


class CopyPlace(NamedTuple):
    """Where a copy that was cut off goes on: behind the row `after`, at `cursor`."""

    after: str
    cursor: str


class CopyProgress(NamedTuple):
    """How many rows are here, and of how many, where that is known."""

    rows: int
    total: int | None


class CopyStore(Protocol):
    """The side of the local database that a whole copy is built on."""

    async def begin_copy(self) -> CopyPlace | None:
        """Be ready for an answer; where an earlier one was cut off, the place to go on from."""
        ...

    async def take_copy(self, part: bytes) -> CopyProgress:
        """Take the answer's next bytes; CopyDamagedError drops what came so far."""
        ...

    async def finish_copy(self, clock: Clock) -> None:
        """Prove the copy and put it in the cache's place with everything unsent carried over."""
        ...

    async def pause_copy(self) -> None:
        """Let go of the copy; what has come is kept for the next try."""
        ...


class CopyApi(Protocol):
    """The server's call for a whole copy."""

    def snapshot(self, place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        """The bytes of a whole copy, or of the rest of one, as fast as they are asked for."""
        ...


class WholeCopy:
    """Fetches one copy; what must not wait for its end is done between its parts.

    While `meanwhile` runs after `interrupt` was set, nothing more is asked of the line.
    """

    def __init__(
        self,
        store: CopyStore,
        api: CopyApi,
        *,
        interrupt: asyncio.Event,
        meanwhile: Callable[[], Awaitable[None]],
        told: Callable[[CopyProgress], None],
    ) -> None:
        self._store = store
        self._api = api
        self._interrupt = interrupt
        self._meanwhile = meanwhile
        self._told = told

    async def fetch(self, clock: Clock) -> None:
        """Bring the copy in; a `DeskError` leaves the cache as it was."""
        place = await self._store.begin_copy()
        try:
            async with aclosing(self._api.snapshot(place)) as parts:
                await self._take_all(parts)
            await self._store.finish_copy(clock)
        finally:
            await self._store.pause_copy()

    async def _take_all(self, parts: AsyncGenerator[bytes, None]) -> None:
        taking: asyncio.Future[CopyProgress] | None = None
        try:
            while (part := await self._next(parts)) is not None:
                if taking is not None:
                    self._told(await taking)
                # The next part comes while this one is written.
                taking = asyncio.ensure_future(self._store.take_copy(part))
            if taking is not None:
                self._told(await taking)
        finally:
            if taking is not None:
                await _settled(taking)

    async def _next(self, parts: AsyncGenerator[bytes, None]) -> bytes | None:
        coming = asyncio.ensure_future(_after(parts))
        try:
            while not await self._came(coming):
                self._interrupt.clear()
                await self._meanwhile()
            return coming.result()
        finally:
            await _ended(coming)

    async def _came(self, coming: asyncio.Future[bytes | None]) -> bool:
        """Wait for the next part; False where something interrupted before it came."""
        interrupted = asyncio.ensure_future(self._interrupt.wait())
        either: set[asyncio.Future[bytes | None] | asyncio.Future[Literal[True]]]
        either = {coming, interrupted}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            interrupted.cancel()
        return not self._interrupt.is_set()


async def _settled(taking: asyncio.Future[CopyProgress]) -> None:
    """What was begun on the store's thread ends there; nothing else happens meanwhile."""
    await asyncio.wait({taking})
    with suppress(asyncio.CancelledError, DeskError):
        taking.result()


async def _after(parts: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(parts, None)


async def _ended(task: asyncio.Future[bytes | None]) -> None:
    """A generator can only be closed once nobody asks it for more."""
    task.cancel()
    with suppress(asyncio.CancelledError, DeskError):
        await task
