"""Why a device cannot be paired or a member not be added."""

from http import HTTPStatus

from interview_desk.wire.problems import Code
from sync_server.infra.problems import NotFound, Problem

_CODE_SENTENCES = {
    None: "This pairing code is wrong. Check it, or ask for a new one.",
    True: "This pairing code has been used; each works once. Ask for a new one.",
    False: "This pairing code has expired; each works for ten minutes. Ask for a new one.",
}


class PairingCodeInvalid(Problem):
    """The code was never given out, has been used, or is older than ten minutes."""

    status = HTTPStatus.UNAUTHORIZED
    code = Code.PAIRING_CODE_INVALID
    title = "This pairing code is not valid"

    def __init__(self, *, used: bool | None) -> None:
        """`used` is None for a code that was never given out, False for one that is too old."""
        super().__init__(_CODE_SENTENCES[used])


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
