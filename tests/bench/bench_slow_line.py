"""How long a typed sentence waits for its acknowledgement while a first sync fills a slow line.

A line of 64 kbit/s that all connections of the desk share, one packet after the other. The unit is
the second: the goal is five of them.
"""

import asyncio
import json
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from interview_desk.domain.records import Edit
from interview_desk.notes.document import NoteDocument
from interview_desk.services.ports import NoteAddress
from interview_desk.services.sync import SyncService
from interview_desk.services.sync_state import SyncKind
from tests.bench.table import row
from tests.bench.team_data import EMAIL, fill
from tests.helpers.desk import StoppedClock
from tests.helpers.proxy import Proxy
from tests.helpers.remote import Desks, RemoteDesk
from tests.helpers.server import ServerProcess

INTERVIEWS = 600
SENTENCES = 5
BYTES_PER_SECOND = 64_000 / 8
INTERVIEW = "0199c0de-0000-7000-8000-000000000001"


async def sent(desk: RemoteDesk, news: asyncio.Event) -> None:
    while (await desk.store.pending()).unsent:
        news.clear()
        await news.wait()


async def type_during_first_sync(desk: RemoteDesk, proxy: Proxy) -> list[float]:
    """Seconds from the key to the acknowledgement, sentence by sentence."""
    service = SyncService(desk.store, desk.api, desk.live, StoppedClock(), jitter=lambda: 0.5)
    begun, news = asyncio.Event(), asyncio.Event()
    service.on_state(lambda state: begun.set() if state.copied else None)
    desk.store.on_change(lambda _: news.set())
    proxy.rate = BYTES_PER_SECOND
    task = asyncio.ensure_future(service.run())
    await begun.wait()
    waits = []
    await desk.store.write([Edit("interviews", INTERVIEW, {"title": "T", "status": "draft"})])
    await sent(desk, news)
    for number in range(SENTENCES):
        started = time.perf_counter()
        document = NoteDocument()
        document.insert(0, f"They said sentence number {number}. ")
        note = NoteAddress(INTERVIEW, "welcome")
        await desk.store.append(note, document.updates_since())
        await sent(desk, news)
        waits.append(time.perf_counter() - started)
        if service.state.kind is not SyncKind.FETCHING:
            raise RuntimeError("the first sync ended before the typing did")
        await asyncio.sleep(2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return waits


async def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        await fill(Path(directory) / "server", INTERVIEWS)
        server = ServerProcess(Path(directory) / "server").start()
        desks = Desks(Path(directory) / "desks")
        try:
            async with Proxy(server.url) as proxy:
                code = json.loads(server.run("pair", "--email", EMAIL, "--json").stdout)["code"]
                desk = await desks.pair(proxy.url, code)
                waits = await type_during_first_sync(desk, proxy)
                await desks.close()
        finally:
            server.kill()
    row("sentence on 64 kbit/s, first sync (s, median)", statistics.median(waits), 1.0, 5.0)
    row("sentence on 64 kbit/s, first sync (s, worst)", max(waits), 1.0, 5.0)


if __name__ == "__main__":
    asyncio.run(main())
