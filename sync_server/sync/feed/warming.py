"""Keeping what the whole team sees at hand, so that nobody's first copy has to wait for it."""

import asyncio
import logging

from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.models.workspace import workspace
from sync_server.sync.counter import Poke
from sync_server.sync.feed.snapshot import team_copy

_log = logging.getLogger(__name__)

# After this long without a change a burst is over; nobody's work is disturbed by catching up.
_QUIET_SECONDS = 2.0
_AWAY_SECONDS = 30.0


async def run(parts: Parts) -> None:
    """Bring the segments up to date whenever it has become quiet, until cancelled."""
    while True:
        with parts.bus.subscribe(_is_change) as news:
            try:
                for workspace_id in await parts.database.read(_workspaces):
                    await team_copy(parts.database, workspace_id)
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; copies are made when they are asked for")
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            await anext(news)
            await news.quiet(_QUIET_SECONDS)


def _workspaces(tx: Tx) -> list[str]:
    return [*tx.connection.execute(workspace.select().with_only_columns(workspace.c.id)).scalars()]


def _is_change(message: object) -> bool:
    return isinstance(message, Poke)
