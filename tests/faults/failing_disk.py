"""The real embedded database on a disk that fails as it is told to, and takes its time."""

import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlcipher3 import dbapi2 as driver
from typing_extensions import override

from sync_server.infra.database import Tx
from sync_server.infra.sqlite import SqliteDatabase, _Unit
from tests.faults.passing_time import STUCK, LoopClock, PassingTime
from tests.helpers.server import test_vault

T = TypeVar("T")

_LOCKED, _IO_ERROR, _FULL = 5, 10, 13
# For how long a lock is waited for, in real seconds.
_BUSY_SECONDS = 0.02
ALWAYS = 10**9


class Trouble(StrEnum):
    """How the disk fails."""

    FULL = "the commit finds no room"
    IO_ERROR = "the commit cannot be written"
    LOCKED = "the commit is refused, and the transaction goes on"
    STATEMENT = "a statement finds no room"
    GROUP = "a statement finds no room, and the transaction of all is over"


_CODES = {Trouble.IO_ERROR: _IO_ERROR, Trouble.LOCKED: _LOCKED}


class Disk:
    """Keeps each commit waiting until nobody else can go on, and then lets it fail or not.

    So everybody who hears of a commit early has done what they do about it before it is over, and
    all who ask for something meanwhile share the next one.
    """

    def __init__(self, loop: PassingTime) -> None:
        self._loop = loop
        self._trouble = Trouble.FULL
        self._times = 0
        self._statement = 0
        self._counted = 0
        self._commits = threading.Event()
        self._may_end = threading.Event()
        self._is_patient = True
        # Commits in a row that were not kept.
        self.failed = 0
        # Units of work that have no answer yet.
        self.asked = 0
        loop.is_busy = self._is_busy

    def fail(self, trouble: Trouble, *, times: int = ALWAYS, statement: int = 1) -> None:
        """Fail so often from now on; within a transaction, in its so many-th change."""
        self._trouble, self._times, self._statement = trouble, times, statement

    def be_well(self) -> None:
        """Keep everything from now on."""
        self._times = 0

    def be_quick(self) -> None:
        """Wait for nobody any more, so that all can end."""
        self._is_patient = False
        self._may_end.set()

    def begin(self) -> None:
        """A transaction begins."""
        self._counted = 0

    def change(self, undo: Callable[[], None]) -> None:
        """A transaction changes something."""
        self._counted += 1
        if self._trouble in {Trouble.STATEMENT, Trouble.GROUP} and self._counted == self._statement:
            self._fail(undo if self._trouble is Trouble.GROUP else lambda: None)

    def commit(self, undo: Callable[[], None]) -> None:
        """A transaction is about to be kept."""
        if self._is_patient:
            self._commits.set()
            self._loop.call_soon_threadsafe(lambda: None)
            self._may_end.wait(STUCK)
            self._may_end.clear()
        self.failed += 1
        if self._trouble not in {Trouble.STATEMENT, Trouble.GROUP}:
            self._fail((lambda: None) if self._trouble is Trouble.LOCKED else undo)
        self.failed = 0

    def answer(self, units: int) -> None:
        """So many units of work have their answers now."""
        self._loop.call_soon_threadsafe(self._count_answers, units)

    def _count_answers(self, units: int) -> None:
        self.asked -= units

    def _fail(self, undo: Callable[[], None]) -> None:
        if not self._times:
            return
        self._times -= 1
        undo()
        error = driver.OperationalError(self._trouble.value)
        error.sqlite_errorcode = _CODES.get(self._trouble, _FULL)
        raise error

    def _is_busy(self) -> bool:
        """Whether somebody waits for the disk; it goes on once all else has come to rest."""
        if self._commits.is_set() and not self._loop.waits_for_threads:
            self._commits.clear()
            self._may_end.set()
            return True
        return self.asked > 0


class _Cursor:
    """A cursor whose changes may fail."""

    def __init__(self, real: Any, connection: "_Connection") -> None:
        self._real = real
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, sql: str, *values: Any) -> Any:
        self._connection.about_to(sql)
        return self._real.execute(sql, *values)

    def executemany(self, sql: str, values: Any) -> Any:
        self._connection.about_to(sql)
        return self._real.executemany(sql, values)


class _Connection:
    """The writer's connection on such a disk."""

    def __init__(self, real: Any, disk: Disk) -> None:
        self._real = real
        self._disk = disk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, sql: str, *values: Any) -> Any:
        if sql.startswith("BEGIN"):
            self._disk.begin()
        return self._real.execute(sql, *values)

    def cursor(self, *arguments: Any) -> _Cursor:
        return _Cursor(self._real.cursor(*arguments), self)

    def commit(self) -> None:
        self._disk.commit(self._real.rollback)
        self._real.commit()

    def about_to(self, sql: str) -> None:
        """Let a change fail if it is to; reading needs no room."""
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self._disk.change(self._real.rollback)


class FailingDatabase(SqliteDatabase):
    """The real one, whose writing connection is on a failing disk."""

    def __init__(self, path: Path, disk: Disk, clock: LoopClock) -> None:
        self.disk = disk
        super().__init__(path, vault=test_vault(), clock=clock, busy_seconds=_BUSY_SECONDS)

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        # Counted until it has an answer, also where nobody waits for that any more.
        self.disk.asked += not self._closed
        return await super().write(work)

    @override
    def _answer(self, group: list[_Unit[Any]]) -> None:
        super()._answer(group)
        self.disk.answer(len(group))

    @override
    def _open_for_writing(self) -> Any:
        return _Connection(super()._open_for_writing(), self.disk)
