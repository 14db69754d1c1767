"""Why somebody may not come in."""

from http import HTTPStatus
from typing import Any

from interview_desk.wire.problems import Code
from interview_desk.wire.routes import PROTOCOL_MAX, PROTOCOL_MIN
from sync_server.infra.problems import Problem


class Unauthorized(Problem):
    """The bearer token is missing, unknown or expired."""

    status = HTTPStatus.UNAUTHORIZED
    code = Code.UNAUTHORIZED
    title = "Sign in again: the access token is missing, unknown or expired."

    def __init__(self, detail: str | None = None, **members: Any) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"}, **members)


class RefreshTokenInvalid(Unauthorized):
    """The refresh token is unknown or expired."""

    code = Code.REFRESH_TOKEN_INVALID
    title = "Pair this device again: its sign-in is unknown or expired."


class DeviceRevoked(Unauthorized):
    """The device was signed out, by a person or because one of its tokens was used twice."""

    code = Code.DEVICE_REVOKED
    title = "This device was signed out. Pair it again; what is on it stays."


class ProtocolUnsupported(Problem):
    """Client and server have no version of the protocol in common."""

    status = HTTPStatus.UPGRADE_REQUIRED
    code = Code.PROTOCOL_UNSUPPORTED
    title = "This version of Interview Desk and the server's do not fit together."

    def __init__(self) -> None:
        super().__init__(min=PROTOCOL_MIN, max=PROTOCOL_MAX)
