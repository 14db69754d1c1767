"""Free times for people who look at a calendar: at once where they are known, asked again behind.

Who looks waits for Cal.com only where nothing is known, or where what is known is in doubt.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sync_server.calcom.api.errors import (
    CalcomBusy,
    CalcomOff,
    CalcomRefused,
    CalcomUnavailable,
    Refusal,
)
from sync_server.calcom.api.opening import calcom_of
from sync_server.calcom.api.shapes import Slot
from sync_server.calcom.availability.repository import (
    KnownDay,
    Wanted,
    doubt,
    keep_days,
    known_days,
)
from sync_server.infra.parts import Parts
from sync_server.infra.problems import NotFound

if TYPE_CHECKING:
    from sync_server.infra.database import Database

# So long nothing is asked again; so long what is known is shown without waiting.
FRESH: Final = timedelta(seconds=10)
USABLE: Final = timedelta(minutes=5)
_FIRST_WAIT: Final = 10.0
_WAIT: Final = 3.0
_SLOW: Final = "Cal.com takes long to answer. Try again in a moment."
_GONE = frozenset({Refusal.EVENT_TYPE_GONE, Refusal.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """The free times in a range, when the oldest of them was asked for, and whether to doubt it."""

    slots: tuple[Slot, ...]
    fetched_at: datetime
    is_stale: bool


async def free_times(
    parts: Parts, event_type_id: int, *, start: datetime, end: datetime, minutes: int | None
) -> FreeTimes:
    """The free times that begin from `start` up to, and not at, `end`.

    Raises CalcomUnavailable where nothing is known and Cal.com does not tell within ten seconds,
    NotFound where Cal.com does not have the event type.
    """
    wanted = Wanted(event_type_id, minutes or 0, _days(start, end))
    known: Mapping[date, KnownDay]
    known = await parts.database.read(partial(known_days, wanted=wanted))
    now = parts.clock.now()
    if not _is_usable(known, wanted, now):
        is_known = len(known) == len(wanted.days)
        known = await _asked(parts, wanted, known, seconds=_WAIT if is_known else _FIRST_WAIT)
    elif _oldest(known) + FRESH < now:
        _refreshing(parts, wanted)
    slots = [slot for day in wanted.days if day in known for slot in known[day].slots]
    within = tuple(slot for slot in slots if start <= slot.start < end)
    is_stale = not _is_usable(known, wanted, parts.clock.now())
    return FreeTimes(within, _oldest(known), is_stale)


def _days(start: datetime, end: datetime) -> tuple[date, ...]:
    first = start.astimezone(UTC).date()
    last = (end.astimezone(UTC) - timedelta(microseconds=1)).date()
    return tuple(first + timedelta(days=step) for step in range((last - first).days + 1))


def _oldest(known: Mapping[date, KnownDay]) -> datetime:
    return min(day.fetched_at for day in known.values())


def _is_usable(known: Mapping[date, KnownDay], wanted: Wanted, now: datetime) -> bool:
    if len(known) < len(wanted.days) or any(day.is_doubtful for day in known.values()):
        return False
    return now - _oldest(known) <= USABLE


async def _asked(
    parts: Parts, wanted: Wanted, known: Mapping[date, KnownDay], *, seconds: float
) -> Mapping[date, KnownDay]:
    """What is known after Cal.com was asked again, for so long as somebody waits for it."""
    try:
        async with asyncio.timeout(seconds):
            await asyncio.shield(_refreshing(parts, wanted))
    except CalcomUnavailable:
        if not known:
            raise
    except (TimeoutError, CalcomOff, CalcomRefused) as failure:
        if isinstance(failure, CalcomRefused) and failure.refusal in _GONE:
            raise NotFound("Cal.com does not have this event type (any more).") from failure
        if not known:
            said = _SLOW if isinstance(failure, TimeoutError) else str(failure)
            raise CalcomUnavailable(said) from failure
    return await parts.database.read(partial(known_days, wanted=wanted))


_UNDERWAY: "WeakKeyDictionary[Database, dict[Wanted, asyncio.Future[None]]]" = WeakKeyDictionary()


def _refreshing(parts: Parts, wanted: Wanted) -> "asyncio.Future[None]":
    """Asking Cal.com anew, once for all who want the same at the same time."""
    underway = _UNDERWAY.setdefault(parts.database.itself, {})
    if wanted not in underway:
        asking = underway[wanted] = asyncio.ensure_future(_refresh(parts, wanted))

        def ended(finished: "asyncio.Future[None]") -> None:
            del underway[wanted]
            if not finished.cancelled():
                # Nobody may wait for it any more; then nobody else asks for the failure.
                finished.exception()

        asking.add_done_callback(ended)
    return underway[wanted]


async def _refresh(parts: Parts, wanted: Wanted) -> None:
    api = calcom_of(parts)
    if api is None:
        raise CalcomOff
    midnight = partial(datetime.combine, time=time(), tzinfo=UTC)
    try:
        slots = await api.for_person.slots(
            wanted.event_type_id,
            start=midnight(wanted.days[0]),
            end=midnight(wanted.days[-1] + timedelta(days=1)),
            minutes=wanted.minutes or None,
        )
    except CalcomBusy:
        raise  # nothing was asked, so what is known is as good as before
    except (CalcomUnavailable, CalcomOff, CalcomRefused):
        await parts.database.write(partial(doubt, wanted=wanted))
        raise
    now = parts.clock.now()
    await parts.database.write(partial(keep_days, wanted=wanted, slots=slots, fetched_at=now))


async def let_go(parts: Parts) -> None:
    """End what is under way for those who looked."""
    underway = _UNDERWAY.pop(parts.database.itself, {})
    for asking in list(underway.values()):
        asking.cancel()
    if underway:
        await asyncio.wait(set(underway.values()))
