"""What it costs to keep a webhook before answering it, and to make interviews of a burst.

Keeping, against the disk's own limit: a loop that inserts one row and commits (FULL), in the same
minute on the same disk. Against the software's own limit: an endpoint that only checks the
signature, with our database in memory. Both endpoints are loaded by the same program with the same
bytes. Rounds are interleaved; the median counts. Before each round the server has folded all it
was sent, so that neither side is measured beside that work; during a round it folds as it does in
any burst.

Folding a burst, against inserting the very rows it leaves, in as many transactions, without
sealing, indexes or a thought.
"""

import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.table import row
from tests.helpers import calcom
from tests.helpers.memory import memory_folder
from tests.helpers.server import ServerProcess

HERE = Path(__file__).resolve().parent
ROUNDS = 5
REQUESTS = 800
CONNECTIONS = 16
FOLDS = 3
FILLED = ("records", "field_changes", "blind_index", "booking_changes", "booking_uids")


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


def reading(directory: str) -> closing[sqlite3.Connection]:
    """The server's database, for looking only."""
    return closing(sqlite3.connect(f"file:{directory}/interview-desk.db?mode=ro", uri=True))


def until_folded(directory: str) -> float:
    """Wait until no event waits in the inbox; the seconds that took."""
    started = time.perf_counter()
    with reading(directory) as connection:
        waiting = "SELECT 1 FROM webhook_events WHERE state = 'waiting' LIMIT 1"
        while connection.execute(waiting).fetchone():
            time.sleep(0.02)
    return time.perf_counter() - started


def waiting_in(directory: str) -> int:
    """How many events are yet to be folded."""
    with reading(directory) as connection:
        query = "SELECT count(*) FROM webhook_events WHERE state = 'waiting'"
        return int(connection.execute(query).fetchone()[0])


def rows_of(connection: sqlite3.Connection, name: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The rows of a table by their keys; not every table numbers its rows."""
    columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
    places = [column[0] for column in columns if column[5]]
    rows = connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608  - our own names
    return {tuple(row[place] for place in places): row for row in rows}


def held(directory: str) -> dict[str, set[tuple[Any, ...]]]:
    """The keys in the tables that folding fills."""
    with reading(directory) as connection:
        return {name: set(rows_of(connection, name)) for name in FILLED}


def copy_rows(directory: str, before: dict[str, set[tuple[Any, ...]]], path: Path) -> float:
    """Seconds to insert what folding left since `before` into bare tables, 32 events at a time."""
    with reading(directory) as source:
        rows = {
            name: [row for key, row in rows_of(source, name).items() if key not in known]
            for name, known in before.items()
        }
    with closing(sqlite3.connect(path, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = WAL")
        target.execute("PRAGMA synchronous = FULL")
        inserts = {name: _bare(target, name, len(found[0])) for name, found in rows.items()}
        groups = REQUESTS // 32
        started = time.perf_counter()
        for number in range(groups):
            target.execute("BEGIN")
            for name, found in rows.items():
                target.executemany(inserts[name], found[number::groups])
            target.execute("COMMIT")
        return time.perf_counter() - started


def _bare(target: sqlite3.Connection, name: str, columns: int) -> str:
    """An empty table without types and indexes, and the statement that fills it."""
    target.execute(f"CREATE TABLE {name} ({', '.join(f'c{n}' for n in range(columns))})")
    return f"INSERT INTO {name} VALUES ({', '.join('?' * columns)})"  # noqa: S608  - our own names


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
            until_folded(ours)
            rows.append(insert_loop(Path(ours) / "raw.db", REQUESTS // 2))
            acks.append(load.on(server.url))
            until_folded(ours)
            rows.append(insert_loop(Path(ours) / "raw.db", REQUESTS // 2))
    floor = statistics.median(rows)
    row("webhook ack vs raw insert loop (per s)", statistics.median(acks), floor, 0.8, "higher")


def against_verify_only(load: Load, memory: Path) -> None:
    with (
        tempfile.TemporaryDirectory(dir=memory) as ours,
        server_in(ours) as server,
        VerifyOnly() as url,
    ):
        load.on(server.url)
        load.on(url)
        acks, floors = [], []
        for _ in range(ROUNDS):
            until_folded(ours)
            floors.append(load.on(url))
            acks.append(load.on(server.url))
    floor = statistics.median(floors)
    row("webhook ack vs verify-only (per s)", statistics.median(acks), floor, 0.45, "higher")


def against_inserting(load: Load) -> None:
    with tempfile.TemporaryDirectory(dir=HERE.parents[1]) as ours, server_in(ours) as server:
        load.on(server.url)
        until_folded(ours)
        folding, floors = [], []
        for number in range(FOLDS):
            before = held(ours)
            load.on(server.url)
            left = waiting_in(ours)
            folding.append(until_folded(ours) / left * 1000)
            floors.append(
                copy_rows(ours, before, Path(ours) / f"raw-{number}.db") / REQUESTS * 1000
            )
    ours_ms, floor_ms = statistics.median(folding), statistics.median(floors)
    row("folding a burst vs its rows (ms per event)", ours_ms, floor_ms, 20)


def main() -> None:
    load = Load()
    against_disk(load)
    against_inserting(load)
    if memory := memory_folder():
        against_verify_only(load, memory)
    else:
        print("no tmpfs here: the ratio to the verify-only endpoint was not measured")


if __name__ == "__main__":
    main()
