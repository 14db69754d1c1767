"""Work started from the screen: owned by a page, reported when it fails, ended with the page."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QObject, Signal

from interview_desk.domain.errors import DeskError
from interview_desk.services.at_once import at_once

if TYPE_CHECKING:
    import asyncio

_T = TypeVar("_T")
# Long enough not to report the same bug all the time.
_AFTER_A_BUG: Final = 60.0


class TaskScope(QObject):
    """Owns the coroutines a page has started.

    Signals: `told(str)` with the sentence of an expected failure; `broke(object)` with the
    exception of a bug, for the crash notice.
    """

    told = Signal(str)
    broke = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: set[asyncio.Task[None]] = set()
        self._latest: dict[str, asyncio.Task[None]] = {}
        self._closed = False
        # A dialog that is closed takes its scope with it: nobody is there for late answers.
        self.destroyed.connect(partial(_cancel_all, self._tasks))

    @property
    def is_busy(self) -> bool:
        """Whether anything is still running."""
        return bool(self._tasks)

    def start(
        self,
        work: Coroutine[Any, Any, _T],
        *,
        then: Callable[[_T], None] | None = None,
        told: Callable[[str], None] | None = None,
        instead_of: str | None = None,
    ) -> None:
        """Run `work`, then hand its result to `then`.

        `told` takes the sentence of an expected failure in place of the signal. Work with the
        same `instead_of` replaces what is still running: the last question asked is answered.
        """
        loop = _running_loop()
        if self._closed or loop is None:
            # The page, or the whole program, has ended: a timer may still have fired.
            work.close()
            return
        task = loop.create_task(self._run(work, then=then, told=told))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # What is cancelled before its first step would otherwise be reported as never awaited.
        task.add_done_callback(partial(_let_go, work))
        if instead_of is not None:
            older = self._latest.get(instead_of)
            if older is not None:
                older.cancel()
            self._latest[instead_of] = task

    def keep_up(
        self, make: Callable[[], Coroutine[Any, Any, object]], *, pause: float = _AFTER_A_BUG
    ) -> None:
        """Run what should never end: `pause` seconds after a bug is reported, it begins again."""
        self.start(self._kept_up(make, pause))

    def at_once(self, work: Coroutine[Any, Any, _T], *, then: Callable[[_T], None]) -> None:
        """Run work that never has to wait, before there is a loop, and hand on its result."""
        with self._reported(self.told.emit):
            then(at_once(work))

    async def settled(self) -> None:
        """Wait until nothing is running any more."""
        # The first page stands before there is a loop.
        import asyncio

        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Cancel everything and wait until it has ended; nothing starts afterwards."""
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
        await self.settled()

    async def _run(
        self,
        work: Coroutine[Any, Any, _T],
        *,
        then: Callable[[_T], None] | None,
        told: Callable[[str], None] | None,
    ) -> None:
        with self._reported(told or self.told.emit):
            result = await work
            if then is not None:
                then(result)

    async def _kept_up(self, make: Callable[[], Coroutine[Any, Any, object]], pause: float) -> None:
        import asyncio

        while True:
            with self._reported(self.told.emit):
                await make()
            await asyncio.sleep(pause)

    @contextmanager
    def _reported(self, told: Callable[[str], object]) -> Iterator[None]:
        try:
            yield
        except DeskError as error:
            told(str(error))
        except Exception as error:  # noqa: BLE001  - a bug in a task is shown, not lost
            self.broke.emit(error)


def _running_loop() -> "asyncio.AbstractEventLoop | None":
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _cancel_all(tasks: "set[asyncio.Task[None]]") -> None:
    for task in tuple(tasks):
        task.cancel()


def _let_go(work: Coroutine[Any, Any, Any], _task: "asyncio.Task[None]") -> None:
    work.close()
