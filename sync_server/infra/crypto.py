"""Sealing what is personal, and finding it again without reading it.

A sealed value is `v1|key id|nonce|ciphertext`, AES-256-GCM, bound to its place in the database
(`table|row|column`): a ciphertext moved elsewhere does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = "v1"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KEY_MISSING = (
    "A stored value was sealed with a key that is not here. Put the keys.json that belongs to the "
    "data back into the data directory, or give its key in INTERVIEW_DESK_ENCRYPTION_KEYS."
)


class KeysUnusable(Exception):  # noqa: N818  - names a state, and the sentence is for people
    """The keys are not those that sealed the data, or are not keys at all."""


class DataKey:
    """One key; its id follows from the key, so that no two lists can disagree."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeysUnusable("An encryption key is 32 bytes in base64.")
        self.id = hashlib.sha256(b"key id|" + key).hexdigest()[:12]
        # How everything begins that this key has sealed.
        self.prefix = f"{_VERSION}|{self.id}|"
        self.cipher = AESGCM(key)

    @classmethod
    def parse(cls, text: str) -> "DataKey":
        """The key that `text` holds in base64, either alphabet."""
        try:
            return cls(_decode(text.strip()))
        except ValueError as error:
            raise KeysUnusable("An encryption key is 32 bytes in base64.") from error


def _encode(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_URL_SAFE).decode()


def _decode(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    return base64.b64decode(
        padded.replace("+", "-").replace("/", "_"), altchars=b"-_", validate=True
    )


def _unsealed(text: str) -> bytes:
    # Leniently, at a third of the cost: what is damaged does not open anyway.
    return binascii.a2b_base64(text.replace("-", "+").replace("_", "/") + "==")


def _place(table: str, row: str, column: str) -> bytes:
    return f"{table}|{row}|{column}".encode()


class Vault:
    """Seals and opens values, and makes the digests by which sealed ones are found.

    The first key seals; all of them open. `learn` gives it the server's own keys once the
    database that keeps them is open. Where a value names a key that is not among them, `again` is
    asked: another server of the team may have made it since.
    """

    def __init__(
        self, keys: Iterable[DataKey], *, again: Callable[[], Iterable[DataKey]] | None = None
    ) -> None:
        self._again = again
        self._keys: dict[str, DataKey] = {}
        self._current: DataKey | None = None
        self._own: dict[str, bytes] = {}
        self.use(keys)

    def use(self, keys: Iterable[DataKey]) -> None:
        """Take `keys`, the current one first, in place of the present ones."""
        listed = list(keys)
        if not listed:
            raise KeysUnusable("there is no encryption key")
        self._keys = {key.id: key for key in listed}
        self._current = listed[0]

    @property
    def current_prefix(self) -> str:
        """How everything begins that the current key has sealed."""
        return self._sealing.prefix

    @property
    def _sealing(self) -> DataKey:
        if self._current is None:
            raise KeysUnusable("there is no encryption key")
        return self._current

    def seal(self, value: str | bytes, *, table: str, row: str, column: str) -> str:
        """`value` so that only this server reads it, and only at this place."""
        (sealed,) = self.seal_all({row: value}, table=table, column=column)
        return sealed

    def seal_all(
        self, values: Mapping[str, str | bytes], *, table: str, column: str
    ) -> Sequence[str]:
        """The same for one column of several rows, in the order of `values` by row.

        The system is asked for randomness once: each time it is, this thread lets go of the
        interpreter, and in a burst it then waits for its turn.
        """
        key = self._sealing
        randomness = os.urandom(_NONCE_BYTES * len(values))
        sealed = []
        for number, (row, value) in enumerate(values.items()):
            data = value.encode() if isinstance(value, str) else value
            nonce = randomness[number * _NONCE_BYTES : (number + 1) * _NONCE_BYTES]
            content = key.cipher.encrypt(nonce, data, _place(table, row, column))
            sealed.append(f"{key.prefix}{_encode(nonce)}|{_encode(content)}")
        return sealed

    def open_bytes(self, sealed: str, *, table: str, row: str, column: str) -> bytes:
        """What was sealed at this place; KeysUnusable for another place or an unknown key."""
        version, key_id, nonce, data = sealed.split("|")
        key = self._keys.get(key_id) or self._newer(key_id)
        if version != _VERSION or key is None:
            raise KeysUnusable(_KEY_MISSING)
        try:
            return key.cipher.decrypt(_unsealed(nonce), _unsealed(data), _place(table, row, column))
        except InvalidTag as error:
            raise KeysUnusable("A stored value is damaged or belongs to another row.") from error

    def _newer(self, key_id: str) -> DataKey | None:
        if self._again is not None:
            self.use(self._again())
        return self._keys.get(key_id)

    def open(self, sealed: str, *, table: str, row: str, column: str) -> str:
        """The text that was sealed at this place."""
        return self.open_bytes(sealed, table=table, row=row, column=column).decode()

    def learn(self, purpose: str, key: bytes) -> None:
        """Know the server's own key for `purpose` (`index`, `token`)."""
        self._own[purpose] = key

    def digest(self, purpose: str, text: str) -> bytes:
        """The keyed digest of `text` for `purpose`; worthless to whoever has only the database."""
        return hmac.digest(self._own[purpose], text.encode(), "sha256")

    def blind_index(self, email: str) -> str:
        """What stands in the database for this address, however it was capitalised."""
        return self.digest("index", normal_email(email)).hex()


def normal_email(email: str) -> str:
    """The one spelling under which an address is looked up."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def spelled_key(key: bytes) -> str:
    """The key as people and files keep it: what `DataKey.parse` reads."""
    return _encode(key)
