"""What a running server is made of, for endpoints and workers."""

from dataclasses import dataclass, field
from typing import cast

from fastapi.requests import HTTPConnection

from sync_server.infra.bus import Bus
from sync_server.infra.clock import Clock
from sync_server.infra.crypto import Vault
from sync_server.infra.database import Database
from sync_server.infra.tally import Tally
from sync_server.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one running server.

    `server_url` is how clients reach it; `certificate_pin` is the SHA-256 of a self-signed
    certificate in hexadecimal, None where the usual authorities vouch for it.
    """

    settings: Settings
    database: Database
    vault: Vault
    bus: Bus
    clock: Clock
    server_url: str
    certificate_pin: str | None = None
    tally: Tally = field(default_factory=Tally)


async def parts(connection: HTTPConnection) -> Parts:
    """The running server's parts, for `Depends(parts)` in an endpoint or a socket.

    A coroutine, because the framework would ask anything else on another thread.
    """
    return cast("Parts", connection.app.state.parts)
