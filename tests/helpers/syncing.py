"""A sync service at work, with everything around it in a test's hands."""

import asyncio
from collections.abc import Callable

from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.ports import Me
from interview_desk.services.sync import SyncService
from interview_desk.services.sync_state import (
    SyncKind,
    SyncState,
)
from interview_desk.store import LocalStore
from tests.helpers.desk import StoppedClock
from tests.helpers.fakes import NOON, MemoryApi, MemoryFeed, MemoryServer, Naps


class Running:
    """A sync service at work, with everything around it in a test's hands."""

    def __init__(self, store: LocalStore, server: MemoryServer) -> None:
        self.store = store
        self.server = server
        self.api: MemoryApi = server.api("d1")
        self.feed = MemoryFeed()
        self.clock = StoppedClock(NOON)
        self.naps = Naps()
        self.service = SyncService(
            store, self.api, self.feed, self.clock, jitter=lambda: 0.0, nap=self.naps
        )
        self.states: list[SyncState] = []
        self.stop_hearing = self.service.on_state(self.states.append)

    async def until(self, holds: Callable[[SyncState], bool]) -> SyncState:
        """Wait until the state is as wanted."""
        changed = asyncio.Event()
        stop = self.service.on_state(lambda _: changed.set())
        while not holds(self.service.state):
            changed.clear()
            await changed.wait()
        stop()
        return self.service.state

    async def reached(self, kind: SyncKind) -> SyncState:
        return await self.until(lambda state: state.kind is kind)

    async def rename(self, name: str) -> None:
        await self.store.write([Edit("startups", "s1", {"name": name})])


def paired(device_id: str | None = "d1") -> Me:
    """Who this desk belongs to."""
    return Me("m1", "Ann", None, Role.OWNER, "Team", "https://desk.test", device_id)
