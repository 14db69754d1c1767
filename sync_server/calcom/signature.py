"""Whether a body really comes from Cal.com: HMAC over its raw bytes, with any of the secrets."""

import hmac
from collections.abc import Iterable

from pydantic import SecretStr

HEADER = b"x-cal-signature-256"


class Signatures:
    """Checks signatures against every configured secret; each is made into a key only once."""

    def __init__(self, secrets: Iterable[SecretStr]) -> None:
        self._keyed = [
            hmac.new(secret.get_secret_value().encode(), digestmod="sha256") for secret in secrets
        ]

    def fit(self, body: bytes, signature: bytes | None) -> bool:
        """Whether `signature` is the lower-case hex HMAC-SHA256 of `body` with one of the secrets.

        The header is compared as bytes: a forged one may hold anything, and is only ever wrong.
        """
        if signature is None:
            return False
        # All keys are tried always, so that the time taken does not tell which one fits.
        matches = [_is_by(keyed, body, signature=signature) for keyed in self._keyed]
        return any(matches)


def _is_by(keyed: hmac.HMAC, body: bytes, *, signature: bytes) -> bool:
    # A copy, because the one call that does it all lets go of the interpreter for even the
    # smallest body, and getting it back can take longer than the work.
    computed = keyed.copy()
    computed.update(body)
    return hmac.compare_digest(computed.hexdigest().encode(), signature)
