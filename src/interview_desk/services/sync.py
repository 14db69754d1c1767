"""Keeps this desk and the team's server alike, for as long as the desk is open."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from interview_desk.domain.errors import DeskError
from interview_desk.services.backoff import Jitter, spread, wait_after
from interview_desk.services.company import Company
from interview_desk.services.comparison import Comparison
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
from interview_desk.services.napping import Nap, nap
from interview_desk.services.ports import Change, Clock, Listener
from interview_desk.services.server_errors import (
    CaptivePortalError,
    CopyDamagedError,
    NotPairedError,
    ServerBusyError,
    ServerUnreachableError,
)
from interview_desk.services.sync_state import SyncKind, SyncState, headline_of
from interview_desk.services.waking import LOOK_EVERY, Waking
from interview_desk.services.whole_copy import CopyProgress

if TYPE_CHECKING:
    from datetime import datetime

# The net under the live connection: whatever it missed is found by asking.
SLOW_POLL: Final = 60.0

# While word of news brings none, again and again, it is heeded so often at most.
_BREATH: Final = 0.25
_IN_VAIN: Final = 5

# How long what waits is not counted while an exchange, which counts it at its end, goes on.
_COUNT_LATER: Final = 0.05

_PASSING: Final = (
    ServerUnreachableError,
    ServerBusyError,
    CaptivePortalError,
    CopyDamagedError,
)
# What failed is not asked again before its time, whatever the live connection says.
_LEFT_ALONE: Final = (SyncKind.OFFLINE, SyncKind.ATTENTION, SyncKind.PAUSED)
T = TypeVar("T")
StateListener = Callable[[SyncState], None]


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


class SyncService:
    """The exchange with the server: `run` it for as long as the desk is open.

    `state` says at any moment where everything stands; listeners hear of every change of it.
    Connections from before the computer slept are let go of with `let_go`: they look alive.
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
        let_go: Callable[[], Awaitable[None]] | None = None,
        counting: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._live = live
        self.company = Company(live)
        self._clock = clock
        self._jitter = jitter
        self._nap = nap
        self._let_go = let_go
        self._waking = Waking(clock, counting)
        self._round = ExchangeRound(store, api, clock, told=self._fetching)
        self._comparison = Comparison(store, api)
        self._tries: asyncio.Task[float | None] | None = None
        self._hearing: asyncio.Task[bool] | None = None
        self._copied: CopyProgress | None = None
        self._pending = Pending(0, 0, 0)
        # Any reason to exchange; and that it is somebody here who asks.
        self._wanted = asyncio.Event()
        self._asked = asyncio.Event()
        # How far it came, and how often in a row it came no further.
        self._cursor: str | None = None
        self._in_vain = 0
        self._recount = asyncio.Event()
        self._connected = asyncio.Event()
        # That the network is back; and that whoever waits for another try waits no longer.
        self._back = asyncio.Event()
        self._again = asyncio.Event()
        self._listeners: list[StateListener] = []
        self._state = SyncState(SyncKind.SAVING)
        self._reached: SyncKind = SyncKind.SAVING
        self._since: datetime | None = None
        self._error: DeskError | None = None
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
        """Exchange now: somebody asked, or the desk was paired."""
        self._asked.set()
        self._wanted.set()

    def network_is_back(self) -> None:
        """Begin again on new connections, within a second; those from before may be dead."""
        self._back.set()

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
                group.create_task(self._keep_awake())
        finally:
            for stop in stops:
                stop()

    async def _keep_exchanging(self) -> None:
        while True:
            self._wanted.clear()
            self._asked.clear()
            self._tries = asyncio.ensure_future(self._try_once())
            wait = await _unless_cancelled(self._tries, otherwise=0.0)
            await self._rest(wait)

    async def _rest(self, wait: float | None) -> None:
        """Wait for the next reason to exchange."""
        reason = self._asked if self._reached in _LEFT_ALONE else self._wanted
        await self._nap(reason, wait)
        if not reason.is_set():
            self._in_vain = 0
        if self._in_vain > _IN_VAIN:
            await self._nap(self._asked, _BREATH)

    async def _try_once(self) -> float | None:
        """Exchange once; returns how long to wait for the next reason (None: until asked)."""
        try:
            is_paired = await self._round.run()
        except NotPairedError as error:
            await self._settle_on(SyncKind.PAUSED, error)
            return None
        except DeskError as error:
            return await self._fail(error)
        if not is_paired:
            await self._settle_on(SyncKind.ALONE)
            return None
        self._failures = 0
        pending = await self._settle_on(SyncKind.SYNCED)
        await self._look_how_far()
        self._connected.set()
        return 0.0 if pending.unsent and not pending.held else await self._compare()

    async def _look_how_far(self) -> None:
        cursor = (await self._store.position()).cursor
        self._in_vain = self._in_vain + 1 if cursor == self._cursor else 0
        self._cursor = cursor

    async def _compare(self) -> float:
        """Look at a quiet moment whether the copies are alike; returns how long to wait."""
        try:
            now = self._clock.now()
            if await self._comparison.says_start_over(now, quiet=self._is_quiet):
                await self._store.start_over()
                return 0.0
        except DeskError as error:
            return await self._fail(error)
        return spread(SLOW_POLL, self._jitter)

    def _is_quiet(self) -> bool:
        return not self._wanted.is_set() and not self._recount.is_set()

    async def _fail(self, error: DeskError) -> float:
        self._failures += 1
        away = isinstance(error, _PASSING)
        await self._settle_on(SyncKind.OFFLINE if away else SyncKind.ATTENTION, error)
        wait = wait_after(self._failures, self._jitter)
        if isinstance(error, ServerBusyError):
            return max(wait, spread(error.retry_after, self._jitter))
        return wait

    async def _keep_listening(self) -> None:
        drops = 0
        while True:
            await self._connected.wait()
            self._connected.clear()
            self._again.clear()
            self._hearing = asyncio.ensure_future(self._hear_all())
            heard = await _unless_cancelled(self._hearing, otherwise=True)
            self.company.vanish()
            drops = 1 if heard else drops + 1
            await self._nap(self._again, wait_after(drops, self._jitter))
            if self._again.is_set():
                drops = 0
            self.poke()

    async def _hear_all(self) -> bool:
        """Listen until the connection ends; whether anything was heard."""
        heard = False
        # The exchange itself finds out what is wrong; a live connection only saves time.
        with suppress(DeskError):
            async with aclosing(self._messages(await self._store.position())) as messages:
                async for message in messages:
                    heard = True
                    await self._hear(message)
        return heard

    async def _keep_awake(self) -> None:
        """After a sleep, or once the network is back, begin again and wait for nothing dead."""
        while True:
            await self._nap(self._back, LOOK_EVERY)
            is_back = self._back.is_set()
            if is_back:
                # Not all desks of an office in the same moment.
                await self._nap(asyncio.Event(), self._jitter())
                self._back.clear()
            if self._waking.jumped(LOOK_EVERY) or is_back:
                await self._begin_again()

    async def _begin_again(self) -> None:
        for task in (self._tries, self._hearing):
            if task is not None:
                task.cancel()
        if self._let_go is not None:
            await self._let_go()
        self._failures = 0
        self._again.set()
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
        self._wanted.set()

    async def _keep_counting(self) -> None:
        while True:
            await self._recount.wait()
            await self._let_show()
            self._recount.clear()
            self._pending = await self._store.pending()
            self._show()
            ready = self._pending.unsent and not self._pending.held
            if ready and self._reached is SyncKind.SYNCED:
                self.poke()

    async def _let_show(self) -> None:
        """While an exchange brings news, those who show them read the database first."""
        if self._tries is not None and not self._tries.done():
            await asyncio.wait({self._tries}, timeout=_COUNT_LATER)

    def _on_change(self, _: frozenset[Change]) -> None:
        self._recount.set()
        self._round.interrupt.set()

    def _on_watched(self) -> None:
        self._live.watch(self._store.watched_notes())

    def _fetching(self, copied: CopyProgress) -> None:
        if self._reached is not SyncKind.FETCHING:
            self._reached, self._since, self._error = SyncKind.FETCHING, self._clock.now(), None
        self._copied = copied
        self._show()

    async def _settle_on(self, kind: SyncKind, error: DeskError | None = None) -> Pending:
        if kind is SyncKind.SYNCED or kind is not self._reached:
            self._since = self._clock.now()
        self._reached = kind
        self._error, self._copied = error, None
        self._pending = await self._store.pending()
        self._show()
        return self._pending

    def _show(self) -> None:
        pending, error = self._pending, self._error
        state = SyncState(
            kind=_kind(self._reached, pending),
            since=self._since,
            pending=pending.unsent,
            attention=max(pending.attention, 1 if self._reached is SyncKind.ATTENTION else 0),
            sentence=str(error) if error is not None else None,
            headline=headline_of(error) if error is not None else None,
            copied=self._copied,
            skew=self._round.skew,
        )
        if state == self._state:
            return
        self._state = state
        for listener in tuple(self._listeners):
            listener(state)


async def _unless_cancelled(task: "asyncio.Task[T]", *, otherwise: T) -> T:
    """The task's result; `otherwise` where it alone was ended. It ends with whoever waits."""
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
        # What it has in hand is put down before anybody closes what it works on.
        await asyncio.wait({task})
    return otherwise if task.cancelled() else task.result()


def _kind(reached: SyncKind, pending: Pending) -> SyncKind:
    """A desk that is connected may still have something to say; any other state comes first."""
    if reached is not SyncKind.SYNCED:
        return reached
    if pending.held:
        return SyncKind.HELD
    if pending.attention:
        return SyncKind.ATTENTION
    return SyncKind.SAVING if pending.unsent else SyncKind.SYNCED
