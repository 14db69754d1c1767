"""Looking at the connection with Cal.com, making it and ending it, for whoever has the server."""

from typing import Any

from interview_desk.wire.calcom import ConnectRequest
from sync_server.calcom.connection import service
from sync_server.infra.parts import Parts
from sync_server.operations.commands import CommandFailed, Json, command


@command("calcom.test")
async def test(parts: Parts, args: dict[str, Any]) -> Json:
    """Who the key belongs to, what it may see, and what is missing."""
    del args
    result = await service.test(parts)
    for check in result.checks:
        if check.key == "key" and not check.ok:
            raise CommandFailed(check.says)
    return result.model_dump(mode="json")


@command("calcom.connect")
async def connect(parts: Parts, args: dict[str, Any]) -> Json:
    """Register, repair or rotate the webhooks."""
    del args
    result = await service.connect(parts, ConnectRequest())
    if not result.connected:
        raise CommandFailed(result.says)
    return result.model_dump(mode="json")


@command("calcom.disconnect")
async def disconnect(parts: Parts, args: dict[str, Any]) -> Json:
    """End the webhooks; all data stays."""
    del args
    return (await service.disconnect(parts)).model_dump(mode="json")
