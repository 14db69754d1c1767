"""A whole copy from the server, built beside the cache and put in its place."""

from typing import TYPE_CHECKING, TypeVar

from interview_desk.store.connection import in_our_words
from interview_desk.store.meta import set_meta
from interview_desk.store.part import Part

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

    from interview_desk.services.ports import Clock
    from interview_desk.services.whole_copy import CopyPlace, CopyProgress
    from interview_desk.store.arriving import Arriving
    from interview_desk.store.engine import Engine


_T = TypeVar("_T")


class StoredCopy(Part):
    """The `CopyStore` port on the encrypted database.

    The copy is built on a thread of its own, so that neither reading nor writing waits for it.
    """

    def __init__(self, engine: "Engine") -> None:
        super().__init__(engine)
        self._arriving: Arriving | None = None
        self._thread: ThreadPoolExecutor | None = None

    async def begin_copy(self) -> "CopyPlace | None":
        """Be ready for an answer; where an earlier one was cut off, the place to go on from."""
        return await self._beside(lambda arriving: arriving.begin())

    async def take_copy(self, part: bytes) -> "CopyProgress":
        """Take the answer's next bytes; CopyDamagedError drops what came so far."""
        return await self._beside(lambda arriving: arriving.take(part))

    async def finish_copy(self, clock: "Clock") -> None:
        """Prove the copy and put it in the cache's place with everything unsent carried over."""
        from interview_desk.store.swapping import swap_in

        arrived = await self._beside(lambda arriving: arriving.seal())
        await self._engine.replace_file(
            lambda path, key: swap_in(path, key, arrived=arrived, now=clock.now())
        )

    async def pause_copy(self) -> None:
        """Let go of the copy; what has come is kept for the next try."""
        if self._thread is not None:
            await self._beside(lambda arriving: arriving.pause())
        # Two may let go at once: the exchange that is ended, and the desk that closes.
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=False)

    async def start_over(self) -> None:
        """Fetch everything again beside the cache; the outbox and pending notes stay."""
        await self._beside(lambda arriving: arriving.drop())
        await self.pause_copy()
        await self._engine.write(lambda connection, _: set_meta(connection, "cursor", value=None))

    async def _beside(self, work: "Callable[[Arriving], _T]") -> _T:
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        from interview_desk.store.arriving import Arriving

        if self._arriving is None:
            self._arriving = Arriving(*self._engine.file)
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk-copies")
        arriving = self._arriving
        with in_our_words():
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, lambda: work(arriving)
            )
