"""The servers of a team, hour by hour, and who of them dies when."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import httpx
from pydantic import SecretStr

from sync_server.app import app_on
from sync_server.followups.post import KIND
from sync_server.followups.tasks import Planner, Sender
from sync_server.infra.database import Database
from sync_server.infra.parts import Parts
from sync_server.work import due
from tests.helpers.fake_resend import FakeResend
from tests.helpers.fake_resend_events import SECRET
from tests.helpers.live import serving
from tests.helpers.mail import MailRoom, post_office
from tests.helpers.mail_months.days import PER_DAY, START, Days
from tests.helpers.mail_months.dying import (
    Dying,
    Killed,
    MortalCarrier,
    MortalDatabase,
    Processes,
    leases_end,
)
from tests.helpers.mail_months.oracle import Oracle
from tests.helpers.server import SetClock, parts_on

# One kill in so many is of a process of its own, by SIGKILL.
_ONE_IN = 3
# A worker that carries one mail comes to about so many points at which it may die.
_POINTS = 8
_BAD_WEATHER = 0.12


class Scale(NamedTuple):
    """How much happens."""

    seed: int
    interviews: int
    days: int
    kills: int
    workers: int


@dataclass
class _Worker:
    sender: Sender
    holder: str


class World:
    """A team with guests, the workers of its servers, and everything that happens meanwhile."""

    def __init__(
        self,
        database: Database,
        address: str,
        clock: SetClock,
        resend: FakeResend,
        *,
        scale: Scale,
        directory: Path,
    ) -> None:
        self._scale = scale
        self._chance = random.Random(scale.seed)  # noqa: S311  - a seed that can be repeated
        self._clock = clock
        clock.at = START
        self._database = database
        self._resend = resend
        self.oracle = Oracle(per_day=PER_DAY)
        self._dying = Dying()
        self._processes = Processes(database, address, resend.url)
        settings = {
            "resend_webhook_secret": SECRET,
            "resend_api_key": "re_test",
            "resend_base_url": resend.url,
            "mail_per_second": 1000,
        }
        parts = parts_on(database, clock, data_dir=directory, **settings)
        self.room = MailRoom(parts, post_office(per_day=PER_DAY))
        mortal = MortalDatabase(database, self._dying)
        self._mortal = parts_on(mortal, clock, data_dir=directory)
        self._holders = 0
        self._looked_at = 0
        self._to_die: list[tuple[int, bool]] = []

    @property
    def kills(self) -> dict[str, int]:
        """Who died how often."""
        return {"at a boundary": self._dying.kills, "by SIGKILL": self._processes.kills}

    async def run(self) -> None:
        """Live through all the days, and let what is still on its way arrive."""
        self._begin_at_resend()
        carrier = MortalCarrier(
            SecretStr("re_test"), self._resend.url, per_second=1000, dying=self._dying
        )
        with closing(carrier):
            async with self._reachable() as web:
                days = Days(self.room, self.oracle, self._chance, self._resend, web)
                await days.begin()
                await self._live(days, carrier)

    def _begin_at_resend(self) -> None:
        self._resend.tell("reset")
        self._resend.tell("clock", at=START.isoformat())
        self._resend.tell("weather", seed=self._scale.seed, share=_BAD_WEATHER)

    @asynccontextmanager
    async def _reachable(self) -> AsyncIterator[httpx.AsyncClient]:
        async with serving(app_on(self.room.parts)) as server:
            url = server.url.replace("ws://", "http://")
            hook = {"url": f"{url}/webhooks/resend", "seed": self._scale.seed}
            self._resend.tell("hook", **hook, twice=0.2, bounces=0.02, complaints=0.01)
            async with httpx.AsyncClient(base_url=url) as web:
                yield web

    async def _live(self, days: Days, carrier: MortalCarrier) -> None:
        hours = self._scale.days * 24
        self._to_die = self._deaths(hours)
        begin = Counter(
            self._chance.randrange(int(hours * 0.8)) for _ in range(self._scale.interviews)
        )
        workers = [self._worker(carrier) for _ in range(self._scale.workers)]
        planner = Planner(self.room.post)
        for hour in range(hours):
            await self._tell_the_time(days)
            for _ in range(begin[hour]):
                await days.interview()
            if self._chance.random() < self._scale.interviews / hours / 2:
                await days.something()
            if not self.oracle.is_on and self._chance.random() < 0.2:
                await days.switch(on=True)
            planner = await self._plan(planner)
            await self._somebody_may_die(hour)
            workers = list(await asyncio.gather(*(self._work(one, carrier) for one in workers)))
            self._judge(days)
            planner = await self._plan(planner)
            self._clock.advance(hours=1)
        await self._calm_down(days, self._worker(carrier))

    def _deaths(self, hours: int) -> list[tuple[int, bool]]:
        """From which hours on somebody dies, the last first; whether as a process of its own."""
        kills = range(self._scale.kills)
        when = sorted((self._chance.randrange(int(hours * 0.8)) for _ in kills), reverse=True)
        return [(hour, number % _ONE_IN == 0) for number, hour in enumerate(when)]

    async def _tell_the_time(self, days: Days) -> None:
        # It tells the server meanwhile, which answers in this very process.
        at = self._clock.at.isoformat()
        answer = await asyncio.to_thread(self._resend.tell, "clock", at=at)
        for news in answer["told"]:
            days.heard(news)

    def _judge(self, days: Days) -> None:
        mails = self._resend.tell("since", number=self._looked_at)["mails"]
        self._looked_at += len(mails)
        for mail in mails:
            self.oracle.judge(mail, self._clock.at)
            days.taken(mail)

    async def _somebody_may_die(self, hour: int) -> None:
        """Where it is time and there is work at which to die."""
        if not self._to_die or self._to_die[-1][0] > hour or self._dying.is_coming:
            return
        if not await self._is_due():
            return
        _, as_process = self._to_die.pop()
        if not as_process:
            self._dying.after(1 + self._chance.randrange(_POINTS))
            return
        before = self._processes.kills
        await self._processes.work_and_die(self._clock.at, self._chance.random())
        if self._processes.kills == before:
            self._to_die.append((hour + 1, True))

    async def _is_due(self) -> bool:
        keys = await self._database.read(
            lambda tx: due.keys_due(tx, KIND, limit=1, at=self._clock.at)
        )
        return bool(keys)

    def _worker(self, carrier: MortalCarrier) -> _Worker:
        self._holders += 1
        holder = f"server-{self._holders}"
        return _Worker(Sender(carrier, self.room.post, holder=holder), holder)

    async def _work(
        self, worker: _Worker, carrier: MortalCarrier, parts: Parts | None = None
    ) -> _Worker:
        try:
            while await worker.sender.carry_due(parts or self._mortal):
                pass
        except Killed:
            await leases_end(self._database, [worker.holder])
            return self._worker(carrier)
        return worker

    async def _plan(self, planner: Planner) -> Planner:
        try:
            await planner.look(self._mortal)
        except Killed:
            return Planner(self.room.post)
        return planner

    async def _calm_down(self, days: Days, worker: _Worker) -> None:
        """Let what is still on its way arrive; nothing goes wrong any more."""
        self._dying.after(0)
        self._resend.tell("weather", seed=0, share=0)
        await days.switch(on=True)
        planner = Planner(self.room.post)
        for _ in range(30):
            # Before the work, not after it: at the end nothing is due that nobody has looked at.
            self._clock.advance(hours=1)
            await self._tell_the_time(days)
            await planner.look(self.room.parts)
            while await worker.sender.carry_due(self.room.parts):
                pass
            self._judge(days)

    def told(self) -> str:
        """What happened, in a line."""
        scale = self._scale
        return f"{scale.interviews} interviews in {scale.days} days, killed {self.kills}"
