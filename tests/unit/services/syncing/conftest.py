"""A desk whose exchange with the server is at work or about to be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from interview_desk.store import LocalStore
from tests.helpers.fakes import MemoryServer
from tests.helpers.syncing import Running, paired


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    yield store
    await store.close()


@pytest.fixture
async def idle(store: LocalStore) -> Running:
    """Paired, not running yet."""
    server = MemoryServer()
    await store.become(paired(), epoch=server.epoch)
    return Running(store, server)


@pytest.fixture
async def running(idle: Running) -> AsyncIterator[Running]:
    """Paired and running."""
    task = asyncio.ensure_future(idle.service.run())
    yield idle
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
