"""Carrying out retention by itself, a few times a day."""

import asyncio
import logging

from sync_server.infra.database import DatabaseUnavailable
from sync_server.infra.parts import Parts
from sync_server.operations.purging import keep_order

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 6 * 3600.0
_AWAY_SECONDS = 60.0


async def run(parts: Parts) -> None:
    """Let go of what has been kept long enough, until cancelled."""
    days = parts.settings.horizon_days
    while True:
        try:
            counts = await parts.database.write(lambda tx: keep_order(tx, horizon_days=days))
        except DatabaseUnavailable:
            _log.warning("the database cannot be used; retention waits")
            await asyncio.sleep(_AWAY_SECONDS)
            continue
        if any(counts.values()):
            _log.info("retention: %s", counts)
        await asyncio.sleep(_PAUSE_SECONDS)
