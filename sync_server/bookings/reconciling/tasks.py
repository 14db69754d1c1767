"""The worker that asks Cal.com what has changed: regularly, and soon where an event left a gap."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from sync_server.bookings.looks import KIND, uid_of
from sync_server.bookings.reconciling.pages import Scope
from sync_server.bookings.reconciling.passes import (
    Found,
    absorb,
    absorb_hidden,
    reconcile,
    shown,
)
from sync_server.bookings.reconciling.surroundings import look_at_surroundings
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import (
    CalcomOff,
    CalcomRefused,
    CalcomUnavailable,
)
from sync_server.calcom.api.opening import calcom_of
from sync_server.calcom.connection.following import follow_new_event_types
from sync_server.calcom.news import EventKept
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.work import due

_log = logging.getLogger(__name__)

_LOOKS = 20
_LOOK_LEASE = timedelta(minutes=2)
_LOOK_LATER = timedelta(minutes=1)
_SLOWEST = timedelta(seconds=30)
_AWAY_PAUSE = timedelta(seconds=5)
# An event that came in is read, and what it leaves open planned, within this.
_READING = 0.5
# Teams and event types change rarely.
_SURROUNDINGS_EVERY = timedelta(minutes=10)


async def run(parts: Parts) -> None:
    """Reconcile until cancelled; without a key there is nobody to ask."""
    reconciler = Reconciler(parts)
    while True:
        with parts.bus.subscribe(_is_event) as news:
            pause = await reconciler.turn()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await anext(news)
                    await asyncio.sleep(_READING)


class Reconciler:
    """Knows when Cal.com is to be asked next, and whose bookings there are."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._interval = timedelta(seconds=parts.settings.calcom_reconcile_seconds)
        self._next = self._surroundings_at = parts.clock.now()
        self._scopes: tuple[Scope, ...] = (Scope(),)

    async def turn(self) -> float:
        """Ask what is due; how many seconds until something is again."""
        api = calcom_of(self._parts)
        if api is None:
            return _SLOWEST.total_seconds()
        if self._parts.clock.now() >= self._next:
            is_done = await _tried(self._pass(api))
            pause = self._interval if is_done else max(self._interval, _AWAY_PAUSE)
            self._next = self._parts.clock.now() + pause
        await _tried(self._look_again(api))
        return await self._pause()

    async def _pass(self, api: CalcomApi) -> None:
        now = self._parts.clock.now()
        await reconcile(self._parts, api, self._scopes)
        if now >= self._surroundings_at:
            before, self._scopes = self._scopes, await look_at_surroundings(self._parts, api)
            self._surroundings_at = now + _SURROUNDINGS_EVERY
            fresh = [scope for scope in self._scopes if scope not in before]
            await reconcile(self._parts, api, fresh)
            await follow_new_event_types(self._parts, api)

    async def _look_again(self, api: CalcomApi) -> None:
        """Ask for the bookings whose events left something open."""
        while claims := await self._parts.database.write(_take):
            for claim in claims:
                uid = await self._parts.database.read(partial(uid_of, claim=claim))
                if uid is not None:
                    await self._look_at(api, uid, claim)
                await self._parts.database.write(partial(due.finish, claim=claim))

    async def _look_at(self, api: CalcomApi, uid: str, claim: due.Claim) -> None:
        try:
            found = await shown(api, uid)
        except CalcomUnavailable:
            await self._parts.database.write(partial(_look_later, claim=claim))
            raise
        told = Found()
        await absorb(self._parts, api, found, told)
        # The event was news already; what it hides was not.
        await absorb_hidden(self._parts, api, found, told)

    async def _pause(self) -> float:
        try:
            look = await self._parts.database.read(_until_next_look)
        except DatabaseUnavailable:
            look = None
        pauses = [
            self._next - self._parts.clock.now(),
            _SLOWEST if look is None else look,
            _SLOWEST,
        ]
        return max(0.0, min(pauses).total_seconds())


def _take(tx: Tx) -> list[due.Claim]:
    return due.take(tx, KIND, holder="reconcile", lease=_LOOK_LEASE, limit=_LOOKS)


def _look_later(tx: Tx, claim: due.Claim) -> None:
    due.finish(tx, claim, again_at=due.present(tx) + _LOOK_LATER)


def _until_next_look(tx: Tx) -> timedelta | None:
    """How long until a booking is to be looked at, by the clock of leases."""
    look = due.soonest(tx, KIND)
    return None if look is None else look - due.present(tx)


async def _tried(work: Coroutine[Any, Any, None]) -> bool:
    """Whether the work could be done; what keeps it from being done passes some time."""
    try:
        await work
    except CalcomOff:
        return False
    except (CalcomUnavailable, DatabaseUnavailable) as away:
        _log.info("Cal.com is asked again later: %s", away)
        return False
    except CalcomRefused as refused:
        _log.warning("Cal.com could not be read: %s", refused)
        return False
    return True


def _is_event(message: object) -> bool:
    return isinstance(message, EventKept)
