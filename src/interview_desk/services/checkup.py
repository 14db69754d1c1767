"""Reading the whole database once a day, at a quiet moment, before damage is met by a person."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.services.napping import Nap
from interview_desk.services.ports import Change, Clock, Listener

LOOK_EVERY: Final = 60.0
_AGAIN_AFTER: Final = timedelta(days=1)


class CheckedStore(Protocol):
    """The local database as the check needs it."""

    async def verify(self) -> None:
        """Read the whole file once; a damaged one is rebuilt and its user told."""
        ...

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each committed change; returns the way to stop."""
        ...


class Memory(Protocol):
    """A small text that only this computer remembers."""

    async def load(self) -> str | None:
        """What was saved last."""
        ...

    async def save(self, text: str) -> None:
        """Keep it over a restart."""
        ...


class Checkup:
    """Checks the file when it is due and nothing has changed since the last look."""

    def __init__(
        self,
        store: CheckedStore,
        memory: Memory,
        clock: Clock,
        *,
        nap: Nap,
        then: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._memory = memory
        self._clock = clock
        self._nap = nap
        self._then = then
        self._busy = True

    async def run(self) -> None:
        """Look every minute until cancelled."""
        stop = self._store.on_change(self._changed)
        try:
            while True:
                await self._nap(asyncio.Event(), LOOK_EVERY)
                busy, self._busy = self._busy, False
                if not busy and await self._is_due():
                    await self._check()
        finally:
            stop()

    async def _check(self) -> None:
        await self._store.verify()
        await self._memory.save(format_instant(self._clock.now()))
        # What else is best done with a file that is known to be sound.
        await self._then()

    async def _is_due(self) -> bool:
        last = _moment(await self._memory.load())
        now = self._clock.now()
        return last is None or not last <= now < last + _AGAIN_AFTER

    def _changed(self, _: frozenset[Change]) -> None:
        self._busy = True


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except ValueError:
        return None
