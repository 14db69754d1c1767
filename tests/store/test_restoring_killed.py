"""A desk that dies while a backup is restored is as it was before or as in the backup."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.domain.records import Edit
from interview_desk.store import LocalStore
from tests.helpers.dying import steps_of

THEN = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def prepare(path: Path, key: bytes) -> None:
    store = await LocalStore.open(path, key)
    await store.write([Edit("startups", "s1", {"name": "then"})])
    await store.backups.back_up(THEN)
    await store.write([Edit("startups", "s1", {"name": "today"})])
    await store.close()


async def restore(path: Path, key: bytes, *, last: int) -> int:
    """Restore in a process that dies at step `last`; how many steps it took, or 0."""
    return await steps_of("tests.store.restoring_process", str(path), key.hex(), str(last))


async def found(path: Path, key: bytes) -> str:
    """Which state is there, whole."""
    store = await LocalStore.open(path, key)
    await store.verify()
    assert store.rescued is None
    record = await store.get("startups", "s1")
    assert record is not None
    name = record.fields["name"]
    assert await store.pending_count() == (1 if name == "then" else 2)
    kept = await store.backups.backups()
    if name == "then":
        assert [backup.before_restore for backup in kept] == [True, False]
    await store.backups.back_up(THEN)
    await store.close()
    assert not list(path.with_name("backups").glob("*.part*"))
    return str(name)


@pytest.mark.timeout(240)
async def test_at_whatever_step_a_desk_dies_it_is_whole(
    path: Path, key: bytes, tmp_path: Path
) -> None:
    await prepare(path, key)
    trial = tmp_path / "whole" / "desk.db"
    shutil.copytree(path.parent, trial.parent)
    steps = await restore(trial, key, last=0)
    assert await found(trial, key) == "then"
    states = []
    # The last steps put the backup in the database's place; those before them only copy.
    for last in (*range(1, steps - 24, steps // 6), *range(steps - 24, steps, 2)):
        trial = tmp_path / str(last) / "desk.db"
        shutil.copytree(path.parent, trial.parent)
        assert await restore(trial, key, last=last) == 0
        states.append(await found(trial, key))
    assert states == sorted(states, reverse=True)
    assert set(states) == {"then", "today"}
