"""The database's two threads: one that writes, one that reads; the event loop never waits on disk.

A file that turns out to be damaged is set aside and rebuilt in place, whatever was asked is asked
again, and the user is told.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from interview_desk.services.ports import Listener
from interview_desk.store.connection import Connection, connect, in_our_words, transaction
from interview_desk.store.errors import StoreDamagedError
from interview_desk.store.news import News
from interview_desk.store.opening import open_file

if TYPE_CHECKING:
    from interview_desk.store.rescue import Rescue

T = TypeVar("T")
NoteListener = Callable[[Sequence[bytes]], None]
RescueListener = Callable[["Rescue"], None]


class Engine:
    """Runs units of work on the database's own threads and tells listeners what they changed."""

    def __init__(self, path: Path, key: bytes, loop: asyncio.AbstractEventLoop) -> None:
        self._path = path
        self._key = key
        self._loop = loop
        self._writing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk-writes")
        self._reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk-reads")
        self._writer: Connection | None = None
        self._reader: Connection | None = None
        self._mending = asyncio.Lock()
        self._builds = 0
        self._closed = False
        self._listeners: list[Listener] = []
        self._note_listeners: dict[str, list[NoteListener]] = {}
        self._rescue_listeners: list[RescueListener] = []
        self._watch_listeners: list[Callable[[], None]] = []
        self.rescued: Rescue | None = None

    @classmethod
    async def open(cls, path: Path, key: bytes) -> "Engine":
        """A running engine on `path`, made where there is none, rebuilt where it is damaged."""
        engine = cls(path, key, asyncio.get_running_loop())
        try:
            await engine._loop.run_in_executor(engine._writing, engine._open_writer)
        except BaseException:
            engine._stop_threads()
            raise
        return engine

    async def close(self) -> None:
        """Finish what was asked, then let go of the file; closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        await self._loop.run_in_executor(self._reading, self._close_reader)
        await self._loop.run_in_executor(self._writing, self._close_writer)
        self._stop_threads()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work` on one consistent view of what is committed."""
        return await self._mended(self._reading, lambda: self._run_read(work))

    async def write(self, work: Callable[[Connection, News], T], *, durable: bool = True) -> T:
        """The result of `work`, committed as a whole; `durable` waits for the disk."""
        return await self._mended(self._writing, lambda: self._run_write(work, durable=durable))

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

    async def _mended(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        builds = self._builds
        try:
            return await self._loop.run_in_executor(threads, work)
        except StoreDamagedError:
            await self._mend(builds)
            return await self._loop.run_in_executor(threads, work)

    async def _mend(self, builds: int) -> None:
        async with self._mending:
            if builds != self._builds:
                return
            await self._loop.run_in_executor(self._reading, self._close_reader)
            await self._loop.run_in_executor(self._writing, self._rebuild)
            self._builds += 1

    def _rebuild(self) -> None:
        from interview_desk.store.rescue import rebuild

        self._close_writer()
        rescue = rebuild(self._path, self._key)
        self._writer, _ = open_file(self._path, self._key)
        self.rescued = rescue
        self._loop.call_soon_threadsafe(self._tell_rescue, rescue)

    def _open_writer(self) -> Connection:
        self._writer, self.rescued = open_file(self._path, self._key)
        return self._writer

    def _run_read(self, work: Callable[[Connection], T]) -> T:
        if self._reader is None:
            self._reader = connect(self._path, self._key, read_only=True)
        with in_our_words():
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
        # From this thread, so that a caller who was cancelled meanwhile silences nobody.
        self._loop.call_soon_threadsafe(self._tell, news)
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

    def _stop_threads(self) -> None:
        self._reading.shutdown(wait=False)
        self._writing.shutdown(wait=False)


def _quick_check(connection: Connection) -> None:
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StoreDamagedError
