"""What it costs to keep a webhook before answering it.

Against the disk's own limit: a loop that inserts one row and commits (FULL), in the same minute
on the same disk. Against the software's own limit: an endpoint that only checks the signature,
with our database in memory. Rounds are interleaved; the median counts.
"""

import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.table import row
from tests.helpers import calcom
from tests.helpers.server import ServerProcess

HERE = Path(__file__).resolve().parent
ROUNDS = 5
REQUESTS = 800
CONNECTIONS = 16
MEMORY = Path("/dev/shm")  # noqa: S108  - tmpfs is what is measured


class Load:
    """Hands out event numbers, so that no event is ever sent twice."""

    def __init__(self) -> None:
        self._next = 0

    def on(self, url: str) -> float:
        host, port = url.removeprefix("http://").split(":")
        arguments = [host, port, str(CONNECTIONS), str(REQUESTS), str(self._next)]
        self._next += REQUESTS
        script = str(HERE / "webhook_load.py")
        done = subprocess.run(
            [sys.executable, script, *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return float(done.stdout)


class VerifyOnly:
    """The endpoint that keeps nothing."""

    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "verify_only.py")], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        found = re.search(r"listening on (\S+)", self._process.stdout.readline())
        assert found is not None
        return found[1]

    def __exit__(self, *failure: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=30)


def insert_loop(path: Path, count: int) -> float:
    """Rows per second of one connection that commits each row for good."""
    body = calcom.body_of(calcom.created())
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, body BLOB)")
        started = time.perf_counter()
        for _ in range(count):
            connection.execute("INSERT INTO inbox (body) VALUES (?)", (body,))
        seconds = time.perf_counter() - started
    connection.close()
    return count / seconds


@contextmanager
def server_in(directory: str) -> Iterator[ServerProcess]:
    settings = {"CALCOM_WEBHOOK_SECRETS": calcom.SECRET, "LOG_LEVEL": "WARNING"}
    server = ServerProcess(Path(directory), settings=settings).start()
    try:
        yield server
    finally:
        server.kill()


def against_disk(load: Load) -> None:
    with tempfile.TemporaryDirectory(dir=HERE.parents[1]) as ours, server_in(ours) as server:
        acks, rows = [], []
        load.on(server.url)
        for _ in range(ROUNDS):
            rows.append(insert_loop(Path(ours) / "raw.db", REQUESTS // 2))
            acks.append(load.on(server.url))
            rows.append(insert_loop(Path(ours) / "raw.db", REQUESTS // 2))
    floor = statistics.median(rows)
    row("webhook ack vs raw insert loop (per s)", statistics.median(acks), floor, 0.8, "higher")


def against_verify_only(load: Load) -> None:
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as ours,
        server_in(ours) as server,
        VerifyOnly() as url,
    ):
        load.on(server.url)
        load.on(url)
        acks, floors = [], []
        for _ in range(ROUNDS):
            floors.append(load.on(url))
            acks.append(load.on(server.url))
    floor = statistics.median(floors)
    row("webhook ack vs verify-only (per s)", statistics.median(acks), floor, 0.45, "higher")


def main() -> None:
    load = Load()
    against_disk(load)
    if MEMORY.is_dir():
        against_verify_only(load)
    else:
        print("no tmpfs here: the ratio to the verify-only endpoint was not measured")


if __name__ == "__main__":
    main()
