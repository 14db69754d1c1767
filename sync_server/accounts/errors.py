"""Why a device cannot be paired or a member not be added."""

from http import HTTPStatus

from interview_desk.wire.problems import Code
from sync_server.infra.problems import NotFound, Problem


class PairingCodeInvalid(Problem):
    """The code was never given out, has been used, or is older than ten minutes."""

    status = HTTPStatus.UNAUTHORIZED
    code = Code.PAIRING_CODE_INVALID
    title = "This pairing code is not valid. Each works once, for ten minutes."


class TooManyTries(Problem):
    """Somebody at this address is guessing."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = Code.TOO_MANY_TRIES
    title = "Too many wrong pairing codes from this address. Wait a few minutes."

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class NoSuchMember(NotFound):
    """Nobody in the team has this address."""

    title = "Nobody in the team has this e-mail address."


class MemberRefused(Exception):  # noqa: N818  - the sentence is for the operator
    """A member that cannot be added as asked."""
