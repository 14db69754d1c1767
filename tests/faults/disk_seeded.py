"""Faulty replacements of the embedded database, each with one mistake about commits that fail.

They show that the histories of a failing disk would notice. Nothing of the shipped program knows
of them.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from typing_extensions import override

from sync_server.infra.announcing import Announcing
from sync_server.infra.database import Tx
from sync_server.infra.sqlite import _GroupLost, _Unit
from tests.faults.failing_disk import FailingDatabase

T = TypeVar("T")


class _NothingWithheld(Announcing):
    @override
    def end(self, *, kept: bool) -> None:
        super().end(kept=kept)
        self._succeeds = True


class AnnouncedWhileCommitsFail(FailingDatabase):
    """Pokes everybody about each commit, whatever became of the one before."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._announcing = _NothingWithheld(self.bus)


class _NeverOver(Announcing):
    @override
    def end(self, *, kept: bool) -> None:
        if kept:
            super().end(kept=kept)
        self._succeeds, self._withheld = kept, []


class EndNotTold(FailingDatabase):
    """Leaves those waiting who wait for a commit that fails."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._announcing = _NeverOver(self.bus)


class NobodyWaits(FailingDatabase):
    """Lets those read at once who were poked about a commit that is under way."""

    @override
    async def caught_up(self) -> None:
        return


class ReadBeforeKept(NobodyWaits):
    """Reads at once, and what the writer has not committed: on its own connection."""

    @override
    def _read(self, work: Callable[[Tx], T]) -> T:
        with Tx(self._own_writer(), self._vault, self._clock.now(), bus=self.bus) as tx:
            return work(tx)


class EventKeptTwice(FailingDatabase):
    """Does not know an event again that it was told before."""

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        def careless(tx: Tx) -> T:
            result = work(tx)
            tx.connection.exec_driver_sql("UPDATE webhook_events SET exact = id")
            return result

        return await super().write(careless)


class OneForgotten(FailingDatabase):
    """Runs those again whose transaction another one has ended, but for one that had its turn."""

    _was_lost = False

    @override
    def _run_all(self, units: list[_Unit[Any]], connection: Any, *, raw: Any) -> None:
        if self._was_lost:
            forgotten = next(unit for unit in units if unit._result)
            units = [unit for unit in units if unit is not forgotten]
        self._was_lost = False
        try:
            super()._run_all(units, connection, raw=raw)
        except _GroupLost:
            self._was_lost = True
            raise
