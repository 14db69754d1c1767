"""Two desks and one real server: everything written on one arrives at the other, once."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.roles import Role
from interview_desk.notes.document import NoteDocument
from interview_desk.notes.updates import text_of
from interview_desk.services.ports import NoteAddress
from interview_desk.services.sync import SyncService
from interview_desk.services.sync_state import SyncKind
from tests.helpers.desk import StoppedClock
from tests.helpers.proxy import Proxy
from tests.helpers.remote import Desks, RemoteDesk, Team


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


async def test_edits_and_typing_of_one_arrive_at_the_other_at_once(
    team: Team, desks: Desks
) -> None:
    one = await desks.pair(team.url, team.code(), name="one")
    two = await desks.pair(team.url, team.code("ben@example.org", Role.INTERVIEWER), name="two")
    async with at_work(one) as ann, at_work(two) as ben:
        await ben.reached(SyncKind.SYNCED)
        interview, edit = draft("Talk to Acme")
        note = NoteAddress(interview, "welcome")
        await ann.store.write([edit])
        await ben.record("interviews", interview, title="Talk to Acme")
        await ann.type(note, "They said ", "hello 😀")
        await ben.text(note, "They said hello 😀")
        heard: list[bytes] = []
        ann.store.on_remote_updates(note, heard.extend)
        await ben.type(note, " and left")
        await ann.text(note, "They said hello 😀 and left")
        assert heard
        await ben.store.write([Edit("interviews", interview, {"title": "Talk to Acme Ltd"})])
        seen = await ann.record("interviews", interview, title="Talk to Acme Ltd")
        assert seen.pending == frozenset()


async def test_work_done_while_the_server_is_stopped_arrives_once_it_is_back(
    own_team: Team, desks: Desks
) -> None:
    one = await desks.pair(own_team.url, own_team.code(), name="one")
    two = await desks.pair(own_team.url, own_team.code(), name="two")
    interview, edit = draft("Offline")
    note = NoteAddress(interview, "deciding")
    async with at_work(one) as ann:
        await ann.reached(SyncKind.SYNCED)
        await asyncio.to_thread(own_team.process.stop)
        await ann.reached(SyncKind.OFFLINE)
        await ann.store.write([edit])
        for number in range(20):
            await ann.type(note, f"line {number}\n")
        assert (await ann.store.pending()).unsent == 21
        await asyncio.to_thread(own_team.process.start)
        ann.service.poke()
        await ann.until_sent()
        await ann.reached(SyncKind.SYNCED)
    async with at_work(two) as ben:
        await ben.text(note, "".join(f"line {number}\n" for number in range(20)))
        await ben.record("interviews", interview, title="Offline")
        (document,) = await ben.store.of_interview("note_documents", interview)
        assert document.id == note_document_id(*note)
        assert document.fields["seq"] == 20


async def test_lost_answers_double_nothing_and_lose_nothing(team: Team, desks: Desks) -> None:
    async with Proxy(team.url) as proxy:
        one = await desks.pair(proxy.url, team.code(), name="one")
        two = await desks.pair(team.url, team.code(), name="two")
        async with at_work(one) as ann, at_work(two) as ben:
            await ann.reached(SyncKind.SYNCED)
            interview, edit = draft("Once")
            note = NoteAddress(interview, "welcome")
            proxy.drop_answers = 3
            await ann.store.write([edit])
            for number in range(5):
                await ann.type(note, f"{number} ")
                proxy.cut()
                ann.service.poke()
            await ben.text(note, "0 1 2 3 4 ")
            await ann.until_sent()
            await ann.text(note, "0 1 2 3 4 ")
        position = await one.store.position()
        assert position.device_id == one.me.device_id
        assert await one.store.quarantined() == []


async def test_a_signed_out_device_keeps_everything_and_goes_on_once_paired_again(
    team: Team, desks: Desks
) -> None:
    one = await desks.pair(team.url, team.code(), name="one")
    async with at_work(one) as ann:
        await ann.reached(SyncKind.SYNCED)
        assert one.me.device_id is not None
        await asyncio.to_thread(team.revoke, one.me.device_id)
        ann.service.poke()
        await ann.reached(SyncKind.PAUSED)
        interview, edit = draft("Kept")
        await ann.store.write([edit])
        code = await asyncio.to_thread(team.code)
        await desks.pair_again(one, team.url, code)
        ann.service.poke()
        await ann.until_sent()
        await ann.reached(SyncKind.SYNCED)
    two = await desks.pair(team.url, team.code(), name="two")
    async with at_work(two) as ben:
        await ben.record("interviews", interview, title="Kept")
