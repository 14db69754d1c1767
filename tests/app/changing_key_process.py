"""Asks for another key, starts again with it, and dies by SIGKILL at the step it was told.

Without a passphrase the keys are in a keyring, which here is a folder.
"""

import asyncio
import sys
from pathlib import Path

from interview_desk.app.unlocking import changed_key
from interview_desk.store import backups, opening, rebuilt, rekeying
from interview_desk.system import secrets
from interview_desk.system.passphrase import Hardness
from interview_desk.system.paths import Paths
from interview_desk.system.secrets import DeskKeys, Keys
from tests.helpers.dying import run_until_step


class FolderSafe:
    """A keyring that other processes find again: each secret is a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def get(self, name: str) -> str | None:
        file = self._folder / name
        return file.read_text() if file.exists() else None

    async def put(self, name: str, secret: str) -> None:
        fresh = self._folder / ".fresh"
        fresh.write_text(secret)
        fresh.replace(self._folder / name)

    async def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)


def keys_of(paths: Paths) -> DeskKeys:
    """The keys of a desk whose keyring lies beside it."""
    quick = Hardness(passes=1, kibibytes=64, lanes=1)
    return DeskKeys(paths.key_file, safe=FolderSafe(paths.data / "keyring"), hardness=quick)


async def found(keys: DeskKeys, passphrase: str) -> Keys:
    """What opens the desk."""
    return keys.keys_under(passphrase) if passphrase else await keys.keys()


async def change(paths: Paths, passphrase: str) -> None:
    keys = keys_of(paths)
    await keys.begin_change(passphrase or None)
    _, is_changed = changed_key(paths.database, await found(keys, passphrase))
    assert is_changed
    await keys.finish_change()


async def on_a_thread(paths: Paths, passphrase: str) -> None:
    """Only the steps of threads are counted."""
    await asyncio.to_thread(lambda: asyncio.run(change(paths, passphrase)))


if __name__ == "__main__":
    directory, passphrase, last = sys.argv[1:]
    program = on_a_thread(Paths(Path(directory)), passphrase)
    run_until_step(
        int(last),
        backups,
        opening,
        rebuilt,
        rekeying,
        secrets,
        sys.modules[__name__],
        program=program,
    )
