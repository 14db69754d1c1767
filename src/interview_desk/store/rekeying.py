"""Another key for the database and its backups: whole under the one or the other at any moment.

Each file is copied under the new key beside itself, checked, and moved into its own place; asked
for again after a crash, it goes on with what is left.
"""

from contextlib import closing
from pathlib import Path
from typing import Final

from interview_desk.store.arriving import arriving_path
from interview_desk.store.backups import backups_folder, copy_file, list_backups
from interview_desk.store.connection import connect
from interview_desk.store.errors import StoreDamagedError
from interview_desk.store.mirror import mirror_path
from interview_desk.store.opening import remember_key
from interview_desk.store.rebuilt import finish_rebuild, rebuilt_path, remove, sync_directory

_PART: Final = ".rekeying"


def change_key(path: Path, old: bytes, new: bytes) -> None:
    """Have `new` open the database at `path` and its backups in place of `old`.

    Nobody may have them open. What no key opens is left as it is; a full disk stops it in the
    middle, and the next time goes on.
    """
    # What a crash left complete takes its place first, under whichever key it is.
    finish_rebuild(path)
    if not path.exists():
        return
    if not opens(path, new):
        _copied(path, old, new)
        # They follow the file that goes, and are made anew for the one that comes.
        for beside in (mirror_path(path), arriving_path(path)):
            remove(beside)
        _part_of(path).replace(rebuilt_path(path))
        finish_rebuild(path)
    remember_key(path, new)
    for backup in list_backups(path):
        _change_backup(backups_folder(path) / backup.name, old, new)


def opens(file: Path, key: bytes) -> bool:
    """Whether the file is a database under this key."""
    try:
        connect(file, key, read_only=True).close()
    except StoreDamagedError:
        return False
    return True


def _change_backup(backup: Path, old: bytes, new: bytes) -> None:
    if opens(backup, new) or not opens(backup, old):
        return
    _copied(backup, old, new)
    _part_of(backup).replace(backup)
    sync_directory(backup.parent)


def _copied(file: Path, old: bytes, new: bytes) -> None:
    with closing(connect(file, old)) as source:
        # What is still in the log comes along, and no log is left for the new file.
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    copy_file(file, _part_of(file), old, new=new)


def _part_of(file: Path) -> Path:
    return file.with_name(file.name + _PART)
