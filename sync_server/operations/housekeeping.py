"""Carrying out retention by itself, a few times a day."""

import asyncio
import logging

from sync_server.infra.database import DatabaseUnavailable
from sync_server.infra.parts import Parts
from sync_server.operations.purging import is_order_due, keep_order

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 6 * 3600.0
_AWAY_SECONDS = 60.0


async def run(parts: Parts) -> None:
    """Let go of what has been kept long enough, until cancelled."""
    while True:
        try:
            await keep_order_where_due(parts)
        except DatabaseUnavailable:
            _log.warning("the database cannot be used; retention waits")
            await asyncio.sleep(_AWAY_SECONDS)
            continue
        await asyncio.sleep(_PAUSE_SECONDS)


async def keep_order_where_due(parts: Parts) -> None:
    """One round of retention; the writer is not asked for where there is nothing to do."""
    settings = parts.settings
    if await parts.database.read(lambda tx: is_order_due(tx, settings)):
        counts = await parts.database.write(lambda tx: keep_order(tx, settings))
        _log.info("retention: %s", counts)
