"""One look at everything that may have changed at Cal.com, and what it brings to the interviews."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sync_server.bookings.reconciling import cursors
from sync_server.bookings.reconciling.pages import Scope, changed_since, starting_between
from sync_server.bookings.service import absorb_answers
from sync_server.calcom.api.bookings import Booking
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import NOT_FOR_US, CalcomRefused, Refusal
from sync_server.calcom.snapshots import snapshot_of
from sync_server.infra.parts import Parts
from sync_server.infra.tally import FOUND_MISSING

_log = logging.getLogger(__name__)

# What was committed at Cal.com while we asked may carry an earlier time than what we have seen.
_OVERLAP: Final = timedelta(minutes=2)
# Absences and guests may change without moving the time of the last change.
_AROUND_NOW: Final = timedelta(hours=48)
_FIRST: Final = timedelta(days=90)
# Bookings that share a transaction.
_GROUP = 32


@dataclass(slots=True)
class Found:
    """Which bookings were read, and which of them were news."""

    read: set[str] = field(default_factory=set)
    news: set[str] = field(default_factory=set)


async def reconcile(
    parts: Parts, api: CalcomApi, scopes: Iterable[Scope], *, since: datetime | None = None
) -> Found:
    """Read what has changed since the last time, or since `since`, and what is near.

    Raises what `CalcomApi` raises; what was read until then counts. A scope that the key may not
    ask for is passed over.
    """
    found = Found()
    for scope in scopes:
        try:
            await _reconcile(parts, api, scope, since=since, found=found)
        except CalcomRefused as refused:
            if scope == Scope() or refused.refusal not in NOT_FOR_US:
                raise
            _log.info("the key may not list the bookings of %s", scope.name)
    return found


async def _reconcile(
    parts: Parts, api: CalcomApi, scope: Scope, *, since: datetime | None, found: Found
) -> None:
    now, before = parts.clock.now(), len(found.news)
    known = await parts.database.read(partial(cursors.of, scope=scope.name))
    begin = since or (known - _OVERLAP if known else now - _FIRST)
    reached = known or begin
    async for page in changed_since(api, scope, begin):
        await absorb(parts, api, page, found)
        reached = max([reached, *(one.updated_at for one in page if one.updated_at)])
        if known is not None:
            await parts.database.write(partial(cursors.move, scope=scope.name, to=reached))
    is_near = known is not None and since is None
    first, last = (now - _AROUND_NOW, now + _AROUND_NOW) if is_near else (begin, None)
    async for page in starting_between(api, scope, first, last):
        await absorb(parts, api, page, found)
    # Only now: who is interrupted the first time begins anew.
    await parts.database.write(partial(cursors.move, scope=scope.name, to=reached))
    parts.tally.count(FOUND_MISSING, by=len(found.news) - before if is_near else 0)


async def absorb(parts: Parts, api: CalcomApi, page: tuple[Booking, ...], found: Found) -> None:
    """Bring the interviews in line with a page; what its news may hide is asked for too."""
    await _keep(parts, page, found, read_at=parts.clock.now())
    await absorb_hidden(parts, api, [one for one in page if one.uid in found.news], found)


async def absorb_hidden(
    parts: Parts, api: CalcomApi, fresh: Sequence[Booking], found: Found
) -> None:
    """Read what changes with these bookings untold: their series, and what they were moved to."""
    series = {one.recurring_booking_uid for one in fresh if one.recurring_booking_uid}
    moved = {one.rescheduled_to_uid for one in fresh if one.rescheduled_to_uid}
    for uid in sorted(series | (moved - found.read)):
        read_at = parts.clock.now()
        await _keep(parts, await shown(api, uid), found, read_at=read_at)


async def shown(api: CalcomApi, uid: str) -> tuple[Booking, ...]:
    """A booking, or all of a series; nothing where Cal.com has it no more, or not for this key.

    One that is kept from us must not keep all others from being read. CalcomRefused where Cal.com
    does not take the key at all.
    """
    try:
        return await api.booking(uid)
    except CalcomRefused as refused:
        if refused.refusal is Refusal.KEY_REJECTED:
            raise
        _log.info("a booking cannot be looked at: %s", refused.refusal)
        return ()


async def _keep(
    parts: Parts, bookings: tuple[Booking, ...], found: Found, *, read_at: datetime
) -> None:
    found.read |= {booking.uid for booking in bookings}
    for first in range(0, len(bookings), _GROUP):
        group = bookings[first : first + _GROUP]
        answers = [snapshot_of(booking, read_at=read_at) for booking in group]
        news = await parts.database.write(partial(absorb_answers, answers=answers))
        found.news |= news
