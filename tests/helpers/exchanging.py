"""Desks with real databases, exchanging with one server in memory."""

from dataclasses import dataclass
from pathlib import Path

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Json
from interview_desk.notes.document import NoteDocument
from interview_desk.notes.updates import text_of
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.store import LocalStore
from tests.helpers.desk import StoppedClock
from tests.helpers.fakes import NOON, MemoryApi, MemoryServer

NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "welcome")


DOC = note_document_id(*NOTE)


SENT_ROW: dict[str, Json] = {
    "entity": "startups",
    "id": "s1",
    "ver": 1,
    "fields": {"name": "Old"},
    "field_versions": {"name": 1},
}


@dataclass
class Desk:
    """A desk: its database, its way to the server, and the round under test."""

    store: LocalStore
    api: MemoryApi
    clock: StoppedClock
    round: ExchangeRound

    async def rename(self, name: str, record_id: str = "s1") -> None:
        await self.store.write([Edit("startups", record_id, {"name": name})])

    async def name(self, record_id: str = "s1") -> object:
        record = await self.store.get("startups", record_id)
        return None if record is None else record.fields.get("name")

    async def type(self, text: str) -> None:
        updates: list[bytes] = []
        document = NoteDocument(updates.append)
        note = await self.store.load(NOTE)
        document.apply([*note.confirmed, *note.pending])
        document.insert(document.length, text)
        for update in updates:
            await self.store.append(NOTE, update)

    async def text(self) -> str:
        note = await self.store.load(NOTE)
        return text_of([*note.confirmed, *note.pending])


class Desks:
    """Opens desks on one server."""

    def __init__(self, directory: Path) -> None:
        self.server = MemoryServer()
        self._directory = directory
        self.opened: list[Desk] = []

    async def open(self, device_id: str = "d1") -> Desk:
        store = await LocalStore.open(self._directory / device_id / "desk.db", bytes(32))
        me = Me("m1", "Ann", None, Role.OWNER, "Team", "https://desk.test", device_id)
        await store.become(me, epoch=self.server.epoch)
        api = self.server.api(device_id)
        clock = StoppedClock(NOON)
        desk = Desk(store, api, clock, ExchangeRound(store, api, clock))
        self.opened.append(desk)
        return desk
