"""The one way to the database: on two threads of its own, the event loop never waits on disk.

Before there is a loop the desk reads its first page with it, on the thread that asks. A file that
turns out to be damaged is set aside and rebuilt in place, whatever was asked is asked again, and
the user is told.
"""

import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from interview_desk.services.ports import Listener
from interview_desk.store.connection import Connection, connect, in_our_words, transaction
from interview_desk.store.errors import StoreDamagedError
from interview_desk.store.news import News
from interview_desk.store.opening import open_file

if TYPE_CHECKING:
    from interview_desk.store.rescue import Rescue
    from interview_desk.store.threads import OwnThreads

T = TypeVar("T")
NoteListener = Callable[[Sequence[bytes]], None]
RescueListener = Callable[["Rescue"], None]


class Engine:
    """Runs units of work on the database and tells listeners what they changed."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._on: OwnThreads | _CallersThread = _CallersThread()
        self._writer: Connection | None = None
        self._reader: Connection | None = None
        # Nobody may have the file open while another takes its place.
        self._reader_at_rest = threading.Lock()
        self._nobody_beside = threading.Lock()
        self._builds = 0
        # How often something was written, and what was read since the last time.
        self._writes = 0
        self._kept: dict[object, tuple[int, Any]] = {}
        self._closed = False
        self._listeners: list[Listener] = []
        self._note_listeners: dict[str, list[NoteListener]] = {}
        self._rescue_listeners: list[RescueListener] = []
        self._watch_listeners: list[Callable[[], None]] = []
        self.rescued: Rescue | None = None

    @classmethod
    async def open(cls, path: Path, key: bytes) -> "Engine":
        """A running engine on `path`, made where there is none, rebuilt where it is damaged."""
        engine = cls(path, key)
        engine.use_threads()
        try:
            await engine._on.write(engine._open_writer)
        except BaseException:
            engine._on.stop()
            raise
        return engine

    @classmethod
    def open_at_once(cls, path: Path, key: bytes) -> "Engine":
        """The same without a loop: until `use_threads`, nobody who asks has to wait."""
        engine = cls(path, key)
        engine._open_writer()
        return engine

    def use_threads(self) -> None:
        """Work on threads of its own from now on, for the loop that is running."""
        # Here, because the first page stands before there is a loop.
        from interview_desk.store.threads import OwnThreads

        self._on = OwnThreads()

    async def close(self) -> None:
        """Finish what was asked, then let go of the file; closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        await self._on.read(self._close_reader)
        await self._on.write(self._close_writer)
        self._on.stop()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work` on one consistent view of what is committed."""
        return await self._mended(self._on.read, lambda: self._run_read(work))

    async def read_again(self, work: Callable[[Connection], T]) -> T:
        """The same for `work` that is asked again and again: remembered until something is written.

        Only we write into the file, so what was read last still holds.
        """
        writes = self._writes
        if self._kept.get(work, (-1, None))[0] != writes:
            self._kept[work] = (writes, await self.read(work))
        found: T = self._kept[work][1]
        return found

    async def write(self, work: Callable[[Connection, News], T], *, durable: bool = True) -> T:
        """The result of `work`, committed as a whole; `durable` waits for the disk."""
        return await self._mended(self._on.write, lambda: self._run_write(work, durable=durable))

    @property
    def file(self) -> tuple[Path, bytes]:
        """Where the database lies, and its key."""
        return self._path, self._key

    async def replace_file(self, work: Callable[[Path, bytes], News]) -> None:
        """Let `work` put another file in the database's place; whoever asks meanwhile waits.

        Where it fails, the old file is opened again.
        """
        async with self._on.mending:
            await self._on.write(partial(self._replace, work))

    async def beside(self, work: Callable[[Path, bytes], T]) -> T:
        """The result of `work` with the file, on a thread that neither reads nor writes for us.

        The file is not replaced meanwhile: who closes an old one last would take the new log away.
        """
        from asyncio import to_thread

        def alone() -> T:
            with self._nobody_beside:
                return work(self._path, self._key)

        return await to_thread(alone)

    async def verify(self) -> None:
        """Read the whole file once; a damaged one is rebuilt and its user told."""
        await self.read(_quick_check)

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of committed changes; returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def on_notes(self, doc: str, listener: NoteListener) -> Callable[[], None]:
        """Tell `listener` of others' updates to `doc`; returns the way to stop."""
        listeners = self._note_listeners.setdefault(doc, [])
        listeners.append(listener)
        self._tell_watched()

        def stop() -> None:
            listeners.remove(listener)
            self._tell_watched()

        return stop

    def on_watched(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Tell `listener` when other documents are listened to; returns the way to stop."""
        self._watch_listeners.append(listener)
        return lambda: self._watch_listeners.remove(listener)

    def on_rescue(self, listener: RescueListener) -> Callable[[], None]:
        """Tell `listener` when a damaged file was rebuilt; returns the way to stop."""
        self._rescue_listeners.append(listener)
        return lambda: self._rescue_listeners.remove(listener)

    def watched_notes(self) -> list[str]:
        """The documents somebody listens to right now."""
        return [doc for doc, listeners in self._note_listeners.items() if listeners]

    async def _mended(
        self, run: Callable[[Callable[[], T]], Awaitable[T]], work: Callable[[], T]
    ) -> T:
        builds = self._builds
        try:
            return await run(work)
        except StoreDamagedError:
            await self._mend(builds)
            return await run(work)

    async def _mend(self, builds: int) -> None:
        async with self._on.mending:
            if builds != self._builds:
                return
            await self._on.read(self._close_reader)
            await self._on.write(self._rebuild)
            self._builds += 1

    def _rebuild(self) -> None:
        from interview_desk.store.rescue import rebuild

        with self._nobody_beside:
            self._close_writer()
            rescue = rebuild(self._path, self._key)
            self._writer, _ = open_file(self._path, self._key)
        self._writes += 1
        self.rescued = rescue
        self._on.on_loop(partial(self._tell_rescue, rescue))

    def _replace(self, work: Callable[[Path, bytes], News]) -> None:
        with self._nobody_beside, self._reader_at_rest:
            self._close_reader()
            self._close_writer()
            try:
                with in_our_words():
                    news = work(self._path, self._key)
            finally:
                self._writes += 1
                self._writer, _ = open_file(self._path, self._key)
        self._on.on_loop(partial(self._tell, news))

    def _open_writer(self) -> Connection:
        self._writer, self.rescued = open_file(self._path, self._key)
        return self._writer

    def _run_read(self, work: Callable[[Connection], T]) -> T:
        with self._reader_at_rest, in_our_words():
            if self._reader is None:
                self._reader = connect(self._path, self._key, read_only=True)
            self._reader.execute("BEGIN")
            try:
                return work(self._reader)
            finally:
                if self._reader.in_transaction:
                    self._reader.execute("ROLLBACK")

    def _run_write(self, work: Callable[[Connection, News], T], *, durable: bool) -> T:
        writer = self._writer or self._open_writer()
        news = News()
        with transaction(writer, durable=durable):
            result = work(writer, news)
        self._writes += 1
        # From this thread, so that a caller who was cancelled meanwhile silences nobody.
        self._on.on_loop(partial(self._tell, news))
        return result

    def _tell(self, news: News) -> None:
        changes = frozenset(news.records)
        if changes:
            for listener in tuple(self._listeners):
                listener(changes)
        for doc, updates in news.notes.items():
            for hear in tuple(self._note_listeners.get(doc, ())):
                hear(updates)

    def _tell_watched(self) -> None:
        for listener in tuple(self._watch_listeners):
            listener()

    def _tell_rescue(self, rescue: "Rescue") -> None:
        for listener in tuple(self._rescue_listeners):
            listener(rescue)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _quick_check(connection: Connection) -> None:
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StoreDamagedError


class _CallersThread:
    """What `OwnThreads` does, for whoever asks before there is a loop: nothing ever waits."""

    mending: AbstractAsyncContextManager[None] = nullcontext()

    async def read(self, work: Callable[[], T]) -> T:
        return work()

    write = read

    def on_loop(self, tell: Callable[[], object]) -> None:
        tell()

    def stop(self) -> None:
        pass
