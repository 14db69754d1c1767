"""Random histories of desks that listen to a server whose disk fails and becomes well again.

Time passes only while nobody has anything to do, so a desk that asks on and on is found, and
each commit ends only when everybody has done what they do about it.
"""

import asyncio
import json
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from pydantic import SecretStr
from sqlcipher3 import dbapi2 as driver
from typing_extensions import override

from interview_desk.domain.ids import note_document_id
from interview_desk.services.ports import NoteAddress
from interview_desk.wire import routes
from sync_server.app import app_on
from sync_server.bookings import tasks as bookings
from sync_server.infra.parts import Parts
from sync_server.operations.workers import working
from sync_server.sync.live.door import LiveDoor
from tests.faults.ending import end_history
from tests.faults.failing_disk import ALWAYS, Disk, FailingDatabase, Trouble
from tests.faults.listening_desk import ListeningDesk
from tests.faults.network import BadNetwork
from tests.faults.passing_time import LoopClock, PassingTime
from tests.faults.witness import Announced, Inside, Witness
from tests.helpers import calcom
from tests.helpers.memory import memory_folder
from tests.helpers.server import create_all, parts_on
from tests.helpers.team import Key, Team, new_id, team_on

T = TypeVar("T")
# Somebody does something: who, what, and what with.
Act = tuple[str, int, int]

NAMES = ("Ada", "Ben", "Eve")
STARTUPS: list[Key] = [("startups", new_id()) for _ in range(2)]
INTERVIEW: Key = ("interviews", new_id())
WELCOME = NoteAddress(INTERVIEW[1], "welcome")
KINDS = ("startups", "interviews", "interview_guests", "conflicts")
# Notes alone are told once a second.
A_MOMENT = 1.5
# What comes in just when somebody looks is there so much later.
_JUST_NOW = 0.2
# By then every desk has tried again, however often it had failed, and has asked by itself.
LONG = 200.0

acts = st.tuples(
    st.sampled_from(["types", "writes", "books", "cancels", "sends again"]),
    st.integers(0, len(NAMES) - 1),
    st.integers(0, 1),
)


async def _keep_reading(parts: Parts) -> None:
    """Read events as a server does that runs: a worker that fails is started again."""
    async with working(parts, {"bookings": bookings.run}):
        await asyncio.Event().wait()


@dataclass(frozen=True)
class Faults:
    """What is put in the place of the real parts; nothing, as it is shipped."""

    database: type[FailingDatabase] = FailingDatabase


@dataclass
class Event:
    """What Cal.com has sent, and whether it was told that it is kept."""

    body: bytes
    uid: str
    cancels: bool
    is_kept: bool = False


class DiskHistories(RuleBasedStateMachine):
    """Three desks at one server, and Cal.com, while commits fail."""

    faults = Faults()
    # One application for all histories; each tells it anew whose parts it serves.
    app: FastAPI | None = None

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)
        self.values: dict[str, Key] = {}
        self.words: set[str] = set()
        self.events: list[Event] = []
        self.desks: list[ListeningDesk] = []
        self.witnesses: list[Witness] = []
        self.stranger: Any = None

    @initialize()
    def a_team_begins(self) -> None:
        self.loop = PassingTime()
        self.runner = asyncio.Runner(loop_factory=lambda: self.loop)
        self.folder = Path(tempfile.mkdtemp(prefix="desk-faults-", dir=memory_folder()))
        self._run(self._begin())

    async def _begin(self) -> None:
        await self.loop.watch_framework()
        path, clock = self.folder / "server.db", LoopClock(self.loop)
        self.disk = Disk(self.loop)
        self.database = self.faults.database(path, self.disk, clock)
        await self.database.write(create_all)
        self.inside = Inside(path)
        self.announced = Announced(self.disk)
        self.listening = self.database.bus.subscribe(self.announced.hear)
        secrets = (SecretStr(calcom.SECRET),)
        parts = parts_on(self.database, clock, data_dir=self.folder, calcom_webhook_secrets=secrets)
        app = DiskHistories.app = DiskHistories.app or app_on(parts)
        self.team: Team = team_on(parts, app)
        self.door = LiveDoor(app, app.state)
        self.reading = asyncio.ensure_future(_keep_reading(parts))
        for key in (*STARTUPS, INTERVIEW):
            await self.team.server_writes(*key)
        for name in NAMES:
            await self._sits_down(name)
        await asyncio.sleep(A_MOMENT)

    async def _sits_down(self, name: str) -> None:
        witness = Witness(self.team.client._transport, self.inside)
        folder = self.folder / f"desk-{len(self.desks)}"
        laptop = await self.team.member(name)
        desk = ListeningDesk(folder, laptop, BadNetwork(witness), has_threads=False)
        await desk.begin()
        await desk.note(WELCOME)
        desk.listen(self.door, self.loop)
        self.witnesses.append(witness)
        self.desks.append(desk)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    # What happens.

    @rule(
        what=st.lists(acts, min_size=1, max_size=5),
        passing=st.sampled_from([A_MOMENT, A_MOMENT, 5.0, 90.0]),
    )
    def people_and_calcom_act(self, what: Sequence[Act], passing: float) -> None:
        self._run(self._act(what, passing))

    @rule(
        trouble=st.sampled_from(Trouble),
        times=st.sampled_from([1, 2, 5, ALWAYS]),
        statement=st.integers(1, 12),
    )
    def the_disk_fails(self, trouble: Trouble, times: int, statement: int) -> None:
        self.disk.fail(trouble, times=times, statement=statement)

    @rule()
    def the_disk_is_well(self) -> None:
        self.disk.be_well()

    @precondition(lambda self: self.stranger is None)
    @rule()
    def another_program_locks_the_file(self) -> None:
        self.stranger = driver.connect(str(self.folder / "server.db"), isolation_level=None)
        self.stranger.execute("BEGIN IMMEDIATE")

    @precondition(lambda self: self.stranger is not None)
    @rule()
    def the_other_program_ends(self) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self.stranger is not None:
            self.stranger.close()
            self.stranger = None

    async def _act(self, what: Sequence[Act], passing: float) -> None:
        """Do all of it in the same moment, and look what has become of it some time later."""
        does: dict[str, Callable[[int, int], Coroutine[Any, Any, None]]] = {
            "types": self._types,
            "writes": self._writes,
            "books": self._books,
            "cancels": self._cancels,
            "sends again": self._sends_again,
        }
        await asyncio.gather(*(does[name](who, which) for name, who, which in what))
        await asyncio.sleep(passing)
        await self._check_now()

    async def _types(self, who: int, which: int) -> None:
        value = f"value {next(self.numbers)}"
        self.values[value] = STARTUPS[which]
        await self.desks[who].edit(STARTUPS[which], name=value)

    async def _writes(self, who: int, _: int) -> None:
        note = await self.desks[who].note(WELCOME)
        word = f"<{next(self.numbers)}>"
        self.words.add(word)
        note.document.insert(0, word)
        await note.flush()

    async def _books(self, _who: int, _which: int) -> None:
        uid = f"booking-{next(self.numbers)}"
        await self._send(Event(calcom.body_of(calcom.created(uid)), uid, cancels=False))

    async def _cancels(self, who: int, _: int) -> None:
        known = sorted({event.uid for event in self.events})
        if known:
            uid = known[who % len(known)]
            await self._send(Event(calcom.body_of(calcom.cancelled(uid)), uid, cancels=True))

    async def _sends_again(self, who: int, which: int) -> None:
        if self.events:
            await self._send(self.events[(who + which) % len(self.events)])

    async def _send(self, event: Event) -> None:
        if event not in self.events:
            self.events.append(event)
        answer = await self.team.client.post(
            routes.CALCOM_WEBHOOK, content=event.body, headers=calcom.signed_headers(event.body)
        )
        assert answer.status_code in {httpx.codes.OK, httpx.codes.SERVICE_UNAVAILABLE}
        if answer.is_success:
            event.is_kept = True
            self.inside.check_event(event.body)

    # What must be true.

    async def _check_now(self) -> None:
        """All answers hold, and who hears of news has heard of all there is."""
        for witness in self.witnesses:
            witness.check()
        self.announced.check()
        for event in self.events:
            self.inside.check_event(event.body, answered=event.is_kept)
        for desk in self.desks:
            if desk.hears and await self._differing(desk):
                await asyncio.sleep(_JUST_NOW)
                different = await self._differing(desk)
                assert not (different and desk.hears), f"{' and '.join(different)} differ"

    async def _differing(self, desk: ListeningDesk) -> list[str]:
        """Of which kinds the desk has other rows than a new copy would have."""
        fresh = await desk.fresh()
        return [kind for kind in KINDS if await desk.shown(kind) != fresh.sees(kind)]

    @override
    def teardown(self) -> None:
        if self.desks:
            end_history(self.runner, self.folder, check=self._settle_and_check, close=self._end)

    async def _end(self) -> None:
        self.disk.be_well()
        self.disk.be_quick()
        self._let_go()
        self.reading.cancel()
        with suppress(asyncio.CancelledError):
            await self.reading
        for desk in self.desks:
            await desk.close()
        await self.team.client.aclose()
        self.inside.close()
        await self.database.close()

    async def _settle_and_check(self) -> None:
        """Well again, everything comes right by itself."""
        await self._check_now()
        self.disk.be_well()
        self._let_go()
        await asyncio.sleep(LONG)
        await self._check_now()
        for desk in self.desks:
            assert desk.hears, "a desk has not come back"
            pending = await desk.store.pending()
            assert (pending.unsent, pending.attention) == (0, 0), "something waits"
        await self._check_values()
        await self._check_notes()
        await self._check_bookings()

    async def _check_values(self) -> None:
        """Every value took effect once, or is kept as a conflict."""
        taken = [change["to"] for key in STARTUPS for change in await self._history(key)]
        # Who has typed on since has replaced what they had said against the same value.
        conflicts = [("conflicts", key) for key in await self.desks[0].shown("conflicts")]
        told = [change for key in conflicts for change in await self._history(key)]
        lost = [change["to"] for change in told if change["field"] == "lost"]
        for value in self.values:
            times = (taken + lost).count(value)
            assert times == 1, f"{value} came {times} times"

    async def _check_notes(self) -> None:
        """Every word is there once, on every desk."""
        answer = await self.desks[0].laptop.call(
            "GET", routes.note_text(note_document_id(*WELCOME))
        )
        text = str(answer.json()["text"]) if answer.is_success else ""
        for desk in self.desks:
            assert (await desk.note(WELCOME)).document.text == text, "notes differ"
        for word in self.words:
            assert text.count(word) == 1, f"{word} is there {text.count(word)} times"

    async def _check_bookings(self) -> None:
        """Every event that was taken is folded, once."""
        waiting = "SELECT count(*) FROM webhook_events WHERE state <> 'done'"
        assert self.inside.number(waiting) == 0, "an event was not read"
        interviews = await self.desks[0].shown("interviews")
        for uid in {event.uid for event in self.events}:
            kept = [event for event in self.events if event.uid == uid and event.is_kept]
            found = [key for key, one in interviews.items() if uid in one.get("booking_uids", ())]
            if kept:
                assert len(found) == 1, f"{uid} has {len(found)} interviews"
                await self._check_booking(("interviews", found[0]), kept)

    async def _check_booking(self, key: Key, kept: Sequence[Event]) -> None:
        moves = [one["to"] for one in await self._history(key) if one["field"] == "status"]
        assert len(moves) == len(set(moves)), f"an event was folded twice: {json.dumps(moves)}"
        if any(event.cancels for event in kept):
            assert moves[0] == "cancelled", "a cancellation is lost"

    async def _history(self, key: Key) -> list[dict[str, Any]]:
        params: dict[str, Any] = {"entity": key[0], "id": key[1], "limit": 1000}
        answer = await self.desks[0].laptop.call("GET", routes.HISTORY, params=params)
        changes: list[dict[str, Any]] = answer.json()["changes"]
        return changes
