"""Programs killed without warning while people type, on a network that fails as well.

Every word a desk had on disk is on the server once in the end, and every database is whole.
"""

import asyncio
import os
import random
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import pytest
from sqlcipher3 import dbapi2 as driver

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from interview_desk.wire import routes
from tests.faults.typist import KEY
from tests.helpers.proxy import Proxy
from tests.helpers.remote import Desks, RemoteDesk, Team
from tests.helpers.server import ServerProcess, SetClock

KILLS = int(os.environ.get("INTERVIEW_DESK_KILLS", "3"))
INTERVIEW = str(uuid.UUID(int=0x0193A000_0000_7000_8000_000000000001))
NOTE = NoteAddress(INTERVIEW, "welcome")
TYPIST = Path(__file__).with_name("typist.py")
# A victim is killed after this many more words of somebody, at most.
WORDS = 12

pytestmark = pytest.mark.timeout(120 + 20 * KILLS)


class Typist:
    """A desk's process, and all it has said over its lives."""

    def __init__(self, name: str, database: Path) -> None:
        self._name = name
        self._database = database
        self._lives = 0
        self._process: asyncio.subprocess.Process
        self.said: list[str] = []

    async def start(self) -> Self:
        self._lives += 1
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(TYPIST),
            str(self._database),
            *NOTE,
            f"{self._name}{self._lives}",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def says(self, lines: int) -> None:
        """Listen until it has said so many more lines."""
        for _ in range(lines):
            assert await self._hear(), f"{self._name} has ended by itself"

    async def _hear(self) -> bool:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        # A line that is cut off was never said.
        if line.endswith(b"\n"):
            self.said.append(line.decode().strip())
        return bool(line)

    async def kill(self) -> None:
        """End it without warning; what it had said by then counts."""
        self._process.kill()
        while await self._hear():
            pass
        await self._process.wait()

    async def settle(self) -> None:
        """Have everything sent, and end."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"settle\n")
        await self._process.stdin.drain()
        while await self._hear():
            pass
        assert await self._process.wait() == 0
        assert self.said.pop() == "settled"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    process = ServerProcess(tmp_path / "server")
    await asyncio.to_thread(process.start)
    yield process
    if process.running:
        await asyncio.to_thread(process.stop)


async def _typists(desks: Desks, team: Team, url: str, folder: Path) -> list[Typist]:
    """Two members' desks, paired and put aside, and an interview they both know."""
    pairs = (("ann", Role.OWNER), ("ben", Role.INTERVIEWER))
    for name, role in pairs:
        code = await asyncio.to_thread(team.code, f"{name}@example.org", role)
        desk = await desks.pair(url, code, name=name)
        if role is Role.OWNER:
            await _book(desk)
    await desks.close()
    return [Typist(name, folder / name / "desk.db") for name, _ in pairs]


async def _book(desk: RemoteDesk) -> None:
    await desk.store.write([Edit("interviews", INTERVIEW, {"title": "T", "status": "draft"})])
    await ExchangeRound(desk.store, desk.api, SetClock()).run()


async def _trouble(proxy: Proxy, chance: random.Random) -> None:
    """Something the network does now and then."""
    proxy.flowing.set()
    proxy.delay, proxy.rate = 0.0, None
    match chance.randrange(6):
        case 0:
            proxy.cut()
        case 1:
            proxy.drop_answers = 1
        case 2:
            proxy.delay = 0.01
        case 3:
            # Half open: accepted and silent, until the next trouble.
            proxy.flowing.clear()
        case 4:
            # Answers drip.
            proxy.rate = 4000
        case _:
            pass


async def test_no_word_is_lost_by_kills_of_desks_and_of_the_server(
    tmp_path: Path, server: ServerProcess
) -> None:
    chance = random.Random(KILLS)  # noqa: S311  - chance, not a secret
    desks = Desks(tmp_path / "desks")
    team = Team(server)
    async with Proxy(server.url) as proxy:
        typists = await _typists(desks, team, proxy.url, tmp_path / "desks")
        for typist in typists:
            await typist.start()
        for kill in range(2 * KILLS):
            await _trouble(proxy, chance)
            for typist in typists:
                await typist.says(chance.randint(1, WORDS))
            if kill % 2:
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            else:
                victim = chance.choice(typists)
                await victim.kill()
                await victim.start()
        proxy.flowing.set()
        proxy.delay, proxy.drop_answers, proxy.rate = 0.0, 0, None
        for typist in typists:
            await typist.settle()
        text, names = await _on_the_server(desks, team, server.url)
    said = [line for typist in typists for line in typist.said]
    words = [line for line in said if line.startswith("<")]
    startups = [line for line in said if line.startswith("startup")]
    assert len(words) > 2 * KILLS
    assert {word: text.count(word) for word in words} == dict.fromkeys(words, 1)
    assert {name: names.count(name) for name in startups} == dict.fromkeys(startups, 1)
    await asyncio.to_thread(server.stop)
    _check_databases(tmp_path / "server")
    for name in ("ann", "ben"):
        await _check_desk(tmp_path / "desks" / name / "desk.db")


async def _on_the_server(desks: Desks, team: Team, url: str) -> tuple[str, list[Any]]:
    code = await asyncio.to_thread(team.code, "eye@example.org", Role.INTERVIEWER)
    eye = await desks.pair(url, code, name="eye")
    answer = await eye.session.call("GET", routes.note_text(note_document_id(*NOTE)))
    names: list[Any] = []
    cursor, more = None, True
    while more:
        page = await eye.api.pull(cursor, limit=1000)
        names += [row.fields.get("name") for row in page.rows]
        cursor, more = page.cursor, page.more
    await desks.close()
    return answer.json()["text"], names


def _check_databases(folder: Path) -> None:
    files = list(folder.glob("*.db"))
    assert files
    for file in files:
        connection = driver.connect(str(file))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


async def _check_desk(path: Path) -> None:
    store = await LocalStore.open(path, KEY)
    await store.verify()
    assert store.rescued is None
    assert (await store.pending()).unsent == 0
    await store.close()
