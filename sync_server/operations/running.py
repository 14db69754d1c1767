"""Carrying out a command wherever the database can be had."""

import asyncio
from typing import Any

from sync_server.infra.lock import AlreadyInUse
from sync_server.operations.commands import Json, run_command
from sync_server.operations.control import NobodyThere, ask_running_server
from sync_server.operations.opening import opened
from sync_server.settings import Settings

# Long enough for a server that is just starting, or for another command to end.
_ATTEMPTS = 100
_PAUSE_SECONDS = 0.1


async def run_anywhere(
    settings: Settings, name: str, args: dict[str, Any], *, attempts: int = _ATTEMPTS
) -> Json:
    """The result of a command, done by the running server, or here where none runs."""
    for left in reversed(range(attempts)):
        try:
            return await ask_running_server(settings.data_dir, name, args)
        except NobodyThere:
            pass
        try:
            async with opened(settings) as parts:
                # Some commands may only be carried out where nobody else is at work.
                return await run_command(parts, name, {**args, "alone": True})
        except AlreadyInUse:
            if not left:
                raise
        await asyncio.sleep(_PAUSE_SECONDS)
    raise NobodyThere
