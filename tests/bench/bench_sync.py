"""What sync costs: the first copy, a pull of ten changes, a push of one, and how they grow.

The first copy is compared with the same bytes taken raw: downloaded from a bare server, parsed and
inserted. Pull and push are compared with a bare GET on the same server, a push with one durable
commit on the same disk besides. Rounds are interleaved; the median counts.
"""

import asyncio
import http.client
import json
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from interview_desk.services.whole_copy import WholeCopy
from interview_desk.wire import routes
from tests.bench.table import row
from tests.bench.team_data import EMAIL, RECORDS_PER_INTERVIEW, fill
from tests.helpers.desk import StoppedClock
from tests.helpers.remote import Desks
from tests.helpers.server import ServerProcess

HERE = Path(__file__).resolve().parent
INTERVIEWS = 20_000 // RECORDS_PER_INTERVIEW
ERASED = 5_000
GROWTH = (1_000, 10_000, 100_000)
ROUNDS = 7
CALLS = 150
_TABLE = (
    "CREATE TABLE records (entity TEXT, id TEXT, ver INTEGER, fields TEXT, versions TEXT,"
    " PRIMARY KEY (entity, id)) WITHOUT ROWID"
)


def pairing_code(server: ServerProcess) -> str:
    return str(json.loads(server.run("pair", "--email", EMAIL, "--json").stdout)["code"])


class Client:
    """One connection that is kept, and nothing between us and the socket."""

    def __init__(self, server: ServerProcess) -> None:
        host, port = server.url.removeprefix("http://").split(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=60)
        asked = {
            "code": pairing_code(server),
            "device_name": "Laptop",
            "install_nonce": uuid.uuid4().hex,
        }
        paired = json.loads(self.call("POST", routes.PAIR, json.dumps(asked)))
        self._token = paired["access_token"]
        self._batch = {"device": paired["device_id"], "epoch": paired["epoch"]}
        self._n = 0

    def call(self, method: str, path: str, body: str | None = None) -> bytes:
        headers = {"Content-Type": "application/json"} if body else {}
        if hasattr(self, "_token"):
            headers["Authorization"] = f"Bearer {self._token}"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status < 300, (path, answer.status, content)
        return content

    def put(self, record_id: str, **fields: str) -> None:
        self._n += 1
        change = {"n": self._n, "op": "put", "entity": "startups", "id": record_id}
        mutations = [{**change, "fields": fields, "base": {}}]
        done = self.call("POST", routes.PUSH, json.dumps({**self._batch, "mutations": mutations}))
        assert b'"status":"ok"' in done, done

    def edit(self, record_id: str, name: str) -> None:
        self.put(record_id, name=f"{name} {self._n}")

    def pull(self, cursor: str) -> dict[str, Any]:
        page: dict[str, Any] = json.loads(self.call("GET", f"{routes.PULL}?cursor={quote(cursor)}"))
        return page

    def at_end(self) -> str:
        """A cursor behind everything."""
        head = zlib.decompressobj(31).decompress(self.call("GET", routes.SNAPSHOT))
        return str(json.loads(head.split(b"\n", 1)[0])["cursor"])


@contextmanager
def served(interviews: int, *, erased: int = 0) -> Iterator[tuple[ServerProcess, Client]]:
    with tempfile.TemporaryDirectory(dir=HERE.parents[1]) as folder:
        asyncio.run(fill(Path(folder), interviews, erased=erased))
        server = ServerProcess(Path(folder), settings={"LOG_LEVEL": "WARNING"}).start()
        try:
            yield server, Client(server)
        finally:
            server.kill()


@contextmanager
def raw_files(body: bytes) -> Iterator[Callable[[], bytes]]:
    """A bare server that hands out the same bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        program = [sys.executable, str(HERE / "raw_file.py"), file.name]
        process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        found = re.search(r"listening on http://(\S+):(\d+)", process.stdout.readline())
        assert found is not None
        connection = http.client.HTTPConnection(found[1], int(found[2]), timeout=60)

        def get() -> bytes:
            connection.request("GET", "/")
            return connection.getresponse().read()

        try:
            yield get
        finally:
            connection.close()
            process.terminate()
            process.communicate(timeout=30)


def keep(body: bytes, path: Path) -> int:
    """Parse the lines and insert the rows, as anybody has to."""
    lines = zlib.decompress(body, 31).splitlines()
    rows = map(json.loads, lines[1:-1])
    path.unlink(missing_ok=True)
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(_TABLE)
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?)",
            (
                (
                    one["entity"],
                    one["id"],
                    one["ver"],
                    json.dumps(one["fields"]),
                    json.dumps(one["field_versions"]),
                )
                for one in rows
            ),
        )
        database.execute("COMMIT")
    database.close()
    return len(lines) - 2


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_of(work: Callable[[], object], calls: int = CALLS) -> float:
    return statistics.median(timed(work) for _ in range(calls))


async def fetched(url: str, code: str, folder: Path) -> float:
    """Seconds until a new desk has its first copy, whole and encrypted."""
    desks = Desks(folder)
    desk = await desks.pair(url, code)
    copy = WholeCopy(
        desk.store, desk.api, interrupt=asyncio.Event(), meanwhile=_nothing, told=lambda _: None
    )
    started = time.perf_counter()
    await copy.fetch(StoppedClock())
    seconds = time.perf_counter() - started
    await desks.close()
    return seconds


async def _nothing() -> None:
    """Nobody waits for anything else here."""


def first_copy(*, erased: int = 0) -> None:
    with (
        served(INTERVIEWS, erased=erased) as (server, client),
        tempfile.TemporaryDirectory() as folder,
    ):
        path = Path(folder) / "cache.db"
        body = client.call("GET", routes.SNAPSHOT)
        with raw_files(body) as get:
            whole, halves, floor = [], [], []
            for turn in range(ROUNDS):
                floor.append(timed(lambda: keep(get(), path)))
                halves.append(timed(lambda: keep(client.call("GET", routes.SNAPSHOT), path)))
                desk = Path(folder) / f"desk-{turn}"
                whole.append(asyncio.run(fetched(server.url, pairing_code(server), desk)))
    least = statistics.median(floor)
    marked = f", {erased:,} erased before" if erased else ""
    row(f"first copy of 20,000 records{marked} (s)", statistics.median(whole), least, 1.5)
    row("the same, our server and a bare client (s)", statistics.median(halves), least, 1.5)


def commit_time(path: Path) -> float:
    """One durable commit of a small row on this disk."""
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE IF NOT EXISTS one (text)")
        seconds = median_of(lambda: database.execute("INSERT INTO one VALUES ('x')"))
    database.close()
    return seconds


def pull_and_push() -> None:
    with served(INTERVIEWS) as (server, client):
        cursor = client.at_end()
        ids = [str(uuid.uuid4()) for _ in range(10)]
        for record_id in ids:
            client.put(record_id, name="Example GmbH", notes="met at the fair")
        assert len(client.pull(cursor)["rows"]) == len(ids)
        bare, pulls, pushes, commits = [], [], [], []
        for turn in range(ROUNDS):
            bare.append(median_of(lambda: client.call("GET", routes.HEALTH)))
            pulls.append(median_of(lambda: client.call("GET", f"{routes.PULL}?cursor={cursor}")))
            edits = partial(client.edit, ids[0], f"Example {turn}")
            pushes.append(median_of(edits))
            commits.append(commit_time(server.data_dir / "raw.db"))
    floor = statistics.median(bare)
    row("pull of 10 changes vs bare GET (p50, s)", statistics.median(pulls), floor, 2.0)
    allowed = statistics.median(2 * get + once for get, once in zip(bare, commits, strict=True))
    name = "push of an edit vs two GETs and a commit (s)"
    row(name, statistics.median(pushes), allowed, 1.0)


def growth() -> None:
    """Pull, list and open, each against a bare GET of the same minute, as a table."""
    print("interviews       pull 10   page of 100       history   (times a bare GET)")
    ratios: list[tuple[float, float, float]] = []
    for interviews in GROWTH:
        with served(interviews) as (_, client):
            cursor = client.at_end()
            ids = [str(uuid.uuid4()) for _ in range(10)]
            for record_id in ids:
                client.put(record_id, name="Example GmbH", notes="met at the fair")
            past = f"{routes.HISTORY}?entity=startups&id={ids[0]}"
            asked = (f"{routes.PULL}?cursor={cursor}", f"{routes.PULL}?limit=100", past)
            paths = (routes.HEALTH, *asked)
            rounds = [
                [median_of(partial(client.call, "GET", path), 50) for path in paths]
                for _ in range(3)
            ]
            bare, *times = (statistics.median(column) for column in zip(*rounds, strict=True))
            pull, page, history = (seconds / bare for seconds in times)
            ratios.append((pull, page, history))
            print(f"{interviews:>10,} {pull:>13.2f} {page:>13.2f} {history:>13.2f}")
    for name, few, many in zip(("pull", "page", "history"), ratios[0], ratios[-1], strict=True):
        row(f"{name}: 100,000 interviews vs 1,000", many, few, 1.3)


def main() -> None:
    first_copy()
    first_copy(erased=ERASED)
    pull_and_push()
    growth()


if __name__ == "__main__":
    main()
