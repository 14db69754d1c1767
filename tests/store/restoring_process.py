"""Restores a desk's newest backup, and dies by SIGKILL at the step it was told."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from interview_desk.store import LocalStore, backups, rebuilt
from tests.helpers.dying import run_until_step

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def restore(path: Path, key: bytes) -> None:
    store = await LocalStore.open(path, key)
    newest, *_ = await store.backups.backups()
    await store.backups.restore(newest.name, NOW)
    await store.close()


if __name__ == "__main__":
    database, key, last = sys.argv[1:]
    work = restore(Path(database), bytes.fromhex(key))
    run_until_step(int(last), backups, rebuilt, program=work)
