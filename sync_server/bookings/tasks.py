"""The worker of the inbox: reads what waits, and moves what the clock ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from math import inf

from sync_server.bookings import repository
from sync_server.bookings.linking import Consents
from sync_server.bookings.newcomers import Newcomers
from sync_server.bookings.service import absorb, absorb_next
from sync_server.bookings.watch import ClockWatch
from sync_server.calcom.intake import Intake, intake_of, loop_seconds
from sync_server.calcom.news import EventKept
from sync_server.infra.bus import Subscription
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.sync.counter import tells_of_records

_log = logging.getLogger(__name__)

# Events that share a transaction. The first few show soonest, and more may be a burst that has only
# begun: while its senders are being answered, nobody waits for long.
_FIRST = 4
_GROUP = 32
# And then it pauses for so many times as long as it worked, or until the burst is over.
_LOAD_SHARE = 19
# So many turns of the loop it takes from the commit of an event to its sender's answer.
_ANSWER_TURNS = 6
# Nothing is ever lost for want of a wake-up: at least so often the tables are looked at.
_SLOWEST = 30.0
_AWAY_PAUSE = 1.0
_EDITS_PAUSE = 0.5
# Where one event follows another, everything else does not wait for longer.
_LATEST_LOOK = 5.0
_PAUSES = (5, 30, 300, 1800)


async def run(parts: Parts) -> None:
    """Fold events, hold what is over and assign who joined late, until cancelled."""
    next_ones = partial(absorb_next, limit=_FIRST, may_ask=_may_ask(parts))
    with intake_of(parts.database).reading(next_ones):
        await _keep_reading(parts)


async def _keep_reading(parts: Parts) -> None:
    watch, newcomers, consents = ClockWatch(), Newcomers(), Consents()
    expected, look_by = False, inf
    while True:
        with parts.bus.subscribe(_is_of_bookings) as news:
            try:
                await read_all(parts, expected=expected)
                if expected and loop_seconds() < look_by:
                    # The calendars fetch it now; what else it brings about is seen to as for edits.
                    look_by = min(look_by, loop_seconds() + _LATEST_LOOK)
                    pause = _EDITS_PAUSE
                else:
                    await newcomers.welcome(parts)
                    await consents.follow(parts)
                    pause = await _look_at_clock(parts, watch)
                    look_by = inf
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; events wait")
                await asyncio.sleep(_AWAY_PAUSE)
                continue
            expected = False
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    expected = await _is_event(news)


async def read_all(parts: Parts, *, expected: bool = False) -> None:
    """Read every event that waits and may be tried now; a failure holds up no other.

    An `expected` one is looked up by who reads it, in the same transaction: it is read sooner.
    Or it was read as it was kept, and there is nothing left to do.
    """
    intake, size = intake_of(parts.database), _FIRST
    if expected and not intake.reads:
        await _let_answer()
        # What fails here is still there, and taken apart below.
        await _in_pauses(intake, _failure(parts, partial(absorb_next, limit=size)))
    while events := await parts.database.glance(partial(repository.waiting, limit=size)):
        await _in_pauses(intake, _read_together(parts, events))
        size = _FIRST if intake.is_busy else min(_GROUP, 2 * size)


async def _let_answer() -> None:
    """Let those be answered whose events were just kept: reading theirs would hold that up."""
    for _ in range(_ANSWER_TURNS):
        await asyncio.sleep(0)


async def _in_pauses(intake: Intake, work: Awaitable[object]) -> None:
    """Do the work, and leave a burst the time that it is due."""
    started = loop_seconds()
    await work
    await intake.lull(at_most=_LOAD_SHARE * (loop_seconds() - started))


async def _read_together(parts: Parts, events: list[str]) -> None:
    if await _failure(parts, partial(absorb, event_ids=events)) is None:
        return
    # One of them spoils it for all: apart, only that one fails.
    for event_id in events:
        failure = await _failure(parts, partial(absorb, event_ids=[event_id]))
        if failure is not None:
            # The event stays whole in the inbox; only the kind of failure is named, no data.
            _log.error("event %s could not be read: %s", event_id, type(failure).__name__)
            await parts.database.write(partial(_put_off, event_id=event_id, failure=failure))


async def _failure(parts: Parts, reading: Callable[..., int]) -> Exception | None:
    """Read events in one transaction, and say what went wrong."""
    work = parts.database.write(partial(reading, may_ask=_may_ask(parts)))
    (result,) = await asyncio.gather(work, return_exceptions=True)
    if isinstance(result, DatabaseUnavailable):
        raise result
    return result if isinstance(result, Exception) else None


def _may_ask(parts: Parts) -> bool:
    return parts.settings.calcom_api_key is not None


def _put_off(tx: Tx, event_id: str, failure: Exception) -> None:
    """Try again later, and after the last time leave it for a replay."""
    tries = repository.attempts(tx, event_id)
    reason = f"It could not be read ({type(failure).__name__}); it is kept for a replay."
    if tries >= len(_PAUSES):
        repository.settle(tx, event_id, state="failed", reason=reason, next_try_at=None)
        return
    again = tx.now + timedelta(seconds=_PAUSES[tries])
    repository.settle(tx, event_id, attempts=tries + 1, reason=reason, next_try_at=again)


async def _look_at_clock(parts: Parts, watch: ClockWatch) -> float:
    """Hold what is over; how many seconds until there may be something to do again."""
    due = await watch.look(parts)
    again = await parts.database.read(repository.next_try)
    moments = [moment for moment in (due, again) if moment is not None]
    return _seconds_until(min(moments, default=None), parts.clock.now())


def _seconds_until(moment: datetime | None, now: datetime) -> float:
    if moment is None:
        return _SLOWEST
    return min(_SLOWEST, max(0.0, (moment - now).total_seconds()))


async def _is_event(news: Subscription) -> bool:
    """Return at once for an event; for changed records when a moment has passed.

    People's edits come one after the other, and looking costs more than taking one.
    """
    if isinstance(await anext(news), EventKept):
        return True
    with suppress(TimeoutError):
        async with asyncio.timeout(_EDITS_PAUSE):
            async for message in news:
                if isinstance(message, EventKept):
                    return True
    return False


def _is_of_bookings(message: object) -> bool:
    return isinstance(message, EventKept) or tells_of_records(message)
