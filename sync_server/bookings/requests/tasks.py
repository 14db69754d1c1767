"""The worker of requests to Cal.com: each goes out when its time has come.

Those of one interview go one after the other, the next when it is known what became of the one
before. What is open stands in the records alone: a server that begins anew finds it there.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from interview_desk.domain.booking_requests import RequestState
from sync_server.bookings.requests import jobs
from sync_server.bookings.requests.carrying import resume, send
from sync_server.bookings.requests.jobs import OpenRequest, open_request
from sync_server.bookings.watch import changed_since
from sync_server.calcom.api.opening import calcom_of
from sync_server.infra.bus import Subscription
from sync_server.infra.database import DatabaseUnavailable
from sync_server.infra.parts import Parts
from sync_server.sync.counter import tells_of_records

_log = logging.getLogger(__name__)

_SLOWEST = 30.0
_AWAY_PAUSE = 1.0
_GATHERING = 0.05


async def run(parts: Parts) -> None:
    """Carry out requests until cancelled; without a key they say that there is none."""
    async with asyncio.TaskGroup() as group:
        requests = Requests(parts, group)
        while True:
            with parts.bus.subscribe(tells_of_records) as news:
                try:
                    pause = await requests.look()
                except DatabaseUnavailable:
                    _log.warning("the database cannot be used; requests wait")
                    pause = _AWAY_PAUSE
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await _something_new(news, requests.settled)


class Requests:
    """The open requests by interview, and those that are being carried out."""

    def __init__(self, parts: Parts, group: asyncio.TaskGroup) -> None:
        self._parts = parts
        self._group = group
        self._open: dict[str, OpenRequest] = {}
        # When to look at a request again, where its record does not say so.
        self._again: dict[str, datetime] = {}
        self._busy: set[str] = set()
        self._seen = -1
        self.settled = asyncio.Event()

    async def look(self) -> float:
        """Begin with all that is due; how many seconds until something will be."""
        self.settled.clear()
        await self._catch_up()
        now = self._parts.clock.now()
        for found in list(self._due(now)):
            self._busy.add(found.request.interview_id)
            self._group.create_task(self._carry_out(found))
        moments = [self._moment(one, now) for one in self._free()]
        return min([_SLOWEST, *((moment - now).total_seconds() for moment in moments)])

    async def _catch_up(self) -> None:
        changed = partial(changed_since, seen=self._seen, entity="booking_requests")
        requests, self._seen = await self._parts.database.read(changed)
        for stored in requests:
            before, found = self._open.pop(stored.id, None), open_request(stored)
            if found is not None:
                self._open[stored.id] = found
            if found is None or (before and before.request.send_after != found.request.send_after):
                self._again.pop(stored.id, None)

    def _free(self) -> Iterator[OpenRequest]:
        """What can be begun with: while a call may be under way, nothing else of its interview."""
        requests = [one.request for one in self._open.values()]
        sent = {one.interview_id for one in requests if one.state is RequestState.SENDING}
        for found in self._open.values():
            of, state = found.request.interview_id, found.request.state
            waits = state is RequestState.WAITING and of in sent
            if not waits and of not in self._busy:
                yield found

    def _due(self, now: datetime) -> Iterator[OpenRequest]:
        """What is due, at most one of each interview: the one that was asked for first."""
        begun: set[str] = set()
        ready = [one for one in self._free() if self._moment(one, now) <= now]
        for found in sorted(ready, key=lambda one: (self._moment(one, now), one.place)):
            if found.request.interview_id not in begun:
                begun.add(found.request.interview_id)
                yield found

    def _moment(self, found: OpenRequest, now: datetime) -> datetime:
        again = self._again.get(found.request.id)
        if again is not None:
            return again
        if found.request.state is RequestState.WAITING and found.request.send_after:
            return found.request.send_after
        return now

    async def _carry_out(self, found: OpenRequest) -> None:
        request = found.request
        step = self._step(found)
        (pause,) = await asyncio.gather(step, return_exceptions=True)
        if isinstance(pause, DatabaseUnavailable):
            pause = timedelta(seconds=_AWAY_PAUSE)
        elif isinstance(pause, BaseException):
            # The record says how far it came; what it is about stays out of the log.
            _log.error("request %s failed unexpectedly: %s", request.id, type(pause).__name__)
            pause = timedelta(seconds=_SLOWEST)
        self._busy.discard(request.interview_id)
        self._again[request.id] = self._parts.clock.now() + (pause or self._interval)
        self.settled.set()

    async def _step(self, found: OpenRequest) -> timedelta | None:
        api = calcom_of(self._parts)
        if api is None:
            give_up = partial(jobs.give_up, request_id=found.request.id)
            await self._parts.database.write(give_up)
            return None
        step = send if found.request.state is RequestState.WAITING else resume
        return await step(self._parts, api.for_person, found.request.id)

    @property
    def _interval(self) -> timedelta:
        return timedelta(seconds=self._parts.settings.calcom_reconcile_seconds)


async def _something_new(news: Subscription, settled: asyncio.Event) -> None:
    """Return as soon as records have changed or a request has been carried out."""
    poked = asyncio.ensure_future(_poked(news))
    done = asyncio.ensure_future(settled.wait())
    try:
        await asyncio.wait({poked, done}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiting in (poked, done):
            waiting.cancel()
        await asyncio.wait({poked, done})


async def _poked(news: Subscription) -> None:
    await anext(news)
    # Others that come at once are read together with it.
    await asyncio.sleep(_GATHERING)
