"""Keeping the background work going for as long as the server runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from sync_server.infra.parts import Parts

Worker = Callable[[Parts], Awaitable[None]]

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 5.0


@asynccontextmanager
async def working(
    parts: Parts, workers: Mapping[str, Worker], *, pause: float = _PAUSE_SECONDS
) -> AsyncIterator[None]:
    """Run all `workers` until the block is left; one that ends is started again after `pause`."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_kept_running(name, worker, parts=parts, pause=pause), name=name)
            for name, worker in workers.items()
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def _kept_running(name: str, worker: Worker, *, parts: Parts, pause: float) -> None:
    while True:
        task = asyncio.ensure_future(worker(parts))
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        failure = None if task.cancelled() else task.exception()
        _log.error("worker %s has stopped and is started again", name, exc_info=failure)
        await asyncio.sleep(pause)
