"""What is told while the disk still works, and the waiting until it is true."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeAlias

from sync_server.infra.bus import Bus

# What the callers on one event loop announce.
_News: TypeAlias = tuple[asyncio.AbstractEventLoop, list[object]]


class Announcing:
    """Tells what a commit is about to keep, so that who hears of it sets out meanwhile.

    Begun and ended by the thread that commits; `over` is for the event loops of those who read.
    While commits fail nothing is told before its time: whoever was poked tries again at once, and
    would poke all others in vain.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._end: Future[None] | None = None
        self._commits = False
        self._succeeds = True
        self._withheld: list[_News] = []

    def begin(self, told: Iterable[_News]) -> None:
        """Publish on each loop what its callers announce; the commit follows."""
        self._commits = True
        news = [(loop, messages) for loop, messages in told if messages]
        if not news:
            return
        end: Future[None] = Future()
        # From here on no reader who loses patience can take it back from all the others.
        end.set_running_or_notify_cancel()
        # Before anybody hears the news: whoever does finds something to wait for.
        self._end = end
        if self._succeeds:
            self._tell(news)
        else:
            self._withheld = news

    def end(self, *, kept: bool) -> None:
        """The commit is over, where it came to one; whether it has kept what was announced."""
        end, self._end = self._end, None
        withheld, self._withheld = self._withheld, []
        if self._commits:
            # Of one that had nothing to tell as well: the next may fail like it.
            self._commits, self._succeeds = False, kept
        if end is None:
            return
        end.set_result(None)
        if kept:
            self._tell(withheld)

    async def over(self) -> None:
        """Return once what was announced is kept, or is known to be lost."""
        end = self._end
        if end is not None:
            await asyncio.wrap_future(end)

    def _tell(self, news: Iterable[_News]) -> None:
        for loop, messages in news:
            # A loop that is closed has nobody left who listens.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._publish, messages)

    def _publish(self, messages: list[object]) -> None:
        for message in messages:
            self._bus.publish(message)
