"""Whether a body really comes from Cal.com: HMAC over its raw bytes, with any of the secrets."""

import hmac
from collections.abc import Iterable, Sequence

from pydantic import SecretStr

HEADER = b"x-cal-signature-256"


def keys_of(secrets: Iterable[SecretStr]) -> tuple[bytes, ...]:
    """The configured secrets as keys, the current one first."""
    return tuple(secret.get_secret_value().encode() for secret in secrets)


def is_signed(body: bytes, signature: bytes | None, keys: Sequence[bytes]) -> bool:
    """Whether `signature` is the lower-case hex HMAC-SHA256 of `body` with one of `keys`.

    The header is compared as bytes: a forged one may hold anything, and is only ever wrong.
    """
    if signature is None:
        return False
    # All keys are tried always, so that the time taken does not tell which one fits.
    matches = [
        hmac.compare_digest(hmac.digest(key, body, "sha256").hex().encode(), signature)
        for key in keys
    ]
    return any(matches)
