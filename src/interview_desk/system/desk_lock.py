"""A file that one process holds; the system lets go of it when that process dies, however it dies.

Not Qt's QLockFile: it waits for the disk, and a busy disk takes its time while nothing is shown.
"""

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    from msvcrt import LK_NBLCK, locking
else:
    from fcntl import LOCK_EX, LOCK_NB, flock


class DeskLock:
    """Held by the one running desk of a data directory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        """Hold it until `release`; False where another does."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _held(file):
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _held(file: int) -> bool:
    try:
        if sys.platform == "win32":
            locking(file, LK_NBLCK, 1)
        else:
            flock(file, LOCK_EX | LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
