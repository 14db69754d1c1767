"""Asks for another key, starts again with it, and dies by SIGKILL at the step it was told."""

import asyncio
import sys
from pathlib import Path

from interview_desk.app.unlocking import changed_key
from interview_desk.store import backups, opening, rebuilt, rekeying
from interview_desk.system import secrets
from interview_desk.system.passphrase import Hardness
from interview_desk.system.paths import Paths
from interview_desk.system.secrets import DeskKeys
from tests.helpers.dying import run_until_step


async def change(paths: Paths, passphrase: str) -> None:
    keys = DeskKeys(paths.key_file, hardness=Hardness(passes=1, kibibytes=64, lanes=1))
    await keys.begin_change(passphrase)
    _, is_changed = changed_key(paths.database, keys.keys_under(passphrase))
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
