"""An event loop on which time passes only when nobody has anything to do.

What waits a minute is through in no time, and whoever never comes to rest is found out: for them
no time passes at all.
"""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Any, TypeVar

from anyio.to_thread import current_default_thread_limiter
from typing_extensions import TypeVarTuple, Unpack, override

from sync_server.infra.clock import Clock
from tests.helpers.server import NOON

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

# Real seconds; by then a thread that has something in hand is stuck.
STUCK = 20.0


class PassingTime(asyncio.SelectorEventLoop):
    """Jumps to the next moment for which somebody waits, once all threads have come to rest.

    It knows of the threads of executors, of the framework's, and of what else says so by `is_busy`.
    """

    def __init__(self) -> None:
        self._moment = 0.0
        self._in_hand = 0
        self._borrowed: Callable[[], float] = lambda: 0
        super().__init__(_Selector(self))
        # Asked before time passes: whether a thread has something in hand that ends by itself.
        self.is_busy: Callable[[], bool] = lambda: False

    @override
    def time(self) -> float:
        return self._moment

    @override
    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        self._in_hand += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._put_down)
        return future

    @override
    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        self._in_hand += 1
        await super().shutdown_default_executor()

    def _put_down(self, _: "asyncio.Future[Any]") -> None:
        self._in_hand -= 1

    async def watch_framework(self) -> None:
        """Wait for the threads that the web framework takes for what is no coroutine, too."""
        limiter = current_default_thread_limiter()
        self._borrowed = lambda: limiter.borrowed_tokens

    @property
    def waits_for_threads(self) -> bool:
        """Whether a thread was asked for something and has not answered."""
        return self._in_hand + self._borrowed() > 0

    def rests(self) -> bool:
        """Whether nothing happens before time passes."""
        return not self.waits_for_threads and not self.is_busy()

    def pass_time(self, seconds: float) -> None:
        """Be so much later."""
        self._moment += seconds


class _Selector(selectors.DefaultSelector):
    """Asked how long to wait for whoever calls from outside."""

    def __init__(self, loop: PassingTime) -> None:
        super().__init__()
        self._loop = loop

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if (events := super().select(0)) or timeout == 0:
            return events
        if not self._loop.rests():
            events = super().select(STUCK)
            assert events, "a thread never comes to an end"
        elif timeout is None:
            raise AssertionError("everybody waits for somebody else")
        else:
            self._loop.pass_time(timeout)
        return events


class LoopClock(Clock):
    """The time of day on such a loop."""

    def __init__(self, loop: PassingTime) -> None:
        self._loop = loop

    @override
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self._loop.time())
