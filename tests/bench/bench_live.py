"""What an idle live connection costs, and a thousand of them on one process.

Against a bare WebSocket server on the same library: it accepts, waits, and notices who has gone.
Ours knows besides who everybody is, asks their rights anew, and can say to whom a note goes.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

from interview_desk.wire import routes
from tests.bench.table import row
from tests.helpers.memory import memory_folder
from tests.helpers.server import ServerProcess

HERE = Path(__file__).resolve().parent
CLIENTS = 1000
# Long enough that everybody is asked at least once whether they are there.
IDLE_SECONDS = 21.0
POKES = 15
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Load:
    """The process of the clients."""

    def __init__(self, url: str, count: int, token: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "live_load.py"), host, port, str(count), token],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._expect("ready")

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _expect(self, word: str) -> None:
        said = self._output.readline().strip()
        assert said == word, said

    def hears(self, cause: Callable[[], object]) -> float:
        """Seconds from `cause` until the last client has heard of it."""
        assert self._process.stdin is not None
        self._process.stdin.write("hear\n")
        self._process.stdin.flush()
        self._expect("listening")
        started = time.monotonic()
        cause()
        return float(self._output.readline()) - started

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


class Measured:
    """A server process with a thousand clients."""

    def __init__(self, pid: int, url: str, token: str) -> None:
        self._pid = pid
        # What the first client brings with it is not the price of one more.
        Load(url, 10, token).end()
        before = self._memory()
        self.load = Load(url, CLIENTS, token)
        self.bytes_each = (self._memory() - before) / CLIENTS

    def _memory(self) -> int:
        return int(Path(f"/proc/{self._pid}/statm").read_text().split()[1]) * _PAGE

    def cpu_seconds(self) -> float:
        """The processor time the server has used so far."""
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def ours() -> Iterator[tuple[Measured, Callable[[], object]]]:
    # What a commit costs the disk is measured with the webhooks.
    with tempfile.TemporaryDirectory(dir=memory_folder()) as directory:
        server = ServerProcess(Path(directory), settings={"LOG_LEVEL": "WARNING"}).start()
        try:
            address = ["--email", "ada@example.org"]
            server.run("member", "add", *address, "--name", "Ada", "--role", "owner")
            code = json.loads(server.run("pair", *address, "--json").stdout)["code"]
            asked = {"code": code, "device_name": "bench", "install_nonce": "x" * 32}
            with httpx.Client(base_url=server.url, timeout=60) as client:
                paired = client.post(routes.PAIR, json=asked).json()
                client.headers["Authorization"] = f"Bearer {paired['access_token']}"
                yield (
                    Measured(server.pid, server.url, paired["access_token"]),
                    pusher(client, paired),
                )
        finally:
            server.kill()


def pusher(client: httpx.Client, paired: dict[str, str]) -> Callable[[], object]:
    """Changes one record; each call another one."""
    numbers = iter(range(1, 10_000))

    def push() -> None:
        n = next(numbers)
        mutation = {
            "n": n,
            "op": "put",
            "entity": "startups",
            "id": f"00000000-0000-7000-8000-{n:012}",
            "fields": {"name": f"Example {n}"},
            "base": {},
        }
        body = {"device": paired["device_id"], "epoch": paired["epoch"], "mutations": [mutation]}
        client.post(routes.PUSH, json=body).raise_for_status()

    return push


@contextmanager
def bare() -> Iterator[tuple[Measured, Callable[[], object]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bare_sockets"],
        cwd=HERE.parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        found = re.search(r"listening on (\S+)", process.stdout.readline())
        assert found is not None
        with httpx.Client(base_url=found[1], timeout=60) as client:
            yield Measured(process.pid, found[1], "none"), lambda: client.post("/")
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    with ours() as (desk, push), bare() as (least, say):
        row(
            "live: memory of an idle client (kB)",
            desk.bytes_each / 1e3,
            least.bytes_each / 1e3,
            2.0,
        )
        before = desk.cpu_seconds(), least.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        used, floor = desk.cpu_seconds() - before[0], least.cpu_seconds() - before[1]
        per_hour = 3600 / IDLE_SECONDS / CLIENTS
        row("live: CPU of an idle client (s per hour)", used * per_hour, floor * per_hour, 2.0)
        pokes, words = [], []
        for _ in range(POKES):
            words.append(desk.load.hears(push))
            pokes.append(least.load.hears(say))
        told, least_told = statistics.median(words), statistics.median(pokes)
        row(f"live: a change to {CLIENTS} clients (ms)", told * 1e3, least_told * 1e3, 2.0)
        desk.load.end()
        least.load.end()


if __name__ == "__main__":
    main()
