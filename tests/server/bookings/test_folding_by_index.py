"""Folding one event costs the same however much the server knows already."""

import re
from functools import partial

from sync_server.bookings import repository
from sync_server.bookings.service import absorb
from sync_server.infra.database import Tx
from tests.helpers.calcom import body_of, created, rescheduled
from tests.helpers.server import Databases, SetClock, Templates
from tests.server.bookings.conftest import Desk, parts_on

# Tables of which there is one row, or few: a server has one team, and days to come are counted.
SMALL = {"workspace", "free_days"}


def folded(tx: Tx, event_ids: list[str]) -> list[str]:
    """Fold events; what SQLite was asked for that."""
    driver = tx.connection.connection.driver_connection
    assert driver is not None
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    absorb(tx, event_ids, may_ask=True)
    driver.set_trace_callback(None)
    return asked


def walked(tx: Tx, statement: str) -> set[str]:
    """The tables that a statement goes through from the first row to the last, or nearly."""
    driver = tx.connection.connection.driver_connection
    assert driver is not None
    plan = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]
    through = "(?:SCAN|SEARCH) ([a-z_]+) USING INDEX [a-z_]+ \\((?:workspace_id|state)=\\?\\)"
    found = {match[1] for step in plan for match in re.finditer(through, step)}
    whole = {match[1] for step in plan for match in re.finditer("SCAN ([a-z_]+)$", step)}
    return (found | whole) - SMALL


async def test_no_event_makes_the_server_go_through_a_whole_table(templates: Templates, tmp_path):
    databases = Databases("sqlite", tmp_path, None, templates)
    clock = SetClock()
    desk = Desk(parts_on(await databases.fresh(clock=clock), clock, tmp_path))
    await desk.take(created("u1"))
    database = desk.parts.database
    for event in (created("u2"), rescheduled("u3", "u1", title="Moved")):
        await desk.keep(body_of(event))
        waiting = await database.read(partial(repository.waiting, limit=9))
        asked = await database.write(partial(folded, event_ids=waiting))
        assert len(asked) > 10
        for statement in asked:
            assert await database.write(partial(walked, statement=statement)) == set(), statement
    await databases.close()
