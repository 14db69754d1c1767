"""Another key for the desk: at whatever step it dies, everything is there under one of the two."""

import os
import resource
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.app.unlocking import changed_key
from interview_desk.domain.records import Edit
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from interview_desk.store.errors import StoreDamagedError, WrongKeyError
from interview_desk.store.rekeying import change_key, opens
from interview_desk.system.paths import Paths
from interview_desk.system.secrets import Keys
from tests.app.changing_key_process import found, keys_of
from tests.helpers.dying import steps_of

THEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSPHRASE = "correct horse"
NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
OLD, NEW = bytes(range(32)), bytes(range(1, 33))
# Every step dies in the long run; some of them in each.
EVERY_STEP = bool(os.environ.get("INTERVIEW_DESK_KILLS"))


async def fill(store: LocalStore) -> None:
    await store.write([Edit("startups", "s1", {"name": "then"})])
    await store.backups.back_up(THEN)
    await store.write([Edit("startups", "s1", {"name": "today"})])
    await store.append(NOTE, b"typed")
    await store.close()


async def check(path: Path, key: bytes) -> None:
    """All that was there is there, and a backup leads back."""
    store = await LocalStore.open(path, key)
    try:
        await store.verify()
        assert store.rescued is None
        record = await store.get("startups", "s1")
        assert record is not None
        assert record.fields["name"] == "today"
        assert (await store.load(NOTE)).pending == (b"typed",)
        (backup,) = await store.backups.backups()
        await store.backups.restore(backup.name, THEN)
        record = await store.get("startups", "s1")
        assert record is not None
        assert record.fields["name"] == "then"
    finally:
        await store.close()


async def test_everything_is_under_the_new_key_and_nothing_under_the_old(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    await fill(await LocalStore.open(path, OLD))
    assert changed_key(path, Keys(OLD, NEW)) == (NEW, True)
    assert changed_key(path, Keys(OLD, NEW)) == (NEW, True)
    for file in (path, *path.with_name("backups").iterdir()):
        with pytest.raises((WrongKeyError, StoreDamagedError)):
            await LocalStore.open(file, OLD)
        assert opens(file, NEW)
    assert not [*path.parent.glob("*.rekeying*"), *path.with_name("backups").glob("*.rekeying*")]
    await check(path, NEW)


async def test_a_desk_without_data_takes_the_new_key(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    assert changed_key(path, Keys(OLD, NEW)) == (NEW, True)
    assert not path.exists()
    assert changed_key(path, Keys(OLD)) == (OLD, False)


async def test_on_a_full_disk_the_desk_opens_as_it_is_and_the_next_start_goes_on(
    tmp_path: Path,
) -> None:
    path = tmp_path / "desk.db"
    await fill(await LocalStore.open(path, OLD))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        assert changed_key(path, Keys(OLD, NEW)) == (OLD, False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert opens(path, OLD)
    assert changed_key(path, Keys(OLD, NEW)) == (NEW, True)
    await check(path, NEW)


async def test_a_backup_that_no_key_opens_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    await fill(await LocalStore.open(path, OLD))
    strange = path.with_name("backups") / "desk-20261101T120000Z.db"
    strange.write_bytes(b"somebody else's" * 1000)
    change_key(path, OLD, NEW)
    assert strange.read_bytes() == b"somebody else's" * 1000


@pytest.mark.timeout(3600 if EVERY_STEP else 240)
@pytest.mark.parametrize("passphrase", [PASSPHRASE, ""], ids=["passphrase", "keyring"])
async def test_at_whatever_step_it_dies_the_next_start_has_everything(
    tmp_path: Path, passphrase: str
) -> None:
    first = Paths(tmp_path / "first")
    keys = await found(keys_of(first), passphrase)
    await fill(await LocalStore.open(first.database, keys.current))
    trial = _copied(first, tmp_path / "whole")
    steps = await steps_of("tests.app.changing_key_process", str(trial.data), passphrase, "0")
    assert steps > 100
    await _opens_again(trial, passphrase)
    for last in range(1, steps, 1 if EVERY_STEP else steps // 6):
        trial = _copied(first, tmp_path / str(last))
        died = await steps_of(
            "tests.app.changing_key_process", str(trial.data), passphrase, str(last)
        )
        assert died == 0
        await _opens_again(trial, passphrase)
        shutil.rmtree(trial.data)


async def _opens_again(paths: Paths, passphrase: str) -> None:
    """What the next start does."""
    keys = keys_of(paths)
    key, is_changed = changed_key(paths.database, await found(keys, passphrase))
    if is_changed:
        await keys.finish_change()
    assert await found(keys, passphrase) == (key, None)
    await check(paths.database, key)


def _copied(paths: Paths, directory: Path) -> Paths:
    shutil.copytree(paths.data, directory)
    return Paths(directory)
