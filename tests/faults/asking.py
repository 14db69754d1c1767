"""A server that carries out one request to Cal.com and dies at the step it was told.

Run with a database, Cal.com's address, a request, whether its webhooks come in before the answer
("first"), and the number of the last step; 0 for none.
"""

import sys
from contextlib import AsyncExitStack
from pathlib import Path

from sync_server.bookings.requests import calls, carrying, jobs, lookups
from sync_server.bookings.requests.carrying import send
from sync_server.calcom.api import client, exchange, queue
from sync_server.calcom.api.opening import calcom_of, close_calcom
from sync_server.infra.clock import SystemClock
from sync_server.infra.sqlite import SqliteDatabase
from tests.helpers.dying import run_until_step
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.hearing import told_first
from tests.helpers.server import parts_on, test_vault


async def carry_out(path: Path, address: str, request_id: str, told: str) -> None:
    """Send the request, whatever becomes of it."""
    clock = SystemClock()
    database = SqliteDatabase(path, vault=test_vault(), clock=clock)
    parts = parts_on(
        database, clock, data_dir=path.parent, calcom_api_key=KEY, calcom_base_url=address
    )
    api = calcom_of(parts)
    assert api is not None
    async with AsyncExitStack() as stack:
        if told == "first":
            await stack.enter_async_context(told_first(parts, address))
        await send(parts, api.for_person, request_id)
    await close_calcom(parts)
    await database.close()


if __name__ == "__main__":
    database, address, request, told, last = sys.argv[1:]
    run_until_step(
        int(last),
        *(calls, carrying, client, exchange, jobs, lookups, queue),
        program=carry_out(Path(database), address, request, told),
    )
