"""The last step of putting another file in the database's place, looked for at every opening."""

import os
from pathlib import Path
from typing import Final

SIDE_FILES: Final = ("-wal", "-shm")


def rebuilt_path(path: Path) -> Path:
    """The name of a file that is complete and takes the place of the one at `path`."""
    return path.with_name(path.name + ".rebuilt")


def remove(path: Path) -> None:
    """Remove a database and what lies beside it."""
    for suffix in ("", *SIDE_FILES):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def finish_rebuild(path: Path) -> None:
    """Put a completed rebuild in its place, where a crash left one waiting."""
    rebuilt = rebuilt_path(path)
    if not rebuilt.exists():
        return
    # A log of the old file would be played into the new one.
    for suffix in SIDE_FILES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    rebuilt.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Have the names in `directory` on disk."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
