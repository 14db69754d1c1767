"""The data keys of a server that was given none: a file in its data directory."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync_server.infra.crypto import KEY_BYTES, DataKey, KeysUnusable, spelled_key
from sync_server.infra.files import put_in_place


class KeyFile:
    """The keys in the data directory, made on the first start and readable by the owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load_or_make(self) -> list[DataKey]:
        """The keys of this data directory, the current one first."""
        with self._held():
            if not self._path.exists():
                self._store([_fresh()])
        return [DataKey.parse(text) for text in self._load()]

    def add(self) -> list[DataKey]:
        """The keys with a new current one before them."""
        with self._held():
            self._store([_fresh(), *self._load()])
        return [DataKey.parse(text) for text in self._load()]

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Keep other servers on this directory from making keys meanwhile: theirs would be lost."""
        path = self._path.with_suffix(".lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _load(self) -> list[str]:
        try:
            return [str(text) for text in json.loads(self._path.read_text("utf-8"))["keys"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeysUnusable(
                f"The key file {self._path} cannot be read. Put back a copy of it."
            ) from error

    def _store(self, keys: list[str]) -> None:
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"keys": keys}, file)
            file.flush()
            os.fsync(file.fileno())
        # Whatever is sealed with a key is durable at once, and worth nothing without it.
        put_in_place(fresh, self._path)


def _fresh() -> str:
    return spelled_key(secrets.token_bytes(KEY_BYTES))
