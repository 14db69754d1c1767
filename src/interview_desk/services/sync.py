"""Keeps this desk and the team's server alike, for as long as the desk is open."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final, Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.services.backoff import Jitter, spread, wait_after
from interview_desk.services.company import Company
from interview_desk.services.exchange import (
    LiveFeed,
    LiveMessage,
    LiveNote,
    LivePresence,
    NotePage,
    Pending,
    Position,
    SyncApi,
    SyncStore,
)
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.ports import Change, Clock, Listener
from interview_desk.services.server_errors import (
    NotPairedError,
    ServerBusyError,
    ServerUnreachableError,
)
from interview_desk.services.sync_state import SyncKind, SyncState

if TYPE_CHECKING:
    from datetime import datetime

# The net under the live connection: whatever it missed is found by asking.
SLOW_POLL: Final = 60.0

StateListener = Callable[[SyncState], None]
Nap = Callable[[asyncio.Event, float | None], Awaitable[None]]


class WatchedStore(SyncStore, Protocol):
    """The local database as the engine needs it: with word of changes and of open notes."""

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each committed change; returns the way to stop."""
        ...

    def watched_notes(self) -> list[str]:
        """The documents somebody has open."""
        ...

    def on_watched(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when the open documents change; returns the way to stop."""
        ...


async def nap(event: asyncio.Event, seconds: float | None) -> None:
    """Wait for the event, at most so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


class SyncService:
    """The exchange with the server: `run` it for as long as the desk is open.

    `state` says at any moment where everything stands; listeners hear of every change of it.
    """

    def __init__(
        self,
        store: WatchedStore,
        api: SyncApi,
        live: LiveFeed,
        clock: Clock,
        *,
        jitter: Jitter,
        nap: Nap = nap,
    ) -> None:
        self._store = store
        self._live = live
        self.company = Company(live)
        self._clock = clock
        self._jitter = jitter
        self._nap = nap
        self._round = ExchangeRound(store, api, clock)
        self._wanted = asyncio.Event()
        self._recount = asyncio.Event()
        self._connected = asyncio.Event()
        self._listeners: list[StateListener] = []
        self._state = SyncState(SyncKind.SAVING)
        self._reached: SyncKind = SyncKind.SAVING
        self._since: datetime | None = None
        self._sentence: str | None = None
        self._failures = 0

    @property
    def state(self) -> SyncState:
        """Where everything stands now."""
        return self._state

    def on_state(self, listener: StateListener) -> Callable[[], None]:
        """Call `listener` whenever the state changes; returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def poke(self) -> None:
        """Exchange now: somebody asked, the network is back, or the desk was paired."""
        self._wanted.set()

    async def run(self) -> None:
        """Exchange until cancelled."""
        stops = (
            self._store.on_change(self._on_change),
            self._store.on_watched(self._on_watched),
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_exchanging())
                group.create_task(self._keep_listening())
                group.create_task(self._keep_counting())
        finally:
            for stop in stops:
                stop()

    async def _keep_exchanging(self) -> None:
        while True:
            self._wanted.clear()
            await self._nap(self._wanted, await self._try_once())

    async def _try_once(self) -> float | None:
        """Exchange once; returns how long to wait for the next reason (None: until asked)."""
        if (await self._store.position()).device_id is None:
            await self._settle_on(SyncKind.ALONE)
            return None
        try:
            await self._round.run()
        except NotPairedError as error:
            await self._settle_on(SyncKind.PAUSED, str(error))
            return None
        except DeskError as error:
            return await self._fail(error)
        self._failures = 0
        pending = await self._settle_on(SyncKind.SYNCED)
        self._connected.set()
        return 0.0 if pending.unsent else spread(SLOW_POLL, self._jitter)

    async def _fail(self, error: DeskError) -> float:
        self._failures += 1
        away = isinstance(error, ServerUnreachableError | ServerBusyError)
        await self._settle_on(SyncKind.OFFLINE if away else SyncKind.ATTENTION, str(error))
        wait = wait_after(self._failures, self._jitter)
        if isinstance(error, ServerBusyError):
            return max(wait, spread(error.retry_after, self._jitter))
        return wait

    async def _keep_listening(self) -> None:
        drops = 0
        while True:
            await self._connected.wait()
            self._connected.clear()
            # The exchange itself finds out what is wrong; a live connection only saves time.
            with suppress(DeskError):
                async with aclosing(self._messages(await self._store.position())) as messages:
                    async for message in messages:
                        drops = 0
                        await self._hear(message)
            self.company.vanish()
            drops += 1
            await self._nap(asyncio.Event(), wait_after(drops, self._jitter))
            self.poke()

    def _messages(self, position: Position) -> AsyncGenerator[LiveMessage, None]:
        self.company.begin(position.device_id)
        return self._live.messages(
            cursor=position.cursor, epoch=position.epoch, docs=self._store.watched_notes()
        )

    async def _hear(self, message: LiveMessage) -> None:
        if isinstance(message, LivePresence):
            self.company.hear(message)
            return
        if isinstance(message, LiveNote):
            update = message.update
            page = NotePage(message.doc, after=update.seq - 1, seq=update.seq, updates=(update,))
            if await self._store.apply_notes(page):
                return
        self.poke()

    async def _keep_counting(self) -> None:
        while True:
            await self._recount.wait()
            self._recount.clear()
            pending = await self._store.pending()
            self._show(pending)
            if pending.unsent and self._reached is SyncKind.SYNCED:
                self.poke()

    def _on_change(self, _: frozenset[Change]) -> None:
        self._recount.set()

    def _on_watched(self) -> None:
        self._live.watch(self._store.watched_notes())

    async def _settle_on(self, kind: SyncKind, sentence: str | None = None) -> Pending:
        if kind is SyncKind.SYNCED or kind is not self._reached:
            self._since = self._clock.now()
        self._reached = kind
        self._sentence = sentence
        pending = await self._store.pending()
        self._show(pending)
        return pending

    def _show(self, pending: Pending) -> None:
        state = SyncState(
            kind=_kind(self._reached, pending),
            since=self._since,
            pending=pending.unsent,
            attention=max(pending.attention, 1 if self._reached is SyncKind.ATTENTION else 0),
            sentence=self._sentence,
            skew=self._round.skew,
        )
        if state == self._state:
            return
        self._state = state
        for listener in tuple(self._listeners):
            listener(state)


def _kind(reached: SyncKind, pending: Pending) -> SyncKind:
    """A desk that is connected may still have something to say; any other state comes first."""
    if reached is not SyncKind.SYNCED:
        return reached
    if pending.attention:
        return SyncKind.ATTENTION
    return SyncKind.SAVING if pending.unsent else SyncKind.SYNCED
