"""Backups on this computer: encrypted, whole or absent, and a way back that survives a crash."""

import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.backups import (
    BackupFailedError,
    BackupOfAnotherError,
    BackupUnreadableError,
)
from interview_desk.services.exchange import Tokens
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.store import LocalStore
from interview_desk.store.connection import connect

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")
ME = Me("m", "Mara", None, Role.OWNER, "w", "http://[::1]:9", "d")


async def name_of(store: LocalStore) -> object:
    record = await store.get("startups", "s1")
    return record.fields["name"] if record else None


async def rename(store: LocalStore, name: str) -> None:
    await store.write([Edit("startups", "s1", {"name": name})])


async def test_a_backup_is_whole_and_no_word_of_it_is_in_the_clear(
    path: Path, key: bytes, store: LocalStore
) -> None:
    await rename(store, "PLANTED-record")
    await store.append(NOTE, b"PLANTED-note" * 50)
    backup = await store.backups.back_up(NOW)
    assert list(await store.backups.backups()) == [backup]
    (file,) = path.with_name("backups").iterdir()
    written = file.read_bytes()
    assert len(written) == backup.size > 4096
    for word in (b"PLANTED", b"startups", b"SQLite format 3"):
        assert word not in written
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    copy = connect(file, key)
    assert copy.execute("SELECT count(*) FROM outbox").fetchone()[0] == 1
    assert copy.execute("SELECT count(*) FROM own_note_updates").fetchone()[0] == 1
    copy.close()


async def test_a_backup_is_made_while_somebody_writes(
    path: Path, key: bytes, store: LocalStore
) -> None:
    await rename(store, "before")
    other = connect(path, key)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO meta VALUES ('half', '1')")
    backup = await store.backups.back_up(NOW)
    other.execute("COMMIT")
    other.close()
    copy = connect(path.with_name("backups") / backup.name, key)
    assert copy.execute("SELECT count(*) FROM meta WHERE name = 'half'").fetchone()[0] == 0
    copy.close()


async def test_on_a_full_disk_nothing_half_is_left_and_earlier_ones_stay(
    path: Path, store: LocalStore
) -> None:
    first = await store.backups.back_up(NOW)
    for n in range(40):
        await store.append(NOTE, bytes([n]) * 9000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        with pytest.raises(BackupFailedError):
            await store.backups.back_up(NOW + timedelta(days=1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [file.name for file in path.with_name("backups").iterdir()] == [first.name]
    await store.append(NOTE, b"goes on")


async def test_a_place_where_no_backup_can_be_is_said(path: Path, store: LocalStore) -> None:
    path.with_name("backups").write_text("a file")
    with pytest.raises(BackupFailedError):
        await store.backups.back_up(NOW)
    assert list(await store.backups.backups()) == []


async def test_what_a_crash_left_half_is_no_backup_and_goes_with_the_next(
    path: Path, store: LocalStore
) -> None:
    folder = path.with_name("backups")
    folder.mkdir()
    for name in ("desk-20261120T120000Z.db.part", "desk-20261120T120000Z.db.part-journal"):
        (folder / name).write_bytes(b"half")
    (folder / "desk-mine.db").write_bytes(b"somebody's own file")
    backup = await store.backups.back_up(NOW)
    assert list(await store.backups.backups()) == [backup]
    assert {file.name for file in folder.iterdir()} == {backup.name, "desk-mine.db"}
    await store.backups.drop([backup.name])
    assert {file.name for file in folder.iterdir()} == {"desk-mine.db"}


async def test_a_restored_desk_is_as_it_was_and_todays_state_is_kept(
    path: Path, key: bytes, store: LocalStore
) -> None:
    await store.become(ME)
    await store.tokens.keep(Tokens("access 1", "refresh 1", NOW))
    await rename(store, "then")
    then = await store.backups.back_up(NOW)
    await rename(store, "today")
    today = Tokens("access 2", "refresh 2", NOW)
    await store.tokens.keep(today)
    await store.backups.restore(then.name, NOW + timedelta(days=1))
    assert await name_of(store) == "then"
    assert await store.tokens.load() == today
    aside, _ = await store.backups.backups()
    assert aside.before_restore
    await store.backups.restore(aside.name, NOW + timedelta(days=2))
    assert await name_of(store) == "today"
    await store.close()
    again = await LocalStore.open(path, key)
    assert await name_of(again) == "today"
    assert again.rescued is None
    await again.verify()
    await again.close()


async def test_damage_after_a_restore_brings_back_what_was_restored(
    path: Path, key: bytes, store: LocalStore
) -> None:
    await rename(store, "then")
    then = await store.backups.back_up(NOW)
    await store._engine.write(
        lambda c, _: c.execute("UPDATE outbox SET fields = json_set(fields, '$.name', 'today')")
    )
    await store.backups.restore(then.name, NOW)
    await store.close()
    with path.open("r+b") as file:
        file.write(b"\xaa" * 64)
    again = await LocalStore.open(path, key)
    assert again.rescued is not None
    assert await name_of(again) == "then"
    await again.close()


async def test_the_place_in_the_team_is_the_computers_and_not_the_backups(
    store: LocalStore,
) -> None:
    await store.become(ME)
    await store.tokens.keep(Tokens("access 1", "refresh 1", NOW))
    then = await store.backups.back_up(NOW)
    await store.become(ME._replace(device_id="d2", name="Mara S."))
    today = Tokens("access 2", "refresh 2", NOW)
    await store.tokens.keep(today)
    await store.backups.restore(then.name, NOW)
    assert await store.tokens.load() == today
    assert await store.me() == ME._replace(device_id="d2", name="Mara S.")
    position = await store.position()
    assert (position.device_id, position.copied) == ("d2", True)
    await store.fork("d3")
    assert not (await store.position()).copied


@pytest.mark.parametrize(
    "other", [ME._replace(member_id="n"), ME._replace(server="https://other.example")]
)
async def test_a_backup_of_somebody_else_is_refused_and_nothing_is_changed(
    path: Path, store: LocalStore, other: Me
) -> None:
    await store.become(ME)
    then = await store.backups.back_up(NOW)
    await store.become(other)
    await rename(store, "today")
    with pytest.raises(BackupOfAnotherError):
        await store.backups.restore(then.name, NOW + timedelta(days=1))
    assert await name_of(store) == "today"
    assert list(await store.backups.backups()) == [then]
    assert not path.with_name("desk.db.restoring").exists()


async def test_who_goes_back_to_before_the_team_works_alone_and_can_return(
    store: LocalStore,
) -> None:
    alone = ME._replace(server=None, device_id=None)
    await store.become(alone)
    then = await store.backups.back_up(NOW)
    await store.become(ME)
    tokens = Tokens("access 1", "refresh 1", NOW)
    await store.tokens.keep(tokens)
    await store.backups.restore(then.name, NOW + timedelta(days=1))
    assert await store.me() == alone
    assert (await store.position()).device_id is None
    aside = next(backup for backup in await store.backups.backups() if backup.before_restore)
    await store.backups.restore(aside.name, NOW + timedelta(days=2))
    assert (await store.me(), await store.tokens.load()) == (ME, tokens)


async def test_on_a_full_disk_nothing_is_restored(path: Path, store: LocalStore) -> None:
    for n in range(40):
        await store.append(NOTE, bytes([n]) * 9000)
    backup = await store.backups.back_up(NOW)
    await rename(store, "today")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        with pytest.raises(BackupFailedError):
            await store.backups.restore(backup.name, NOW + timedelta(days=1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert await name_of(store) == "today"
    assert not path.with_name("desk.db.restoring").exists()
    assert list(await store.backups.backups()) == [backup]


@pytest.mark.parametrize("name", ["desk-20200101T000000Z.db", "../desk.db"])
async def test_what_is_no_backup_is_not_restored(store: LocalStore, name: str) -> None:
    await rename(store, "today")
    with pytest.raises(BackupUnreadableError):
        await store.backups.restore(name, NOW)
    assert await name_of(store) == "today"


async def test_a_spoiled_backup_or_one_of_a_newer_program_changes_nothing(
    path: Path, key: bytes, store: LocalStore
) -> None:
    await rename(store, "today")
    backup = await store.backups.back_up(NOW)
    file = path.with_name("backups") / backup.name
    newer = connect(file, key)
    newer.execute("PRAGMA user_version = 999")
    newer.close()
    with pytest.raises(BackupUnreadableError):
        await store.backups.restore(backup.name, NOW)
    with file.open("r+b") as spoiled:
        spoiled.seek(4096)
        spoiled.write(b"\xaa" * 64)
    with pytest.raises(BackupUnreadableError):
        await store.backups.restore(backup.name, NOW)
    assert await name_of(store) == "today"
    assert not path.with_name("desk.db.restoring").exists()
    assert len(await store.backups.backups()) == 1


async def test_where_todays_state_cannot_be_put_aside_nothing_is_restored(
    path: Path, store: LocalStore
) -> None:
    await rename(store, "then")
    then = await store.backups.back_up(NOW)
    await rename(store, "today")
    (path.with_name("backups") / "desk-20261123T120000Z-before-restore.db").mkdir()
    with pytest.raises(BackupFailedError):
        await store.backups.restore(then.name, NOW + timedelta(days=1))
    assert await name_of(store) == "today"
    assert not path.with_name("desk.db.restoring").exists()
