"""A desk whose exchange with the server runs, and ways to wait for what it does."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from interview_desk.domain.records import Edit, Record
from interview_desk.domain.values import Fields
from interview_desk.notes.document import NoteDocument
from interview_desk.notes.updates import text_of
from interview_desk.services.ports import NoteAddress
from interview_desk.services.sync import SyncService
from interview_desk.services.sync_state import SyncKind
from tests.helpers.desk import StoppedClock
from tests.helpers.remote import RemoteDesk


class Working:
    """A desk whose sync service runs, and ways to wait for what it does."""

    def __init__(self, desk: RemoteDesk) -> None:
        self.store = desk.store
        self.desk = desk
        self.service = SyncService(
            desk.store, desk.api, desk.live, StoppedClock(), jitter=lambda: 0.5
        )
        self._news = asyncio.Event()
        desk.store.on_change(lambda _: self._news.set())
        self.service.on_state(lambda _: self._news.set())

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something read from the database is so."""
        while not await holds():
            await self._news.wait()
            self._news.clear()

    async def reached(self, kind: SyncKind) -> None:
        async def holds() -> bool:
            return self.service.state.kind is kind

        await self.until(holds)

    async def until_sent(self) -> None:
        async def holds() -> bool:
            return (await self.store.pending()).unsent == 0

        await self.until(holds)

    async def record(self, entity: str, record_id: str, **fields: object) -> Record:
        """The record, once it has these values."""
        found: Record | None = None

        async def holds() -> bool:
            nonlocal found
            found = await self.store.get(entity, record_id)
            return found is not None and fields.items() <= dict(found.fields).items()

        await self.until(holds)
        assert found is not None
        return found

    async def crossed(self, *record_ids: str) -> list[Fields]:
        """The edits of these records that crossed others; the team has more from other tests."""
        found = [one.fields for one in await self.store.all_of("conflicts")]
        return [one for one in found if one["record_id"] in record_ids]

    async def text(self, note: NoteAddress, expected: str) -> None:
        """Wait until the note reads so."""

        async def holds() -> bool:
            stored = await self.store.load(note)
            return text_of([*stored.confirmed, *stored.pending]) == expected

        await self.until(holds)

    async def type(self, note: NoteAddress, *texts: str) -> None:
        updates: list[bytes] = []
        document = NoteDocument(updates.append)
        stored = await self.store.load(note)
        document.apply([*stored.confirmed, *stored.pending])
        for text in texts:
            document.insert(document.length, text)
        for update in updates:
            await self.store.append(note, update)


@asynccontextmanager
async def at_work(desk: RemoteDesk) -> AsyncIterator[Working]:
    working = Working(desk)
    task = asyncio.ensure_future(working.service.run())
    try:
        yield working
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def draft(title: str) -> tuple[str, Edit]:
    interview = str(uuid.uuid4())
    return interview, Edit("interviews", interview, {"title": title, "status": "draft"})
