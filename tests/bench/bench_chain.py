"""How long a webhook takes to an open calendar, and what a burst of 5,000 does to their senders.

The chain: the signed event leaves Cal.com; the server keeps and folds it, for a single event in one
commit, and pokes; the desk pulls, writes (a commit) and what the calendar asks its database for has
the new booking. Against the steps that nobody does without, bare: two commits, a message, a GET and
a client's commit, in the same minute on the same disk. One event at a time, the median counts.

The burst: 5,000 signed bookings over 16 connections; how long the slowest of a hundred waits for
its answer, beside how long one `fdatasync` of a row takes on this disk.
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from websockets.asyncio.client import connect

from interview_desk.app.online import go_online
from interview_desk.services.sync_state import SyncKind
from interview_desk.store import LocalStore
from interview_desk.system.clock import SystemClock
from tests.bench.bare_chain import database
from tests.bench.table import row
from tests.helpers import calcom
from tests.helpers.remote import Desks, Team
from tests.helpers.server import ServerProcess

HERE = Path(__file__).resolve().parent
EVENTS = 40
BURST = 5000
CONNECTIONS = 16
PROBES = 200
# Between two events, so that each finds everything at rest, as a single booking does.
REST_SECONDS = 0.2
NEXT_WEEK = datetime.now(UTC) + timedelta(days=7)

Send = Callable[[int], Coroutine[object, object, object]]


def event(number: int) -> bytes:
    """A new booking for next week."""
    starts, ends = (calcom.clock_time(NEXT_WEEK + timedelta(minutes=m)) for m in (0, 30))
    return calcom.body_of(
        calcom.created(f"chain-{number}", bookingId=number, startTime=starts, endTime=ends)
    )


class Calendar:
    """What an open calendar shows of next week, by asking the desk's database."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self._shown = 0
        self._news = asyncio.Event()
        store.on_change(lambda _: self._news.set())

    async def shows(self, count: int) -> None:
        """Wait until there are so many bookings; like any calendar it reads when it hears news."""
        begin = NEXT_WEEK - timedelta(days=3)
        while self._shown < count:
            await self._news.wait()
            self._news.clear()
            week = await self._store.interviews_between(begin, begin + timedelta(days=7))
            self._shown = len(week)


async def median_of(send: Send, arrived: Callable[[int], Awaitable[object]]) -> float:
    """The seconds from sending to arriving, one event after the other.

    The sender's answer is no part of it: a calendar waits for none.
    """
    took = []
    for number in range(1, EVENTS + 1):
        await asyncio.sleep(REST_SECONDS)
        started = time.perf_counter()
        sending = asyncio.ensure_future(send(number))
        await arrived(number)
        took.append(time.perf_counter() - started)
        await sending
    return statistics.median(took)


@asynccontextmanager
async def desk_at(team: Team, directory: Path) -> AsyncIterator[Calendar]:
    """A paired desk whose exchange with the server runs; the calendar stands before it, as ever."""
    desks = Desks(directory / "desks")
    desk = await desks.pair(team.url, team.code())
    calendar = Calendar(desk.store)
    online = await go_online(desk.store, desk.me, desk.store.tokens, clock=SystemClock())
    ready = asyncio.Event()
    online.sync.on_state(lambda state: ready.set() if state.kind is SyncKind.SYNCED else None)
    running = asyncio.ensure_future(online.sync.run())
    await ready.wait()
    yield calendar
    running.cancel()
    await asyncio.wait({running})
    await online.session.close()
    await desks.close()


async def ours(directory: Path) -> float:
    settings = {"CALCOM_WEBHOOK_SECRETS": calcom.SECRET, "LOG_LEVEL": "WARNING"}
    server = ServerProcess(directory / "server", settings=settings).start()
    try:
        async with (
            desk_at(Team(server), directory) as calendar,
            httpx.AsyncClient(base_url=server.url) as cal_com,
        ):

            async def send(number: int) -> None:
                body = event(number)
                headers = calcom.signed_headers(body)
                answer = await cal_com.post("/webhooks/calcom", content=body, headers=headers)
                answer.raise_for_status()

            return await median_of(send, calendar.shows)
    finally:
        server.kill()


@contextmanager
def bare_server(directory: Path) -> Iterator[str]:
    """The steps of the server without anything of ours; its host and port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bare_chain", str(directory)],
        cwd=HERE.parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        found = re.search(r"listening on http://(\S+)", process.stdout.readline())
        assert found is not None
        yield found[1]
    finally:
        process.kill()
        process.communicate()


async def bare(directory: Path) -> float:
    with bare_server(directory) as address:
        client = database(directory / "client.db")
        async with (
            connect(f"ws://{address}/", compression=None) as live,
            httpx.AsyncClient(base_url=f"http://{address}") as http,
        ):

            async def send(number: int) -> None:
                await http.post("/", content=event(number))

            async def arrived(_: int) -> None:
                await live.recv()
                newest = (await http.get("/")).content
                json.loads(newest)
                client.execute("INSERT INTO rows (body) VALUES (?)", (newest,))

            return await median_of(send, arrived)


def synced(path: Path) -> float:
    """The seconds of the slowest of a hundred times to write a row's worth and `fdatasync` it."""
    took = []
    with path.open("wb", buffering=0) as probe:
        for _ in range(PROBES):
            started = time.perf_counter()
            probe.write(bytes(4096))
            os.fdatasync(probe.fileno())
            took.append(time.perf_counter() - started)
    return statistics.quantiles(took, n=100)[98]


def burst(directory: Path) -> None:
    settings = {"CALCOM_WEBHOOK_SECRETS": calcom.SECRET, "LOG_LEVEL": "WARNING"}
    server = ServerProcess(directory / "server", settings=settings).start()
    try:
        host, port = server.url.removeprefix("http://").split(":")
        arguments = [host, port, str(CONNECTIONS), str(BURST), "0", "p99"]
        script = str(HERE / "webhook_load.py")
        before = synced(directory / "probe")
        done = subprocess.run(
            [sys.executable, script, *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        after = synced(directory / "probe")
    finally:
        server.kill()
    rate, slow = map(float, done.stdout.split())
    print(f"a burst of {BURST}: {rate:.0f} answers per second")
    # No goal but the report: one answer waits for a commit, and for the senders before it.
    print(
        f"its p99 (ms): ours {slow * 1e3:.1f}, an fdatasync of a row "
        f"{(before + after) / 2 * 1e3:.1f}, {CONNECTIONS} senders at once"
    )


def main() -> None:
    here = HERE.parents[1]
    with tempfile.TemporaryDirectory(dir=here) as one, tempfile.TemporaryDirectory(dir=here) as two:
        floor = asyncio.run(bare(Path(two)))
        chain = asyncio.run(ours(Path(one)))
        again = asyncio.run(bare(Path(two)))
        row("a webhook to an open calendar (ms)", chain * 1e3, (floor + again) / 2 * 1e3, 2.0)
    with tempfile.TemporaryDirectory(dir=here) as directory:
        burst(Path(directory))


if __name__ == "__main__":
    main()
