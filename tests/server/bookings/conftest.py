"""A server's database with the inbox in front and the exports behind it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from sync_server.bookings import repository
from sync_server.bookings.tasks import read_all
from sync_server.calcom.endpoints import read_event
from sync_server.calcom.intake import Arrival, intake_of
from sync_server.calcom.translate import booking_uid
from sync_server.infra.bus import Bus
from sync_server.infra.database import Database
from sync_server.infra.parts import Parts
from sync_server.operations.exports import export_inbox, export_interviews
from sync_server.settings import Settings
from sync_server.sync.authors import Author
from sync_server.sync.write import write_record
from tests.helpers import calcom
from tests.helpers.server import SetClock, test_vault


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
        event, reason = read_event(body)
        trigger = None if reason else str(event["triggerEvent"])
        arrival = Arrival(endpoint, body, trigger, booking_uid(event), reason)
        return await intake_of(self.parts.database).keep(arrival)

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


def parts_on(database: Database, clock: SetClock, path: Path, **settings: Any) -> Parts:
    given = {"calcom_webhook_secrets": (SecretStr(calcom.SECRET),), "data_dir": path, **settings}
    return Parts(
        settings=Settings(**given),
        database=database,
        vault=test_vault(),
        bus=getattr(database, "bus", None) or Bus(),
        clock=clock,
        server_url="http://127.0.0.1:1",
    )


@pytest.fixture
def desk(database: Database, clock: SetClock, tmp_path: Path) -> Desk:
    return Desk(parts_on(database, clock, tmp_path))


PERSON = Author("member", "0190f5fe-7c00-7a00-8000-00000000aaaa", "dev-1")


async def edit(desk: Desk, entity: str, record_id: str, **fields: Any) -> None:
    """A person changes a record."""

    def work(tx):
        workspace_id = repository.the_workspace(tx)
        base = dict.fromkeys(fields, 10**9)
        return write_record(
            tx,
            workspace_id=workspace_id,
            entity=entity,
            id=record_id,
            fields=fields,
            base=base,
            author=PERSON,
        )

    await desk.parts.database.write(work)
