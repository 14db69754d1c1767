"""What every `/v1` endpoint asks first: who calls, and whether we speak one protocol."""

from typing import Annotated

from fastapi import Depends
from fastapi.requests import HTTPConnection

from interview_desk.wire.routes import PROTOCOL_HEADER, PROTOCOL_MAX, PROTOCOL_MIN
from sync_server.auth.errors import ProtocolUnsupported, Unauthorized
from sync_server.auth.service import Caller, authenticate
from sync_server.infra.parts import Parts, parts

VERSIONS = {str(version) for version in range(PROTOCOL_MIN, PROTOCOL_MAX + 1)}

__all__ = [
    "VERSIONS",
    "Caller",
    "CurrentCaller",
    "authenticate",
    "current_caller",
    "is_supported",
    "supported_protocol",
]


async def current_caller(
    connection: HTTPConnection, parts: Annotated[Parts, Depends(parts)]
) -> Caller:
    """The caller by the bearer token of the request."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized
    # They may have been poked about what a commit under way is about to keep.
    await parts.database.caught_up()
    return await authenticate(parts, token.strip())


CurrentCaller = Annotated[Caller, Depends(current_caller)]


async def supported_protocol(connection: HTTPConnection) -> None:
    """Refuse a caller whose protocol this server does not speak; none named counts as 1."""
    if not is_supported(connection):
        raise ProtocolUnsupported


def is_supported(connection: HTTPConnection) -> bool:
    """Whether we speak the caller's protocol; none named counts as 1."""
    return connection.headers.get(PROTOCOL_HEADER, "1").strip() in VERSIONS
