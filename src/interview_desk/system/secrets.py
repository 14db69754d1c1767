"""The database's key: in the keyring, or under a passphrase.

A small file beside the database says which of the two it is; it holds no secret.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.system.keyring_safe import KeyringSafe
from interview_desk.system.passphrase import (
    KEY_BYTES,
    SALT_BYTES,
    Hardness,
    WrappedKey,
    unwrap,
    wrap,
)

Randomness = Callable[[int], bytes]
_PROFILE_BYTES: Final = 8


class KeyMissingError(DeskError):
    """The database is here, but the keyring has no key for it; nothing was changed or created."""

    code = "key_missing"

    def __init__(self) -> None:
        super().__init__(
            "Your desk's data is here, but its key is not in this computer's keyring. Unlock the "
            "keyring that was used before; nothing was changed."
        )


class PassphraseNeededError(DeskError):
    """The key is under a passphrase that somebody has to type."""

    code = "passphrase_needed"

    def __init__(self) -> None:
        super().__init__("Enter your passphrase to open your desk.")


class Safe(Protocol):
    """A place for secrets; NoKeyringError where there is none."""

    async def get(self, name: str) -> str | None:
        """The secret, or None where there is none."""
        ...

    async def put(self, name: str, secret: str) -> None:
        """Keep the secret; it is safe when this returns."""
        ...

    async def remove(self, name: str) -> None:
        """Forget the secret, if there is one."""
        ...


@dataclass(frozen=True, slots=True)
class KeyHeader:
    """What the file beside the database says: which keyring entry, or the wrapped key."""

    profile: str
    wrapped: WrappedKey | None = None

    @property
    def needs_passphrase(self) -> bool:
        """Whether a passphrase opens this desk, and not the keyring."""
        return self.wrapped is not None


class DeskKeys:
    """Finds the key of the database, or makes it once."""

    def __init__(
        self,
        key_file: Path,
        *,
        safe: Safe | None = None,
        randomness: Randomness = os.urandom,
        hardness: Hardness | None = None,
    ) -> None:
        self._file = key_file
        self._safe: Safe = safe or KeyringSafe()
        self._randomness = randomness
        self._hardness = hardness or Hardness()

    def header(self) -> KeyHeader | None:
        """How the key is kept, or None before the first start."""
        if not self._file.exists():
            return None
        kept: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        wrapped = kept.get("wrapped")
        return KeyHeader(kept["profile"], WrappedKey.from_json(wrapped) if wrapped else None)

    async def key(self) -> bytes:
        """The database's key from the keyring, made at the first start.

        PassphraseNeededError where a passphrase was chosen; NoKeyringError where there is no
        keyring; KeyMissingError where the keyring does not have it.
        """
        header = self.header()
        if header is None:
            return await self._make()
        if header.wrapped is not None:
            raise PassphraseNeededError
        kept = await self._safe.get(_key_name(header.profile))
        if kept is None:
            raise KeyMissingError
        return bytes.fromhex(kept)

    async def _make(self) -> bytes:
        key = self._randomness(KEY_BYTES)
        header = KeyHeader(self._randomness(_PROFILE_BYTES).hex())
        # The key first: a header without its key would lock an empty desk for ever.
        await self._safe.put(_key_name(header.profile), key.hex())
        self._write(header)
        return key

    def key_under(self, passphrase: str) -> bytes:
        """The database's key under its passphrase, made with this one at the first start.

        Takes a second of work and 64 MiB: call it on a thread.
        """
        header = self.header()
        if header is None:
            return self._make_under(passphrase)
        if header.wrapped is None:
            raise KeyMissingError
        return unwrap(header.wrapped, passphrase)

    def change_passphrase(self, passphrase: str, *, new: str) -> None:
        """Have `new` open the desk in place of `passphrase`; the database and its key stay.

        WrongPassphraseError changes nothing; a crash leaves the one or the other. Twice the work
        of `key_under`: call it on a thread.
        """
        header = self.header()
        if header is None or header.wrapped is None:
            raise KeyMissingError
        key = unwrap(header.wrapped, passphrase)
        salt = self._randomness(SALT_BYTES)
        wrapped = wrap(key, new, salt=salt, hardness=self._hardness)
        self._write(KeyHeader(header.profile, wrapped))

    def _make_under(self, passphrase: str) -> bytes:
        key = self._randomness(KEY_BYTES)
        salt = self._randomness(SALT_BYTES)
        wrapped = wrap(key, passphrase, salt=salt, hardness=self._hardness)
        self._write(KeyHeader(self._randomness(_PROFILE_BYTES).hex(), wrapped))
        return key

    def _write(self, header: KeyHeader) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        wrapped = header.wrapped.to_json() if header.wrapped else None
        text = json.dumps({"profile": header.profile, "wrapped": wrapped})
        fresh = self._file.with_name(self._file.name + ".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)


def _key_name(profile: str) -> str:
    return f"database-key:{profile}"
