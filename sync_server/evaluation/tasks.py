"""The worker that judges interviews a moment after something about them has changed."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from interview_desk.domain.flags import Flag
from interview_desk.wire.shipped import SHIPPED_RULES_ID
from sync_server.calcom.intake import intake_of
from sync_server.evaluation import repository, service
from sync_server.evaluation.judges import Bench, Judges
from sync_server.evaluation.ledger import WATCHED, Ledger
from sync_server.infra.database import DatabaseUnavailable
from sync_server.infra.parts import Parts
from sync_server.sync.counter import tells_of_records
from sync_server.sync.flags import is_switched_on

_log = logging.getLogger(__name__)

# Ratings and answers come one after the other: judge when it has been quiet so long, but do not
# wait longer than this for quiet.
_QUIET = 0.5
_LONGEST = 5.0
# Nothing is ever missed for want of a wake-up: at least so often the records are looked at.
_SLOWEST = 30.0
_AWAY_PAUSE = 1.0
# Few, because a burst of webhooks may begin at any time.
_AT_ONCE = 10
# Saying of these which are worth a look takes no longer than judging those few.
_SORTED_AT_ONCE = 200


class Evaluator:
    """Judges whatever is out of date; what it remembers it can find again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._ledger = Ledger()
        self._judges = Judges()
        self._bench: Bench | None = None
        self._is_upgraded = False

    async def catch_up(self) -> int:
        """Judge every interview that has changed; how many new results there are."""
        database, ledger = self._parts.database, self._ledger
        await intake_of(database).lull()
        touched = partial(repository.touched_since, seen=ledger.seen, entities=WATCHED)
        ledger.learn(await database.read(touched))
        if not await database.read(partial(is_switched_on, flag=Flag.EVALUATION)):
            return 0
        bench = await self._look_at_rules()
        kept = 0
        for waiting in _groups(ledger.out_of_date(), _SORTED_AT_ONCE):
            await intake_of(database).lull()
            kept += await self._sort_and_judge(waiting, bench)
        if self._is_upgraded:
            done = partial(repository.keep_judged_by_shipped, rules_id=SHIPPED_RULES_ID)
            await database.write(done)
            self._is_upgraded = False
        return kept

    async def _look_at_rules(self) -> Bench:
        """The rules in force, for this pass; changed ones are seen by the next.

        Every result is doubted once the rules are others, or a segment is not what it was.
        """
        ledger = self._ledger
        if self._bench is None:
            await self._look_for_upgrade()
        if self._bench is None or ledger.rules_touched:
            before, self._bench = self._bench, await self._parts.database.read(self._judges.bench)
            ledger.rules_touched = False
            if not self._bench.is_like(before):
                ledger.doubt_all(ledger.rules_ver)
        if ledger.segments_touched:
            ledger.segments_touched = False
            if self._bench.compares_segments:
                ledger.doubt_all(ledger.seen)
        return self._bench

    async def _look_for_upgrade(self) -> None:
        """Doubt every result where this program brings other rules than the one before."""
        last = await self._parts.database.read(repository.judged_by_shipped)
        self._is_upgraded = last != SHIPPED_RULES_ID
        if self._is_upgraded:
            self._ledger.forget_judged()

    async def _sort_and_judge(self, interview_ids: Sequence[str], bench: Bench) -> int:
        database = self._parts.database
        worth = await database.read(
            partial(service.worth_a_look, interview_ids=interview_ids, bench=bench)
        )
        kept = 0
        for some in _groups(worth, _AT_ONCE):
            await intake_of(database).lull()
            kept += await self._judge(some, bench)
        self._ledger.judged(interview_ids)
        return kept

    async def _judge(self, interview_ids: Sequence[str], bench: Bench) -> int:
        database, judges = self._parts.database, self._judges
        late = await database.read(
            partial(service.out_of_date, interview_ids=interview_ids, bench=bench)
        )
        kept = 0
        for one in late:
            kept += await database.write(partial(service.evaluate, interview_id=one, judges=judges))
        return kept


def _groups(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


async def run(parts: Parts) -> None:
    """Judge interviews as they change, until cancelled."""
    evaluator = Evaluator(parts)
    while True:
        with parts.bus.subscribe(tells_of_records) as news:
            try:
                await evaluator.catch_up()
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; evaluations wait")
                await asyncio.sleep(_AWAY_PAUSE)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(_SLOWEST):
                    await anext(news)
            await news.quiet(_QUIET, at_most=_LONGEST)
