"""A real database, and what a test wants to happen around its units of work."""

from collections.abc import Callable
from typing import TypeVar

from typing_extensions import override

from sync_server.infra.bus import Bus
from sync_server.infra.database import Database, Tx

T = TypeVar("T")


class AroundDatabase(Database):
    """Passes everything on to a database that belongs to somebody else; a glance is a read."""

    def __init__(self, real: Database) -> None:
        self._real = real
        self.dialect = real.dialect
        self.is_shared = real.is_shared
        self.announces = real.announces

    @property
    @override
    def itself(self) -> Database:
        return self._real.itself

    @property
    @override
    def bus(self) -> Bus:
        return self._real.bus

    @override
    async def read(self, work: Callable[[Tx], T]) -> T:
        return await self._real.read(work)

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        return await self._real.write(work)

    @override
    async def caught_up(self) -> None:
        await self._real.caught_up()

    @override
    async def close(self) -> None:
        """Nothing: whoever made the real one closes it."""
