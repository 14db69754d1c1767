"""One process at a time on the embedded database."""

import fcntl
import os
from pathlib import Path


class AlreadyInUse(Exception):  # noqa: N818  - the sentence is for the operator
    """Another process has the database; `pid` says which, where that is known."""

    def __init__(self, path: Path, *, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"The database {path} is in use by {who}.")
        self.pid = pid


class DatabaseLock:
    """Keeps every other server and command off a database file until it is released.

    The kernel lets go of it when the process dies, however it dies.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        path = database.with_name(database.name + ".lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> None:
        """Hold the lock, or say who does: AlreadyInUse."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 20, 0).strip()
            os.close(self._file)
            pid = int(holder) if holder.isdigit() else None
            raise AlreadyInUse(self._database, pid=pid) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let the next one in."""
        os.ftruncate(self._file, 0)
        os.close(self._file)
