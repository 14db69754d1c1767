"""Backups of the encrypted database, under the same key, in a folder beside it.

A backup has its name only once it is whole, on disk, and has been read.
"""

import os
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2 as cipher

from interview_desk.domain.errors import DeskError
from interview_desk.services.backups import (
    Backup,
    BackupFailedError,
    BackupOfAnotherError,
    BackupUnreadableError,
)
from interview_desk.store.connection import Connection, connect, in_our_words
from interview_desk.store.errors import NewerStoreError, StoreDamagedError
from interview_desk.store.meta import COPIED, get_meta, set_meta
from interview_desk.store.migrations import MIGRATIONS
from interview_desk.store.mirror import mirror_path
from interview_desk.store.news import News
from interview_desk.store.part import Part
from interview_desk.store.rebuilt import finish_rebuild, rebuilt_path, remove, sync_directory

_FORM: Final = "%Y%m%dT%H%M%SZ"
_START: Final = "desk-"
_END: Final = ".db"
_ASIDE: Final = "-before-restore"
_OF_THE_COMPUTER: Final = ("me", "device_id", "tokens", "pin")
# The copying itself does not say which of the driver's failures it was.
_TROUBLE: Final = (DeskError, OSError, cipher.Error)


class StoredBackups(Part):
    """The `BackupStore` port, and the way back to an earlier state."""

    async def backups(self) -> Sequence[Backup]:
        """All of them, the newest first."""
        return await self._engine.beside(lambda path, _: list_backups(path))

    async def back_up(self, now: datetime) -> Backup:
        """Make one while the desk goes on; BackupFailedError leaves nothing half."""
        return await self._engine.beside(lambda path, key: back_up(path, key, now=now))

    async def drop(self, names: Sequence[str]) -> None:
        """Let go of these."""

        def work(path: Path, _: bytes) -> None:
            for name in names:
                remove(backups_folder(path) / name)

        await self._engine.beside(work)

    async def restore(self, name: str, now: datetime) -> None:
        """Put a backup in the database's place, and today's state among the backups.

        Nobody may be at work with what is in the database: it is another one afterwards.
        """
        await self._engine.replace_file(
            lambda path, key: _restore(path, key, name=name, now=now),
        )


def backups_folder(path: Path) -> Path:
    """Where the backups of the database at `path` lie."""
    return path.with_name("backups")


def list_backups(path: Path) -> list[Backup]:
    """The finished backups of the database at `path`, the newest first."""
    folder = backups_folder(path)
    found = (_backup(file) for file in folder.glob(f"{_START}*{_END}"))
    return sorted((one for one in found if one), key=lambda one: one.made_at, reverse=True)


def remove_backups(path: Path) -> None:
    """Let go of all of them, half ones too."""
    folder = backups_folder(path)
    for file in folder.glob(f"{_START}*"):
        file.unlink()
    if folder.is_dir():
        sync_directory(folder)


def back_up(path: Path, key: bytes, *, now: datetime, aside: bool = False) -> Backup:
    """Copy the database at `path` as it is right now; whoever writes to it is not kept waiting."""
    folder = backups_folder(path)
    name = now.astimezone(UTC).strftime(f"{_START}{_FORM}") + (_ASIDE if aside else "") + _END
    part = folder / f"{name}.part"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _clear(folder)
        copy_file(path, part, key)
        part.replace(folder / name)
        sync_directory(folder)
    except _TROUBLE as error:
        _forget_part(part)
        raise BackupFailedError from error
    return Backup(name, now, (folder / name).stat().st_size, aside)


def copy_file(source: Path, target: Path, key: bytes, *, new: bytes | None = None) -> None:
    """Make `target` a whole, checked copy of `source`, and have it on disk.

    It is under the same key, unless a `new` one is given.
    """
    remove(target)
    target.touch(mode=0o600)
    with (
        closing(connect(source, key, read_only=True)) as original,
        closing(connect(target, new or key)) as copy,
        in_our_words(),
    ):
        # All of it in one step: a copy in several begins anew with every change.
        original.backup(copy)
        # One file without a log beside it can be moved.
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        _check(copy)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _check(copy: Connection) -> None:
    if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StoreDamagedError
    if copy.execute("PRAGMA user_version").fetchone()[0] > len(MIGRATIONS):
        raise NewerStoreError


def _restore(path: Path, key: bytes, *, name: str, now: datetime) -> News:
    restored = path.with_name(path.name + ".restoring")
    backup = _readable(path, key, name)
    try:
        copy_file(backup, restored, key)
        _keep_what_is_current(path, key, restored)
        back_up(path, key, now=now, aside=True)
    except BackupOfAnotherError:
        _forget_part(restored)
        raise
    except _TROUBLE as error:
        _forget_part(restored)
        raise BackupFailedError from error
    # It mirrors the state that goes; where a crash keeps that state, it is made anew.
    remove(mirror_path(path))
    # Its name says that it is complete; a crash from here on is finished at the next start.
    restored.replace(rebuilt_path(path))
    finish_rebuild(path)
    return News()


def _readable(path: Path, key: bytes, name: str) -> Path:
    if name not in {backup.name for backup in list_backups(path)}:
        raise BackupUnreadableError
    file = backups_folder(path) / name
    try:
        with closing(connect(file, key, read_only=True)) as backup, in_our_words():
            _check(backup)
    except DeskError as error:
        raise BackupUnreadableError from error
    return file


def _keep_what_is_current(path: Path, key: bytes, restored: Path) -> None:
    """The place in the team is the computer's: what of it has been used up leads nowhere."""
    with (
        closing(connect(path, key, read_only=True)) as current,
        closing(connect(restored, key)) as copy,
        in_our_words(),
    ):
        mine, then = _seat(current), _seat(copy)
        if None not in {mine, then} and mine != then:
            raise BackupOfAnotherError
        if mine == then is not None:
            for name in _OF_THE_COMPUTER:
                set_meta(copy, name, value=get_meta(current, name))
            set_meta(copy, COPIED, value=True)
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()


def _seat(connection: Connection) -> tuple[str, str] | None:
    """The server, and who this desk is there; None where it works alone."""
    me = get_meta(connection, "me")
    return (me["server"], me["member_id"]) if me and me["server"] else None


def _backup(file: Path) -> Backup | None:
    stamp = file.name.removeprefix(_START).removesuffix(_END)
    aside = stamp.endswith(_ASIDE)
    try:
        made_at = datetime.strptime(stamp.removesuffix(_ASIDE), _FORM).replace(tzinfo=UTC)
        return Backup(file.name, made_at, file.stat().st_size, aside)
    except (ValueError, OSError):
        return None


def _clear(folder: Path) -> None:
    """Whatever a crash left half."""
    for left in folder.glob(f"{_START}*.part*"):
        left.unlink(missing_ok=True)


def _forget_part(part: Path) -> None:
    if part.parent.is_dir():
        remove(part)
