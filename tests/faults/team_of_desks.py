"""Several real desks on one server, and what must be true at the end of whatever happened.

Afterwards the network is clear, everybody exchanges until nothing waits, and `teardown` looks at
all copies.
"""

import asyncio
import json
import re
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI
from hypothesis.stateful import RuleBasedStateMachine, initialize
from typing_extensions import override

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.services.ports import NoteAddress
from interview_desk.wire import routes
from sync_server.app import app_on
from sync_server.infra.database import Database, Tx
from sync_server.infra.sqlite import SqliteDatabase
from sync_server.sync.authors import Author
from sync_server.sync.write import write_record
from tests.faults.desk import FaultDesk, StoreFault, faultless
from tests.faults.ending import end_history
from tests.faults.network import BadNetwork
from tests.faults.seeded import CounterOutsideTheTransaction
from tests.helpers.memory import memory_folder
from tests.helpers.server import WORKSPACE_ID, SetClock, create_all, parts_on, test_vault
from tests.helpers.storage import everything_said
from tests.helpers.team import Key, Laptop, Team, new_id, team_on

T = TypeVar("T")

NAMES = ("Ada", "Ben", "Eve")
INSIDERS = 2
EXTERNAL = 2
STARTUPS: list[Key] = [("startups", new_id()) for _ in range(2)]
# Whoever is erased sooner or later.
ERASED: Key = ("startups", new_id())
INTERVIEW: Key = ("interviews", new_id())
# Few places, so that people meet.
TEXTS: list[tuple[Key, str]] = [(STARTUPS[0], "name"), (INTERVIEW, "title")]
STAGES = [NoteAddress(INTERVIEW[1], stage) for stage in ("welcome", "deciding")]
KINDS = ("startups", "interviews", "interview_assignments", "poblysh_team_members", "conflicts")
GIVEN_TO_OUTSIDERS = set(KINDS)
SECRET = "Schwarzwald"
WORD = re.compile(r"<\d+>")


@dataclass(frozen=True)
class Faults:
    """What is put in the place of the real parts; nothing, as it is shipped."""

    store: StoreFault = faultless
    database: Callable[[Database], Database] = lambda real: real
    network: Callable[[httpx.AsyncBaseTransport, Database], httpx.AsyncBaseTransport] = (
        lambda real, _: real
    )


@dataclass
class Said:
    """What people typed, and what they saw when they did."""

    values: dict[str, tuple[int, Key, str]] = field(default_factory=dict)
    saw: dict[str, Any] = field(default_factory=dict)
    words: dict[str, tuple[int, NoteAddress]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)


class TeamOfDesks(RuleBasedStateMachine):
    """Two interviewers and an external member with real desks, on a network that fails."""

    faults = Faults()
    # One application for all histories; each tells it anew whose parts it serves.
    app: FastAPI | None = None

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)
        self.said = Said()
        self.assignment: str | None = None
        # After a restore a value may be told twice: once taken, once kept as a conflict.
        self.was_restored = False
        self.was_buried = False
        self.was_erased = False
        # What only a lost disk remembered having sent, and what a restored server has lost of it.
        self.forgotten: set[str] = set()
        self.unprotected: set[str] = set()
        self.desks: list[FaultDesk] = []

    @initialize()
    def a_team_begins(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="desk-faults-", dir=memory_folder()))
        self._run(self._begin())

    async def _begin(self) -> None:
        clock = SetClock()
        path = self.folder / "server.db"
        self.real_database = SqliteDatabase(path, vault=test_vault(), clock=clock)
        await self.real_database.write(create_all)
        self.database = self.faults.database(self.real_database)
        parts = parts_on(self.database, clock, data_dir=self.folder)
        TeamOfDesks.app = TeamOfDesks.app or app_on(parts)
        self.team: Team = team_on(parts, TeamOfDesks.app)
        for name in NAMES:
            role = Role.EXTERNAL if name == NAMES[EXTERNAL] else Role.INTERVIEWER
            await self._pair(await self.team.member(name, role), role)
        await self.team.server_writes(*INTERVIEW, title="booked", startup_id=STARTUPS[0][1])
        for startup in (*STARTUPS, ERASED):
            await self.team.server_writes(*startup, tags=[])
        if isinstance(self.database, CounterOutsideTheTransaction):
            self.database.meanwhile = self.desks[0].settle

    async def _pair(self, laptop: Laptop, role: Role) -> None:
        transport = self.team.client._transport
        network = BadNetwork(self.faults.network(transport, self.real_database))
        folder = self.folder / f"desk-{len(self.desks)}"
        # One of them has its database's threads as it is shipped; the others save the switching.
        desk = FaultDesk(
            folder,
            laptop,
            network,
            role=role,
            store_fault=self.faults.store,
            has_threads=not self.desks,
        )
        await desk.begin()
        self.desks.append(desk)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _server_writes(self, key: Key, *, delete: bool = False, **fields: Any) -> None:
        def work(tx: Tx) -> None:
            write_record(
                tx,
                workspace_id=WORKSPACE_ID,
                entity=key[0],
                id=key[1],
                fields=fields,
                delete=delete,
                author=Author("server"),
            )

        await self.database.write(work)

    # What must be true.

    @override
    def teardown(self) -> None:
        if self.desks:
            end_history(self.runner, self.folder, check=self._settle_and_check, close=self._end)

    async def _end(self) -> None:
        for desk in self.desks:
            await desk.close()
        await self.team.client.aclose()
        await self.real_database.close()

    async def _settle_and_check(self) -> None:
        # Twice: what the last one sends in the first round, the others receive in the second.
        for _ in range(2):
            for desk in self.desks:
                await self._settle(desk)
        await self._check_records()
        await self._check_rights()
        await self._check_values()
        await self._check_notes()
        await self._check_erased()

    async def _settle(self, desk: FaultDesk) -> None:
        await desk.settle()

    async def _check_erased(self) -> None:
        """Of who was erased nothing is left, neither at the server nor on a desk."""
        if not self.was_erased:
            return
        assert SECRET not in await self.real_database.read(everything_said)
        for desk in self.desks:
            assert SECRET not in await desk.everything(), "a desk remembers who was erased"

    async def _check_records(self) -> None:
        """All copies say what a new copy would say, and nothing waits."""
        for desk in self.desks:
            fresh = await desk.fresh()
            for kind in KINDS:
                assert await desk.shown(kind) == fresh.sees(kind), f"{kind} differ"
            assert (await desk.store.pending()).unsent == 0, "something waits"

    async def _check_rights(self) -> None:
        """An external member holds nothing that is not theirs to see."""
        outsider = self.desks[EXTERNAL]
        held = await outsider.shown("interviews")
        assert set(held) <= ({INTERVIEW[1]} if self.assignment else set())
        for startup in (await outsider.shown("startups")).values():
            assert set(startup) <= {"name"}
        for kind in ("contacts", "recordings", "evaluations", "booking_requests"):
            assert await outsider.shown(kind) == {}

    async def _check_values(self) -> None:
        """Every value took effect once or is kept as a conflict; none was overwritten unseen."""
        changes = await self._history(*STARTUPS, INTERVIEW)
        taken = [change["to"] for change in changes]
        # Who has typed on since has replaced what they had said against the same value.
        conflicts = [("conflicts", key) for key in await self.desks[0].shown("conflicts")]
        told = await self._history(*conflicts)
        lost = [change["to"] for change in told if change["field"] == "lost"]
        for value, (who, key, name) in self.said.values.items():
            if name == "tags":
                # What somebody deleted takes its past along when it is buried.
                gone = (self.was_buried and key == STARTUPS[1]) or value in self.unprotected
                assert gone or any(f'"{value}"' in json.dumps(tags) for tags in taken), value
                continue
            found = (taken + lost).count(value)
            aside = self._aside(await self.desks[who].store.quarantined(), value)
            if value in self.unprotected and not found:
                continue
            assert found + aside >= 1, f"{value} of {NAMES[who]} is lost"
            # A restored server may be told again what it had kept, and set it aside.
            assert found == 1 or self.was_restored, f"{value} of {NAMES[who]} came {found} times"
        for change in changes:
            self._check_seen(change)

    def _check_seen(self, change: dict[str, Any]) -> None:
        value, replaced = change["to"], change["from"]
        if change["field"] not in {"name", "title"} or value not in self.said.values:
            return
        author = self.said.values[value][0]
        own = replaced in self.said.values and self.said.values[replaced][0] == author
        if replaced is not None and not own and not self.was_restored:
            assert replaced == self.said.saw[value], f"{value} went over {replaced} unseen"

    @staticmethod
    def _aside(quarantined: Any, value: str) -> int:
        return sum(f'"{value}"' in json.dumps(item.content) for item in quarantined)

    async def _history(self, *keys: Key) -> list[dict[str, Any]]:
        changes: list[dict[str, Any]] = []
        for key in keys:
            params: dict[str, Any] = {"entity": key[0], "id": key[1], "limit": 1000}
            laptop = self.desks[0].laptop
            answer = await laptop.call("GET", routes.HISTORY, params=params)
            if answer.status_code == 200:
                changes += answer.json()["changes"]
        return changes

    async def _check_notes(self) -> None:
        """Every word is in the notes once, the same on all desks, or readable in quarantine."""
        for address in STAGES:
            text = await self._server_text(address)
            for desk in self.desks:
                if address.interview_id in await desk.shown("interviews"):
                    assert (await desk.note(address)).document.text == text, "notes differ"
            await self._check_words(address, text)

    async def _check_words(self, address: NoteAddress, text: str) -> None:
        for word, (who, where) in self.said.words.items():
            if where != address:
                continue
            there = text.count(word)
            assert there <= 1, f"{word} is there {there} times"
            if there == 0 and word not in self.said.removed | self.unprotected:
                items = await self.desks[who].store.quarantined()
                assert any(word in item.text for item in items), f"{word} of {NAMES[who]} is lost"

    async def _server_text(self, address: NoteAddress) -> str:
        doc = note_document_id(*address)
        answer = await self.desks[0].laptop.call("GET", routes.note_text(doc))
        return str(answer.json()["text"]) if answer.status_code == 200 else ""
