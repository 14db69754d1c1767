"""A door for webhooks without the rest of a server: what arrives is read at once."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx

from sync_server.bookings.tasks import read_all
from sync_server.calcom.intake import Arrival, intake_of
from sync_server.calcom.reading import read_event
from sync_server.calcom.translate import booking_uid
from sync_server.infra.parts import Parts
from tests.helpers.fake_calcom.world import HOSTED_TRIGGERS, KEY, ROUND_ROBIN, TEAM

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@asynccontextmanager
async def told_first(parts: Parts, calcom: str) -> AsyncIterator[None]:
    """Have the Cal.com at this address tell of what it does before it answers who asked for it."""
    door = await asyncio.start_server(partial(_hear, parts), "127.0.0.1", 0)
    host, port = door.sockets[0].getsockname()
    hook = {
        "active": True,
        "subscriberUrl": f"http://{host}:{port}",
        "triggers": [name for name in HOSTED_TRIGGERS if name.startswith("BOOKING_")],
        "secret": "told-first",
    }
    async with httpx.AsyncClient(base_url=calcom) as client:
        key = {"Authorization": f"Bearer {KEY}"}
        for place in ("", f"/teams/{TEAM}/event-types/{ROUND_ROBIN}"):
            answer = await client.post(f"/v2{place}/webhooks", json=hook, headers=key)
            answer.raise_for_status()
        answer = await client.post("/control/set", json={"tells_first": True})
        answer.raise_for_status()
    async with door:
        yield


async def keep(parts: Parts, body: bytes, *, endpoint: str = "") -> bool:
    """Keep one body as the endpoint does; whether it is new."""
    event, reason = read_event(body)
    trigger = None if reason else str(event["triggerEvent"])
    arrival = Arrival(endpoint, body, trigger, booking_uid(event), reason)
    return await intake_of(parts.database).keep(arrival)


async def _hear(parts: Parts, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    assert length is not None
    await keep(parts, await reader.readexactly(int(length[1])))
    await read_all(parts)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()
