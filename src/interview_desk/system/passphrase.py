"""A passphrase in place of a keyring: it wraps the database's key, and is kept nowhere.

Argon2id turns the passphrase and a fresh salt into 64 bytes: half of them cover the key (used
once, as the salt is never used again), half prove that the passphrase was right.
"""

import base64
import hashlib
import hmac
from dataclasses import asdict, dataclass
from typing import Any, Final

from interview_desk.domain.errors import DeskError

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16


class WrongPassphraseError(DeskError):
    """The passphrase does not open this desk; nothing was changed."""

    code = "wrong_passphrase"

    def __init__(self) -> None:
        super().__init__("This passphrase does not open your desk. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Hardness:
    """What one guess costs: RFC 9106's second recommendation for interactive use."""

    passes: int = 3
    kibibytes: int = 64 * 1024
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The key under its passphrase; safe to keep in a file."""

    salt: str
    covered: str
    proof: str
    hardness: Hardness

    def to_json(self) -> dict[str, Any]:
        """The file's form of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "WrappedKey":
        """What `to_json` made."""
        hardness = Hardness(**kept["hardness"])
        return cls(kept["salt"], kept["covered"], kept["proof"], hardness)


def wrap(key: bytes, passphrase: str, *, salt: bytes, hardness: Hardness) -> WrappedKey:
    """Cover `key` with `passphrase`; `salt` is 16 random bytes that are used for nothing else."""
    cover, proving = _stretched(passphrase, salt, hardness)
    covered = _xor(key, cover)
    return WrappedKey(
        salt=_text(salt),
        covered=_text(covered),
        proof=_text(_proof(proving, covered)),
        hardness=hardness,
    )


def unwrap(wrapped: WrappedKey, passphrase: str) -> bytes:
    """The key; WrongPassphraseError where the passphrase is another."""
    cover, proving = _stretched(passphrase, _bytes(wrapped.salt), wrapped.hardness)
    covered = _bytes(wrapped.covered)
    if not hmac.compare_digest(_proof(proving, covered), _bytes(wrapped.proof)):
        raise WrongPassphraseError
    return _xor(covered, cover)


def _stretched(passphrase: str, salt: bytes, hardness: Hardness) -> tuple[bytes, bytes]:
    from argon2.low_level import Type, hash_secret_raw

    stretched = hash_secret_raw(
        secret=passphrase.encode(),
        salt=salt,
        time_cost=hardness.passes,
        memory_cost=hardness.kibibytes,
        parallelism=hardness.lanes,
        hash_len=2 * KEY_BYTES,
        type=Type.ID,
    )
    return stretched[:KEY_BYTES], stretched[KEY_BYTES:]


def _proof(proving: bytes, covered: bytes) -> bytes:
    return hmac.new(proving, b"interview desk key" + covered, hashlib.sha256).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
