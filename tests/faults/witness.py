"""Somebody who looks into the file whenever the server says that something is kept."""

import asyncio
import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
from sqlcipher3 import dbapi2 as driver
from typing_extensions import override

from interview_desk.wire import routes
from sync_server.sync.counter import Reaching
from tests.faults.failing_disk import Disk

# More calls of one desk within a second are no exchange but a fever: a round is two to five, and
# at its end comes another one for what came in between. (Comparing copies is another matter: one
# call for each kind of record, every few hours.)
FEVER = 30
# Seconds within which each call has its answer, if it is to have one at all.
PATIENCE = 5.0


class Inside:
    """The database's file as another program reads it: only what is kept."""

    def __init__(self, path: Path) -> None:
        self._connection = driver.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    def close(self) -> None:
        """Look no more."""
        self._connection.close()

    def number(self, sql: str, *values: object) -> int:
        """The one number that the query gives; 0 for none."""
        return int(self._connection.execute(sql, values).fetchone()[0] or 0)

    def check_push(self, device: str, last_n: int) -> None:
        """What a push was told to be counted is kept."""
        counted = "SELECT max(n) FROM push_results WHERE device_id = ?"
        assert self.number(counted, device) >= last_n, "what was answered is not kept"

    def check_rows(self, rows: list[dict[str, Any]]) -> None:
        """What was read is kept."""
        reached = self.number("SELECT seq FROM workspace")
        assert all(row["ver"] <= reached for row in rows), "what was read is not kept"

    def check_notes(self, doc: str, seq: int) -> None:
        """An update of notes that was answered is kept."""
        kept = self.number("SELECT max(seq) FROM note_updates WHERE doc_id = ?", doc)
        assert kept >= seq, "notes that were answered are not kept"

    def check_event(self, body: bytes, *, answered: bool = True) -> None:
        """An event that was answered is kept, and each at most once."""
        same = "SELECT count(*) FROM webhook_events WHERE body_sha256 = ?"
        times = self.number(same, sha256(body).hexdigest())
        assert times <= 1, f"an event is kept {times} times"
        assert times or not answered, "an event that was answered is not kept"


class Announced:
    """Hears what a server announces, and counts what it announces while its commits fail."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._in_vain = 0

    def hear(self, message: object) -> bool:
        """Count `message`; nobody reads it afterwards."""
        self._in_vain += isinstance(message, Reaching) and self._disk.failed > 0
        return False

    def check(self) -> None:
        """Fail if everybody was called although the commit before had failed."""
        assert not self._in_vain, "everybody is called while commits fail"


class Witness(httpx.AsyncBaseTransport):
    """Carries one desk's calls: counts them, times them, and looks whether the answers hold."""

    def __init__(self, real: httpx.AsyncBaseTransport, inside: Inside) -> None:
        self._real = real
        self._inside = inside
        self._calls: Counter[int] = Counter()
        self._open: dict[int, tuple[str, float]] = {}
        self.found: list[str] = []

    @property
    def most(self) -> int:
        """The most calls within one second so far."""
        return max(self._calls.values(), default=0)

    def check(self) -> None:
        """Fail if one of the answers did not hold, or one is overdue."""
        assert not self.found, self.found[0]
        now = asyncio.get_running_loop().time()
        for path, began in self._open.values():
            assert now - began < PATIENCE, f"{path} has had no answer for {now - began:.0f} s"

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        now = asyncio.get_running_loop().time()
        self._calls[int(now)] += request.url.path != routes.DIGEST
        if self.most > FEVER:
            self.found.append("a desk asks on and on")
            await asyncio.Event().wait()
        self._open[id(request)] = request.url.path, now
        try:
            answer = await self._real.handle_async_request(request)
        finally:
            del self._open[id(request)]
        if answer.status_code == httpx.codes.OK:
            await self._look(request, answer)
        return answer

    async def _look(self, request: httpx.Request, answer: httpx.Response) -> None:
        path = request.url.path
        try:
            if path == routes.PUSH:
                said = json.loads(await answer.aread())
                device = json.loads(await request.aread())["device"]
                self._inside.check_push(device, said["last_n"])
            elif path == routes.PULL:
                self._inside.check_rows(json.loads(await answer.aread())["rows"])
            elif request.method == "POST" and path.endswith("/updates"):
                doc = path.split("/")[-2]
                self._inside.check_notes(doc, json.loads(await answer.aread())["seq"])
        except AssertionError as error:
            self.found.append(str(error))
