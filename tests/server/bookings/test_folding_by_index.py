"""Folding one event costs the same however much the server knows already."""

from functools import partial

from sync_server.bookings import repository
from sync_server.bookings.service import absorb
from sync_server.infra.database import Database
from tests.helpers.calcom import body_of, created, rescheduled
from tests.helpers.server import SetClock
from tests.helpers.walking import walked
from tests.server.bookings.conftest import Desk, parts_on


async def test_no_event_makes_the_server_go_through_a_whole_table(
    database: Database, clock: SetClock, tmp_path
):
    desk = Desk(parts_on(database, clock, tmp_path))
    await desk.take(created("u1"))
    for event in (created("u2"), rescheduled("u3", "u1", title="Moved")):
        await desk.keep(body_of(event))
        waiting = await database.read(partial(repository.waiting, limit=9))
        assert waiting
        assert await walked(database, partial(absorb, event_ids=waiting, may_ask=True)) == {}
