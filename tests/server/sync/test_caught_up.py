"""Who was poked while a commit was under way gets what it brought, not what was before."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import httpx
import pytest
from typing_extensions import override

from interview_desk.domain.ids import note_document_id
from interview_desk.wire import routes
from sync_server.app import app_on
from sync_server.infra.bus import Missed
from sync_server.infra.database import Database
from tests.helpers.around import AroundDatabase
from tests.helpers.live import LiveServer, serving
from tests.helpers.team import Laptop, Team, new_id

T = TypeVar("T")


class UnderWay(AroundDatabase):
    """A database with a commit under way, until it is `over`."""

    def __init__(self, real: Database) -> None:
        super().__init__(real)
        self.waited_for = asyncio.Event()
        self.over = asyncio.Event()

    @override
    async def caught_up(self) -> None:
        self.waited_for.set()
        await self.over.wait()


async def asked_meanwhile(
    database: UnderWay, asking: Awaitable[T], change: Callable[[], Awaitable[object]]
) -> T:
    """What `asking` brings where `change` is what the commit under way keeps."""
    asked = asyncio.ensure_future(asking)
    waiting = asyncio.ensure_future(database.waited_for.wait())
    await asyncio.wait({asked, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert not asked.done()
    await change()
    database.over.set()
    return await asked


def laptop_at(database: Database, team: Team, laptop: Laptop) -> Laptop:
    """The same laptop at a server of its own on `database`."""
    transport = httpx.ASGITransport(app_on(replace(team.parts, database=database)))
    return replace(laptop, client=httpx.AsyncClient(transport=transport, base_url="http://test"))


# The second is left to the endpoint: the door reads no number that long.
@pytest.mark.parametrize("limit", ["500", "00500"])
async def test_a_pull_waits_for_the_commit_that_it_may_have_been_poked_about(
    team: Team, limit: str
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    record_id, database = new_id(), UnderWay(team.parts.database)
    poked = laptop_at(database, team, ben)
    answer = await asked_meanwhile(
        database,
        poked.call("GET", routes.PULL, params={"limit": limit}),
        lambda: ada.change("startups", record_id, name="Example GmbH"),
    )
    assert record_id in {row["id"] for row in answer.json()["rows"]}
    await poked.client.aclose()


async def test_every_other_call_waits_as_well(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    interview, database = await team.interview(), UnderWay(team.parts.database)
    doc, poked = note_document_id(interview, "welcome"), laptop_at(database, team, ben)
    answer = await asked_meanwhile(
        database,
        poked.call("POST", routes.NOTES_PULL, json={"docs": {doc: 0}}),
        lambda: ada.write_notes(interview, "welcome", "Hello"),
    )
    assert answer.json()["docs"][doc]["seq"] == 1
    await poked.client.aclose()


async def test_who_begins_to_listen_meanwhile_hears_where_it_leads(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    database, reached = UnderWay(team.parts.database), [0]

    async def change() -> None:
        reached[0] = (await ada.change("startups", new_id(), name="Example GmbH"))["ver"]

    async with (
        serving(app_on(replace(team.parts, database=database))) as server,
        server.open({"token": ben.token}) as line,
    ):
        poke = await asked_meanwhile(database, line.next("poke"), change)
        assert poke["seq"] == reached[0] > 0


async def test_what_was_missed_is_looked_up_when_it_is_over(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    database, reached = UnderWay(team.parts.database), [0]
    database.over.set()

    async def change() -> None:
        reached[0] = (await ada.change("startups", new_id(), name="Example GmbH"))["ver"]

    app = app_on(replace(team.parts, database=database))
    async with serving(app) as server, server.line(ben) as line:
        database.over.clear()
        database.waited_for.clear()
        team.parts.bus.publish(Missed())
        poke = await asked_meanwhile(database, line.next("poke"), change)
        assert poke["seq"] == reached[0] > 0


async def test_a_device_that_was_poked_gets_all_there_is_each_time(
    team: Team, server: LiveServer
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    await ben.pull()
    async with server.line(ben) as line:
        for number in range(20):
            changing = asyncio.ensure_future(ada.change("startups", new_id(), name=f"{number}"))
            await line.next("poke")
            assert [row["fields"]["name"] for row in await ben.pull()] == [f"{number}"]
            await changing
