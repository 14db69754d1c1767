"""The database's key: in the keyring, or under a passphrase.

A small file beside the database says which of the two it is; it holds no secret.
"""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

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
# A passphrase is changed on a thread, another key asked for on the loop.
_REPLACING: Final = threading.Lock()


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
class KeyPlace:
    """Where one key is: under a passphrase here, or in the keyring as the desk's key `number`."""

    number: int
    wrapped: WrappedKey | None = None

    def to_json(self) -> dict[str, Any]:
        """The file's form of it."""
        return {"number": self.number, "wrapped": self.wrapped.to_json() if self.wrapped else None}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "KeyPlace":
        """What `to_json` made, here or before keys had numbers."""
        wrapped = kept.get("wrapped")
        return cls(kept.get("number", 0), WrappedKey.from_json(wrapped) if wrapped else None)


@dataclass(frozen=True, slots=True)
class KeyHeader:
    """What the file beside the database says: whose keys, and where.

    With `following` the desk is on its way to another key; until that is the only one, the
    database and each backup are under the one or the other.
    """

    profile: str
    current: KeyPlace
    following: KeyPlace | None = None

    @property
    def needs_passphrase(self) -> bool:
        """Whether a passphrase opens this desk, and not the keyring."""
        return self.current.wrapped is not None


class Keys(NamedTuple):
    """The key of the database, and the one that is to take its place."""

    current: bytes
    following: bytes | None = None


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
        following = kept.get("following")
        return KeyHeader(
            kept["profile"],
            KeyPlace.from_json(kept),
            KeyPlace.from_json(following) if following else None,
        )

    async def keys(self) -> Keys:
        """The database's keys from the keyring, the first one made at the first start.

        PassphraseNeededError where a passphrase was chosen; NoKeyringError where there is no
        keyring; KeyMissingError where the keyring does not have one.
        """
        header = self.header()
        if header is None:
            return Keys(await self._make())
        if header.needs_passphrase:
            raise PassphraseNeededError
        current = await self._kept(header.profile, header.current)
        if header.following is None:
            return Keys(current)
        return Keys(current, await self._kept(header.profile, header.following))

    async def _kept(self, profile: str, place: KeyPlace) -> bytes:
        kept = await self._safe.get(_key_name(profile, place.number))
        if kept is None:
            raise KeyMissingError
        return bytes.fromhex(kept)

    async def _make(self) -> bytes:
        key = self._randomness(KEY_BYTES)
        header = KeyHeader(self._randomness(_PROFILE_BYTES).hex(), KeyPlace(0))
        # The key first: a header without its key would lock an empty desk for ever.
        await self._safe.put(_key_name(header.profile, 0), key.hex())
        self._write(header)
        return key

    def keys_under(self, passphrase: str) -> Keys:
        """The database's keys under its passphrase, made with this one at the first start.

        Takes a second of work and 64 MiB: call it on a thread.
        """
        header = self.header()
        if header is None:
            key = self._randomness(KEY_BYTES)
            current = KeyPlace(0, self._wrapped(key, passphrase))
            self._write(KeyHeader(self._randomness(_PROFILE_BYTES).hex(), current))
            return Keys(key)
        current_key = self._unwrapped(header.current, passphrase)
        if header.following is None:
            return Keys(current_key)
        return Keys(current_key, self._unwrapped(header.following, passphrase))

    def change_passphrase(self, passphrase: str, *, new: str) -> None:
        """Have `new` open the desk in place of `passphrase`; the database and its key stay.

        WrongPassphraseError changes nothing; a crash leaves the one or the other. Twice the work
        of `keys_under`: call it on a thread.
        """
        header = self.header()
        if header is None:
            raise KeyMissingError

        def under_the_new_one(place: KeyPlace) -> KeyPlace:
            key = self._unwrapped(place, passphrase)
            return KeyPlace(place.number, self._wrapped(key, new))

        following = under_the_new_one(header.following) if header.following else None
        changed = KeyHeader(header.profile, under_the_new_one(header.current), following)
        if not self._replace(header, changed):
            # Another key was asked for meanwhile, under the passphrase of now.
            self.change_passphrase(passphrase, new=new)

    async def begin_change(self, passphrase: str | None = None) -> None:
        """Have another key take the place of this one at the next start.

        Where a passphrase opens the desk it is asked for, and opens it afterwards as before;
        WrongPassphraseError changes nothing. Asked for again before the next start, it stays one
        change.
        """
        header = self.header()
        if header is None:
            raise KeyMissingError
        if header.following is not None:
            return
        following = await self._following(header, passphrase)
        if not self._replace(header, KeyHeader(header.profile, header.current, following)):
            # Another passphrase opens the desk since.
            await self.begin_change(passphrase)

    def _replace(self, header: KeyHeader, changed: KeyHeader) -> bool:
        """Write what was made of `header`; False where that is not what stands there any more."""
        with _REPLACING:
            is_there = self.header() == header
            if is_there:
                self._write(changed)
        return is_there

    async def _following(self, header: KeyHeader, passphrase: str | None) -> KeyPlace:
        number, key = header.current.number + 1, self._randomness(KEY_BYTES)
        if passphrase is None:
            # The key first: what the header promises has to be there.
            await self._safe.put(_key_name(header.profile, number), key.hex())
            return KeyPlace(number)
        from asyncio import to_thread

        await to_thread(self._unwrapped, header.current, passphrase)
        return KeyPlace(number, await to_thread(self._wrapped, key, passphrase))

    async def finish_change(self) -> None:
        """Everything is under the following key: it is the only one from now on."""
        header = self.header()
        if header is None or header.following is None:
            return
        self._write(KeyHeader(header.profile, header.following))
        if not header.needs_passphrase:
            await self._safe.remove(_key_name(header.profile, header.current.number))

    def _wrapped(self, key: bytes, passphrase: str) -> WrappedKey:
        salt = self._randomness(SALT_BYTES)
        return wrap(key, passphrase, salt=salt, hardness=self._hardness)

    def _unwrapped(self, place: KeyPlace, passphrase: str) -> bytes:
        if place.wrapped is None:
            raise KeyMissingError
        return unwrap(place.wrapped, passphrase)

    def _write(self, header: KeyHeader) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        following = header.following.to_json() if header.following else None
        text = json.dumps(
            {"profile": header.profile, **header.current.to_json(), "following": following}
        )
        fresh = self._file.with_name(self._file.name + ".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)


def _key_name(profile: str, number: int) -> str:
    return f"database-key:{profile}:{number}" if number else f"database-key:{profile}"
