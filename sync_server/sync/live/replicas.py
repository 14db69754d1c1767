"""Hearing what other server processes on the same database have done.

They tell by PostgreSQL's NOTIFY, inside the transaction that did it. Because a connection can go
silent without a word, the counter is looked at now and then as well: whoever was not told of what
it has reached is not listened to any more.
"""

import asyncio
import logging

import sqlalchemy as sa

from sync_server.infra.bus import Missed
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.listening import Listener, ListeningLost, Payloads
from sync_server.infra.parts import Parts
from sync_server.infra.postgres import PostgresDatabase
from sync_server.infra.travelling import unpacked
from sync_server.models.workspace import workspace
from sync_server.sync.counter import Poke
from sync_server.sync.removal.memory import Erased, forget_here

_log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
# Between two attempts to listen.
_PAUSE_SECONDS = 0.5


async def run(parts: Parts) -> None:
    """Publish here what other processes tell, until cancelled."""
    if not isinstance(parts.database, PostgresDatabase):
        # An embedded database has one process; there is nobody to listen to.
        await asyncio.Event().wait()
        return
    await Replicas(parts, parts.database.listener()).run()


class Replicas:
    """Listens on one connection, and makes another one when it is lost or says nothing."""

    def __init__(self, parts: Parts, listener: Listener) -> None:
        self._parts = parts
        self._listener = listener
        self._heard: dict[str, int] = {}
        self._unheard: dict[str, int] = {}
        self._listening: asyncio.Future[None] | None = None
        # Said once, however often it is tried.
        self._hears = True

    async def run(self) -> None:
        """Listen and look, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen_always())
            tasks.create_task(self._look_always())

    async def _listen_always(self) -> None:
        while True:
            self._listening = asyncio.ensure_future(self._listen())
            try:
                await asyncio.wait({self._listening})
            finally:
                self._listening.cancel()
            lost = None if self._listening.cancelled() else self._listening.exception()
            if lost is not None and not isinstance(lost, ListeningLost | DatabaseUnavailable):
                raise lost
            if self._hears:
                _log.warning("other servers are not heard (%s); listening anew", lost or "silence")
            self._hears = False
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _listen(self) -> None:
        async with self._listener.listening() as payloads:
            await self._catch_up()
            self._hears = True
            await self._hear(payloads)

    async def _catch_up(self) -> None:
        """Whatever was said before we listened: everybody looks for themselves."""
        self._unheard.clear()
        # Somebody may have been erased meanwhile.
        forget_here()
        self._parts.bus.publish(Missed())
        for workspace_id, seq in (await self._parts.database.read(_reached)).items():
            self._note_heard(workspace_id, seq)
            self._parts.bus.publish(Poke(workspace_id, seq))

    async def _hear(self, payloads: Payloads) -> None:
        async for payload in payloads:
            origin, news = unpacked(payload)
            for message in news:
                if isinstance(message, Poke):
                    self._note_heard(message.workspace_id, message.seq)
                elif isinstance(message, Erased):
                    forget_here()
                # Our own has been published here already, and sooner.
                if origin != self._parts.bus.origin:
                    self._parts.bus.publish(message)

    def _note_heard(self, workspace_id: str, seq: int) -> None:
        self._heard[workspace_id] = max(seq, self._heard.get(workspace_id, 0))

    async def _look_always(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                self._compare(await self._parts.database.read(_reached))
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; nobody is heard")

    def _compare(self, reached: dict[str, int]) -> None:
        """Poke for what nobody told; who was silent about it for a whole look is left."""
        silent = any(seq > self._heard.get(one, 0) for one, seq in self._unheard.items())
        self._unheard = {one: seq for one, seq in reached.items() if seq > self._heard.get(one, 0)}
        for workspace_id, seq in self._unheard.items():
            self._parts.bus.publish(Poke(workspace_id, seq))
        if silent and self._listening is not None:
            self._listening.cancel()


def _reached(tx: Tx) -> dict[str, int]:
    return {
        row.id: row.seq for row in tx.connection.execute(sa.select(workspace.c.id, workspace.c.seq))
    }
