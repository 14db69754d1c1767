"""A server's database with the inbox in front and the exports behind it."""

import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typing_extensions import override

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.instants import format_instant
from interview_desk.notes import append_text
from sync_server.bookings import repository
from sync_server.bookings.reconciling.pages import Scope
from sync_server.bookings.reconciling.passes import Found, reconcile
from sync_server.bookings.tasks import read_all
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.opening import calcom_of, close_calcom
from sync_server.calcom.availability.service import let_go
from sync_server.infra.bus import Bus
from sync_server.infra.clock import Clock
from sync_server.infra.database import Database, Tx
from sync_server.infra.parts import Parts
from sync_server.operations.exports import export_inbox, export_interviews
from sync_server.settings import Settings
from sync_server.sync.authors import Author
from sync_server.sync.notes.taking import Document, keep_updates
from sync_server.sync.read import (
    StoredRecord,
    read_record,
    records_of_interview,
    records_of_kind,
)
from sync_server.sync.write import write_record
from sync_server.work import due
from tests.helpers import calcom
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.hearing import keep
from tests.helpers.server import Databases, SetClock, Templates, test_vault


class Desk:
    """What goes in at the inbox and comes out of the exports."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def take(self, *events: Mapping[str, Any], endpoint: str = "") -> None:
        """Keep events as the endpoint does, and read them all."""
        for event in events:
            await self.keep(calcom.body_of(event), endpoint=endpoint)
        await read_all(self.parts)

    async def keep(self, body: bytes, *, endpoint: str = "") -> bool:
        """Keep one body; whether it is new."""
        return await keep(self.parts, body, endpoint=endpoint)

    async def interviews(self) -> list[dict[str, Any]]:
        """The export, as a script reads it."""
        rows = await export_interviews(self.parts, {})
        return [json.loads(json.dumps(row)) for row in rows]

    async def interview(self) -> dict[str, Any]:
        """The only interview there is."""
        (interview,) = await self.interviews()
        return interview

    async def inbox(self) -> list[dict[str, Any]]:
        """The inbox, oldest first."""
        return [dict(row) for row in await export_inbox(self.parts, {})]

    async def records(self, entity: str) -> list[dict[str, Any]]:
        """All live records of a kind."""
        found = await self.parts.database.read(
            lambda tx: records_of_kind(tx, repository.the_workspace(tx), entity)
        )
        return [{"id": one.id, **one.fields} for one in found]


def parts_on(database: Database, clock: Clock, path: Path, **settings: Any) -> Parts:
    given = {"calcom_webhook_secrets": (SecretStr(calcom.SECRET),), "data_dir": path, **settings}
    return Parts(
        settings=Settings(**given),
        database=database,
        vault=test_vault(),
        bus=getattr(database, "bus", None) or Bus(),
        clock=clock,
        server_url="http://127.0.0.1:1",
    )


@dataclass
class AheadClock(Clock):
    """The computer's clock, which a test may put forward."""

    ahead: timedelta = timedelta()

    @override
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **units: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**units)


class CalcomDesk(Desk):
    """A server with a key, and the Cal.com that it belongs to."""

    def __init__(self, parts: Parts, calcom: FakeCalcom, clock: AheadClock) -> None:
        super().__init__(parts)
        self.calcom = calcom
        self.clock = clock

    @property
    def api(self) -> CalcomApi:
        """Cal.com for somebody who waits."""
        api = calcom_of(self.parts)
        assert api is not None
        return api.for_person

    async def write(self, entity: str, **fields: Any) -> str:
        """A person makes a record; its id."""
        record_id = fields.pop("id", None) or str(uuid.uuid4())
        await edit(self, entity, record_id, **fields)
        return record_id

    async def record(self, entity: str, record_id: str) -> dict[str, Any]:
        """What a record says."""
        stored = await self.parts.database.read(
            lambda tx: read_record(tx, repository.the_workspace(tx), entity, record_id)
        )
        assert stored is not None
        return {} if stored.deleted else dict(stored.fields)

    async def ask(self, kind: str, interview_id: str, **fields: Any) -> str:
        """A person asks for something at Cal.com."""
        return await self.write(
            "booking_requests", kind=kind, interview_id=interview_id, state="waiting", **fields
        )

    async def free(self, event_type: int = 41, *, at: int = 0) -> datetime:
        """A time that can be booked."""
        now = self.clock.now()
        end = now + timedelta(days=14)
        slots = await self.api.slots(event_type, start=now + timedelta(days=1), end=end)
        return slots[at].start

    async def booked(self, event_type: int = 41, *, at: int = 0, **more: Any) -> dict[str, Any]:
        """A guest books at Cal.com, without any event coming through; the booking."""
        body = {
            "eventTypeId": event_type,
            "start": format_instant(await self.free(event_type, at=at)),
            "attendee": {
                "name": "Ada Guest",
                "email": "ada@example.org",
                "timeZone": "Europe/Paris",
            },
            **more,
        }
        return self.calcom.act("create", **body)[0]

    async def reconcile(self, **how: Any) -> Found:
        """Ask Cal.com for everything, once."""
        return await reconcile(self.parts, self.api, [Scope()], **how)


@asynccontextmanager
async def _at_calcom(
    databases: Databases, calcom: FakeCalcom, path: Path
) -> AsyncIterator[CalcomDesk]:
    clock = AheadClock()
    calcom.set(limit=60_000)
    database = await databases.fresh(clock=clock)
    given = {"calcom_api_key": SecretStr(KEY), "calcom_base_url": calcom.url}
    parts = parts_on(database, clock, path, **given)
    desk = CalcomDesk(parts, calcom, clock)
    # The first answer tells the limit; until then calls are paced for the usual one.
    await desk.api.me()
    with pytest.MonkeyPatch.context() as patched:
        # The database's own clock, where it has one, is put forward too.
        patched.setattr(due, "present", lambda _: clock.now())
        yield desk
    await let_go(parts)
    await close_calcom(parts)


@pytest.fixture
async def calcom_desk(
    templates: Templates, fake_calcom: FakeCalcom, tmp_path: Path
) -> AsyncIterator[CalcomDesk]:
    """On an embedded database, for what the database makes no difference to."""
    databases = Databases("sqlite", tmp_path, None, templates)
    async with _at_calcom(databases, fake_calcom, tmp_path) as desk:
        yield desk
    await databases.close()


@pytest.fixture
async def either_desk(
    databases: Databases, fake_calcom: FakeCalcom, tmp_path: Path
) -> AsyncIterator[CalcomDesk]:
    """The same on each kind of database."""
    async with _at_calcom(databases, fake_calcom, tmp_path) as desk:
        yield desk


@pytest.fixture
def desk(database: Database, clock: SetClock, tmp_path: Path) -> Desk:
    return Desk(parts_on(database, clock, tmp_path))


PERSON = Author("member", "0190f5fe-7c00-7a00-8000-00000000aaaa", "dev-1")


async def edit(desk: Desk, entity: str, record_id: str, **fields: Any) -> None:
    """A person changes a record."""
    await edit_as(PERSON, desk, entity, record_id, fields=fields)


async def edit_as(
    author: Author,
    desk: Desk,
    entity: str,
    record_id: str,
    *,
    fields: Mapping[str, Any],
    seen: bool = True,
) -> None:
    """Somebody changes a record; what they have not `seen` as it stands may be in conflict."""
    base = dict.fromkeys(fields, 10**9 if seen else 0)

    def work(tx: Tx) -> object:
        return write_record(
            tx,
            workspace_id=repository.the_workspace(tx),
            entity=entity,
            id=record_id,
            fields=fields,
            base=base,
            author=author,
        )

    await desk.parts.database.write(work)


async def delete(desk: Desk, entity: str, record_id: str) -> None:
    """A person deletes a record."""

    def work(tx: Tx) -> object:
        return write_record(
            tx,
            workspace_id=repository.the_workspace(tx),
            entity=entity,
            id=record_id,
            fields={},
            delete=True,
            author=PERSON,
        )

    await desk.parts.database.write(work)


async def write_note(desk: Desk, interview_id: str, text: str) -> None:
    """A person writes into the notes of an interview."""

    def work(tx: Tx) -> None:
        workspace_id = repository.the_workspace(tx)
        stage = "context"
        document = Document(
            note_document_id(interview_id, stage), workspace_id, interview_id, stage
        )
        keep_updates(tx, document, updates=[append_text([], text)])

    await desk.parts.database.write(work)


async def rows_of(desk: Desk, interview_id: str, entity: str) -> list[StoredRecord]:
    """The live records of one kind that belong to an interview."""

    def work(tx: Tx) -> list[StoredRecord]:
        return records_of_interview(tx, repository.the_workspace(tx), interview_id, entity=entity)

    return await desk.parts.database.read(work)
