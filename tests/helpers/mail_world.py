"""Months of follow-up mail on a clock of our own: guests, what happens to them, and an oracle.

The oracle keeps its own truth of every guest, and is asked at the moment in which the provider
takes a mail. It knows nothing of how the server decides.
"""

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from typing_extensions import override

from sync_server.followups.letters import Letter
from sync_server.followups.news import take_reply
from sync_server.followups.outcomes import Accepted, Lost, NotTaken, Outcome, Unclear
from sync_server.followups.tasks import Planner, Sender
from sync_server.followups.tokens import unsubscribe_token
from sync_server.followups.unsubscribing import unsubscribe
from sync_server.infra.database import Database
from sync_server.infra.parts import Parts
from sync_server.models.due import due_work
from sync_server.sync.batch import RecordBatch
from tests.helpers.mail import STEPS, YES, MailRoom, post_office
from tests.helpers.server import WORKSPACE_ID, SetClock, parts_on

T = TypeVar("T")

START = datetime(2028, 2, 21, 8, tzinfo=UTC)  # a leap day and changes of clocks to come
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney")
DAY = timedelta(hours=24)
OPENS, CLOSES, DAYS = 9, 16, frozenset({1, 2, 3})
WINDOW = {"days": ["tue", "wed", "thu"], "from": "09:00", "to": "16:00", "holidays": "ignore"}
PER_DAY = 40


class Killed(Exception):  # noqa: N818  - what happened to the worker
    """This worker is dead from here on."""


@dataclass
class Truth:
    """What is so of one guest, whatever the server believes."""

    address: str
    zone: str
    consent: str
    stopped: bool = False
    mailed: list[datetime] = field(default_factory=list)


class Dying:
    """Whether the worker that asks dies at this very point."""

    def __init__(self, chance: random.Random, share: float, most: int) -> None:
        self._chance = chance
        self._share = share
        self._left = most
        self.kills = 0

    def end(self) -> None:
        """Nobody dies any more."""
        self._left = 0

    def here(self) -> None:
        """One of the points between two steps."""
        if self._left and self._chance.random() < self._share:
            self._left -= 1
            self.kills += 1
            raise Killed


class MortalDatabase(Database):
    """A database whose user may die before the work, or after its commit and before its answer."""

    def __init__(self, database: Database, dying: Dying) -> None:
        self.dialect = database.dialect
        self.is_shared = database.is_shared
        self._database = database
        self._dying = dying

    @override
    async def read(self, work: Any) -> Any:
        return await self._database.read(work)

    @override
    async def write(self, work: Any) -> Any:
        self._dying.here()
        done = await self._database.write(work)
        self._dying.here()
        return done

    @override
    async def close(self) -> None:
        """Nothing: it belongs to the test."""


@dataclass
class Provider:
    """Keeps keys for 24 hours like Resend, fails like a network, and asks the oracle."""

    world: "World"
    name: str = "resend"
    repeats_for: timedelta = timedelta(hours=23)
    keys: dict[str, datetime] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    async def carry(self, letter: Letter) -> Outcome:
        """Take a letter, unless the network has it."""
        world = self.world
        world.dying.here()
        luck = 1.0 if world.is_calm else world.chance.random()
        if luck < 0.03:
            return NotTaken("Not reached.", timedelta(minutes=7))
        outcome = self._take(letter)
        if luck < 0.06:
            return Unclear("No answer.", timedelta(minutes=7))
        world.dying.here()
        return outcome

    async def look_up(self, letter: Letter, since: datetime) -> Outcome:
        """Whether it was taken."""
        return Accepted(letter.key) if letter.key in self.taken else Lost("Nobody knows.")

    def close(self) -> None:
        """Nothing is open."""

    def _take(self, letter: Letter) -> Outcome:
        now = self.world.clock.now()
        first = self.keys.get(letter.key)
        if first is None or now - first >= DAY:
            self.keys[letter.key] = now
            self.taken.append(letter.key)
            self.world.judge(letter, now)
        return Accepted(letter.key)


class World:
    """A team with guests, the workers of its servers, and everything that happens meanwhile."""

    def __init__(
        self,
        database: Database,
        clock: SetClock,
        *,
        seed: int,
        interviews: int,
        days: int,
        kills: int,
        directory: Path,
        workers: int,
    ) -> None:
        self.chance = random.Random(seed)  # noqa: S311  - a seed that can be repeated
        self.clock = clock
        clock.at = START
        self._database = database
        self._directory = directory
        self._interviews = interviews
        self._days = days
        self.dying = Dying(self.chance, 0.01, kills)
        self.provider = Provider(self)
        self.room = self._mail_room(database)
        self.truths: dict[str, Truth] = {}
        self.guests: dict[str, tuple[str, str, str]] = {}
        self.mistakes: list[str] = []
        self.all_mailed: list[datetime] = []
        self._workers = workers
        self._holders = 0
        self.is_calm = False
        self._is_on = True
        self._flag: str | None = None

    def _mail_room(self, database: Database) -> MailRoom:
        parts = parts_on(database, self.clock, data_dir=self._directory)
        post = post_office(per_day=PER_DAY)
        return MailRoom(parts, post, self.provider)  # type: ignore[arg-type]  # a provider of ours

    def judge(self, letter: Letter, now: datetime) -> None:
        """Whether this mail might be taken at this moment, by the truth."""
        truth = self.truths[letter.to]
        local = now.astimezone(ZoneInfo(truth.zone))
        if local.weekday() not in DAYS or not OPENS <= local.hour < CLOSES:
            self.mistakes.append(f"{letter.key} left at {local}")
        if truth.consent != "yes":
            self.mistakes.append(f"{letter.key} left although the guest said {truth.consent}")
        if truth.stopped:
            self.mistakes.append(f"{letter.key} left after a stop")
        if any(now - one < DAY for one in truth.mailed):
            self.mistakes.append(f"{letter.key} left within 24 hours of another")
        if sum(now - one < DAY for one in self.all_mailed) >= PER_DAY:
            self.mistakes.append(f"{letter.key} left above the cap")
        if not self._is_on:
            self.mistakes.append(f"{letter.key} left while mail was turned off")
        truth.mailed.append(now)
        self.all_mailed.append(now)

    def told(self) -> str:
        """What happened, in a line."""
        return f"{len(self.guests)} interviews in {self._days} days, {self.dying.kills} kills"

    async def run(self) -> None:
        """Live through all the days."""
        sequence = await self.room.sequence(window=WINDOW, steps=_steps(), purpose="one")
        hours = self._days * 24
        begin = sorted(self.chance.randrange(int(hours * 0.8)) for _ in range(self._interviews))
        makers: defaultdict[int, int] = defaultdict(int)
        for hour in begin:
            makers[hour] += 1
        workers = [self._worker() for _ in range(self._workers)]
        planner = Planner(self.room.post)
        for hour in range(hours):
            for _ in range(makers.get(hour, 0)):
                await self._interview(sequence)
            if self.chance.random() < 0.1:
                await self._something(sequence)
            if not self._is_on and self.chance.random() < 0.2:
                await self._switch(on=True)
            planner = await self._plan(planner)
            workers = list(await asyncio.gather(*(self._work(one) for one in workers)))
            planner = await self._plan(planner)
            self.clock.advance(minutes=60)
        await self._calm_down(planner)

    def _worker(self) -> tuple[Sender, Parts, str]:
        self._holders += 1
        holder = f"server-{self._holders}"
        parts = parts_on(
            MortalDatabase(self._database, self.dying), self.clock, data_dir=self._directory
        )
        return Sender(self.provider, self.room.post, holder=holder), parts, holder

    async def _work(self, worker: tuple[Sender, Parts, str]) -> tuple[Sender, Parts, str]:
        sender, parts, holder = worker
        try:
            while await sender.carry_due(parts):
                pass
        except Killed:
            over = sa.update(due_work).where(due_work.c.holder == holder)
            over = over.values(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
            await self._database.write(lambda tx: tx.connection.execute(over))
            return self._worker()
        return worker

    async def _plan(self, planner: Planner) -> Planner:
        parts = parts_on(
            MortalDatabase(self._database, self.dying), self.clock, data_dir=self._directory
        )
        try:
            await planner.look(parts)
        except Killed:
            return Planner(self.room.post)
        return planner

    async def _calm_down(self, planner: Planner) -> None:
        """Let what is still on its way arrive; nothing goes wrong any more."""
        self.dying.end()
        self.is_calm = True
        await self._switch(on=True)
        for _ in range(30):
            await planner.look(self.room.parts)
            await self._work(self._worker())
            self.clock.advance(hours=1)

    async def _interview(self, sequence: str) -> None:
        number = len(self.guests)
        address = f"guest{self.chance.randrange(number + 1)}@startup.example"
        truth = self.truths.get(address)
        if truth is None:
            zone = self.chance.choice(ZONES)
            consent = self.chance.choices(("yes", "no", "unknown"), (8, 1, 1))[0]
            truth = self.truths[address] = Truth(address, zone, consent)
        status = self.chance.choices(("held", "no_show"), (5, 1))[0]
        interview = await self.room.interview(
            status=status, ended=timedelta(minutes=self.chance.randrange(600))
        )
        consents = {**YES, "value": truth.consent}
        guest = await self.room.guest(
            interview, email=address, zone=truth.zone, consent_contact_again=consents
        )
        enrolment = await self.room.enrol(sequence, guest, interview)
        self.guests[guest] = (address, interview, enrolment)

    async def _something(self, sequence: str) -> None:
        if not self.guests:
            return
        guest = self.chance.choice(list(self.guests))
        address, _, enrolment = self.guests[guest]
        truth = self.truths[address]
        match self.chance.choices(range(7), (6, 3, 2, 2, 1, 2, 1))[0]:
            case 0:
                truth.zone = self.chance.choice(ZONES)
                await self._say(address, zone=truth.zone)
            case 1:
                truth.consent = self.chance.choice(("yes", "yes", "no"))
                await self._say(address, consent_contact_again={**YES, "value": truth.consent})
            case 2:
                await self._unsubscribe(address, truth)
            case 3:
                truth.stopped = True
                await self.room.parts.database.write(lambda tx: _replied(tx, address))
                truth.stopped = False
            case 4:
                await self.room.put("enrolments", enrolment, state="stopped", reason="by_hand")
            case 5:
                await self.room.put("sequences", sequence, steps=_steps(self.chance.random()))
            case _:
                await self._switch(on=False)

    async def _switch(self, *, on: bool) -> None:
        self._is_on = on
        self._flag = await self.room.put("flags", self._flag, key="follow_up", on=on)

    async def _say(self, address: str, **fields: Any) -> None:
        for guest, (theirs, _, _) in self.guests.items():
            if theirs == address:
                await self.room.put("interview_guests", guest, **fields)

    async def _unsubscribe(self, address: str, truth: Truth) -> None:
        for key in self.provider.taken:
            message = next(
                (one for one in await self.room.messages() if one.fields.get("effect_key") == key),
                None,
            )
            effect = (await self.room.effects()).get(message.id) if message else None
            if message and effect and effect.letter.to == address:
                token = unsubscribe_token(self.room.parts.vault, message.id)
                work = partial(unsubscribe, token=token, tell_provider=False)
                await self.room.parts.database.write(work)
                truth.stopped, truth.consent = True, "no"
                return


def _replied(tx: Any, address: str) -> None:
    with RecordBatch(tx, WORKSPACE_ID) as batch:
        take_reply(batch, address)


def _steps(word: float = 0.0) -> list[dict[str, Any]]:
    texts = {"en": {"subject": f"As promised {word}", "text": "Here it is."}}
    nudge = {
        "key": "nudge",
        "title": "Nudge",
        "delay": {"amount": 4, "unit": "working_days", "after": "previous"},
        "approval": False,
        "texts": {"usual": texts},
    }
    return [STEPS[0], {**STEPS[1], "texts": {"usual": texts}}, nudge]
