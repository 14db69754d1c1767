"""The database's own threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")


class OwnThreads:
    """One thread that writes and one that reads; the event loop that runs never waits on disk."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._writing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk-writes")
        self._reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk-reads")
        self.mending = asyncio.Lock()

    async def read(self, work: Callable[[], _T]) -> _T:
        """The result of `work` on the reading thread."""
        return await self._loop.run_in_executor(self._reading, work)

    async def write(self, work: Callable[[], _T]) -> _T:
        """The result of `work` on the writing thread."""
        return await self._loop.run_in_executor(self._writing, work)

    def on_loop(self, tell: Callable[[], object]) -> None:
        """Call `tell` on the loop; for use on either thread."""
        self._loop.call_soon_threadsafe(tell)

    def stop(self) -> None:
        """End both threads with what they are doing."""
        self._reading.shutdown(wait=False)
        self._writing.shutdown(wait=False)
