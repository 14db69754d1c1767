"""The one way to Cal.com: calls leave in their turn, and are repeated only where that is safe.

A call takes its turn from the budget in one transaction, in which it is also asked whether the
team has Cal.com switched on at all.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from math import ceil, inf
from secrets import SystemRandom
from time import monotonic
from typing import Any, NamedTuple

from interview_desk.domain.flags import Flag
from sync_server.calcom.api import budget as rules
from sync_server.calcom.api.budget import Budget, Turn
from sync_server.calcom.api.calls import Call, Family, Priority
from sync_server.calcom.api.errors import (
    CalcomBusy,
    CalcomOff,
    CalcomRefused,
    CalcomUnavailable,
    CalcomUncertain,
    CalcomUnwanted,
    Refusal,
)
from sync_server.calcom.api.exchange import Exchange, NotSent, Reply, checked
from sync_server.calcom.api.ledger import Ledger
from sync_server.infra.database import Database, Tx
from sync_server.infra.tally import CALCOM_CALLS, Tally
from sync_server.sync.flags import is_switched_on
from sync_server.work.due import present

_log = logging.getLogger(__name__)

# How often a call is tried in all, by who waits for it.
_TRIES = {Priority.PERSON: 3, Priority.BACKGROUND: 4}
# How long a turn is waited for; what nobody waits for has time.
_PATIENCE = {Priority.PERSON: rules.PATIENCE_SECONDS, Priority.BACKGROUND: inf}
_PAUSE_SECONDS = 0.5
# For how long what was asked in the database counts; who was held up since then asks again.
_FRESH_SECONDS = 5.0
_random = SystemRandom()

Sleep = Callable[[float], Awaitable[None]]


class _Underway(NamedTuple):
    """A read that others may share."""

    priority: Priority
    reply: "asyncio.Future[Reply]"


class CallQueue:
    """Sends calls with one key, for all who ask in this process; used from the event loop only."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        database: Database,
        ledger: Ledger,
        tally: Tally,
        sleep: Sleep = asyncio.sleep,
        now: Callable[[Tx], datetime] = present,
    ) -> None:
        self._exchange = exchange
        self._database = database
        self._ledger = ledger
        self._tally = tally
        self._sleep = sleep
        self._now = now
        self._underway: dict[Any, _Underway] = {}
        # What Cal.com says of the key for as long as it does not take it; of this server's calls.
        self.rejection: str | None = None

    async def send(self, call: Call, priority: Priority) -> Reply:
        """The answer to a call, where all is well; see `client` for the failures.

        Equal reads that are under way at the same time are sent once.
        """
        if not call.is_read:
            return await self._tried(call, priority)
        same = self._underway.get(call.sameness)
        # Who would have to wait behind background work asks on their own.
        if same is None or same.priority > priority:
            same = self._started(call, priority)
        return await asyncio.shield(same.reply)

    async def close(self) -> None:
        """End what is under way, and let go of all connections."""
        replies = [underway.reply for underway in self._underway.values()]
        for reply in replies:
            reply.cancel()
        if replies:
            await asyncio.wait(replies)
        await self._exchange.close()

    async def budget(self) -> Budget | None:
        """What the key may still do; None where it was never used."""
        return await self._database.read(self._ledger.look)

    def _started(self, call: Call, priority: Priority) -> _Underway:
        reply = asyncio.ensure_future(self._tried(call, priority))
        underway = self._underway[call.sameness] = _Underway(priority, reply)

        def ended(finished: "asyncio.Future[Reply]") -> None:
            if self._underway.get(call.sameness) is underway:
                del self._underway[call.sameness]
            if not finished.cancelled():
                # Everybody may have stopped waiting; then nobody else asks for the failure.
                finished.exception()

        reply.add_done_callback(ended)
        return underway

    async def _tried(self, call: Call, priority: Priority) -> Reply:
        tries = _TRIES[priority]
        for number in range(1, tries + 1):
            budget = await self._turn(call, priority)
            try:
                return await self._once(call, budget)
            except _Limited as limit:
                # The guard refuses before anything is done, so every call may be repeated.
                if number == tries:
                    raise CalcomBusy(limit.seconds) from limit
            except CalcomUnavailable as failure:
                may_repeat = call.is_safe or isinstance(failure, NotSent)
                if number == tries or not may_repeat:
                    raise _told(call, failure) from failure
                await self._sleep(_random.uniform(0.5, 1.5) * _PAUSE_SECONDS * 2 ** (number - 1))
        raise CalcomUnavailable

    async def _once(self, call: Call, budget: Budget) -> Reply:
        try:
            reply = await self._exchange.send(call)
        except (NotSent, CalcomUncertain):
            await self._count("away", lambda tx, now: rules.failed(self._held(tx, now), now))
            raise
        limits = reply.limits
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            _log.warning("Cal.com asks us to wait")
            after = await self._count(
                "limited", lambda tx, now: rules.limited(self._held(tx, now), now, limits)
            )
            raise _Limited(_wait_of(after))
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            await self._count("error", lambda tx, now: rules.failed(self._held(tx, now), now))
        elif rules.brings_news(budget, budget.at, limits):
            await self._keep(lambda tx, now: rules.heard(self._held(tx, now), now, limits))
        try:
            answered = checked(call, reply)
        except CalcomRefused as refused:
            self._tally.count(CALCOM_CALLS, "refused")
            if refused.refusal is Refusal.KEY_REJECTED:
                self.rejection = str(refused)
            raise
        self._tally.count(CALCOM_CALLS, "ok")
        # Free times are told with any key.
        if call.family is not Family.SLOTS:
            self.rejection = None
        return answered

    async def _turn(self, call: Call, priority: Priority) -> Budget:
        """Wait until a call may leave, and say with which budget.

        Raises CalcomBusy rather than have a person wait for long, CalcomUnavailable where waiting
        is no use, CalcomUnwanted where the call is needless by now. Whoever stops waiting leaves
        their turn to others.
        """
        patience, has_turn = _PATIENCE[priority], False
        try:
            while True:
                asked = partial(
                    self._asked,
                    call=call,
                    priority=priority,
                    has_turn=has_turn,
                    patience=patience,
                )
                began = monotonic()
                budget, turn = await self._database.write(asked)
                has_turn = turn.has_turn
                _check(turn, patience)
                is_fresh = monotonic() - began < _FRESH_SECONDS
                if has_turn and turn.seconds <= 0 and is_fresh:
                    return budget
                await self._sleep(turn.seconds)
                patience -= turn.seconds
        except BaseException:
            if has_turn:
                await self._keep(lambda tx, now: rules.returned(self._held(tx, now), now))
            raise

    def _asked(
        self, tx: Tx, *, call: Call, priority: Priority, has_turn: bool, patience: float
    ) -> tuple[Budget, Turn]:
        if not is_switched_on(tx, Flag.CALCOM):
            raise CalcomOff
        if not call.is_wanted(tx):
            raise CalcomUnwanted
        now = self._now(tx)
        held = self._held(tx, now)
        budget, turn = rules.ask(held, now, priority=priority, has_turn=has_turn, patience=patience)
        if turn.has_turn or has_turn:
            self._ledger.write(tx, budget)
        return budget, turn

    def _held(self, tx: Tx, now: datetime) -> Budget:
        return self._ledger.hold(tx, Budget.fresh(now))

    async def _count(self, outcome: str, change: Callable[[Tx, datetime], Budget]) -> Budget:
        self._tally.count(CALCOM_CALLS, outcome)
        return await self._keep(change)

    async def _keep(self, change: Callable[[Tx, datetime], Budget]) -> Budget:
        def kept(tx: Tx) -> Budget:
            changed = change(tx, self._now(tx))
            self._ledger.write(tx, changed)
            return changed

        return await self._database.write(kept)


class _Limited(Exception):  # noqa: N818  - says what is the case
    """Cal.com has answered 429; `seconds` until it may be asked again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _check(turn: Turn, patience: float) -> None:
    """Raise where a turn cannot, or should not, be waited for."""
    if turn.is_away:
        raise CalcomUnavailable(retry_after=ceil(turn.seconds))
    if turn.seconds > patience:
        raise CalcomBusy(ceil(turn.seconds))


def _wait_of(budget: Budget) -> int:
    if budget.blocked_until is None:
        return 1
    return max(1, ceil((budget.blocked_until - budget.at).total_seconds()))


def _told(call: Call, failure: CalcomUnavailable) -> CalcomUnavailable:
    """A read that got no answer has changed nothing: Cal.com is only away."""
    return CalcomUnavailable() if call.is_read else failure
