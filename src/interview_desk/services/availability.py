"""When somebody can be booked: as Cal.com says now, or as this computer knew it last."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.domain.errors import DeskError
from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.services.event_types import EventTypeService
from interview_desk.services.ports import Clock


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """What is free in a window, as it was known at `fetched_at`; `stale`: it may have changed."""

    slots: tuple[FreeTime, ...]
    fetched_at: datetime
    stale: bool = False


class TimesFeed(Protocol):
    """The server, as far as it knows when somebody is free."""

    async def free_times(
        self, event_type: int, start: datetime, end: datetime, minutes: int | None
    ) -> FreeTimes:
        """The free times that begin in [start, end); DeskError with a sentence where refused.

        `minutes` is how long one has to be, None for the event type's only length.
        """
        ...


class TextMemory(Protocol):
    """One text that only this computer remembers, encrypted."""

    async def load(self) -> str | None:
        """What was saved last."""
        ...

    async def save(self, text: str) -> None:
        """Keep it over a restart."""
        ...


class AvailabilityService:
    """Free times for the calendar and the form; what was known last serves without a network.

    `minutes` is how long the meeting shall be. It counts where the event type offers that length
    among others: a time that is free for 30 minutes may not be for 60.
    """

    def __init__(
        self,
        feed: TimesFeed | None,
        kept: Callable[[int], TextMemory],
        clock: Clock,
        *,
        event_types: EventTypeService,
    ) -> None:
        self._feed = feed
        self._kept = kept
        self._clock = clock
        self._event_types = event_types
        # The calendar and a form may hear of the same event type at the same time.
        self._keeping = asyncio.Lock()

    async def known(
        self, event_type: int, start: datetime, end: datetime, *, minutes: int | None
    ) -> FreeTimes | None:
        """What this computer knew last of exactly this window, marked as such."""
        length = await self._event_types.length_to_name(event_type, minutes)
        return await self._last(event_type, _key(start, end, length))

    async def fresh(
        self, event_type: int, start: datetime, end: datetime, *, minutes: int | None
    ) -> FreeTimes:
        """What is free now; the last known where the server cannot be asked.

        Raises the reason as a DeskError where nothing is known either.
        """
        if self._feed is None:
            raise WorksAlone
        length = await self._event_types.length_to_name(event_type, minutes)
        key = _key(start, end, length)
        try:
            found = await self._feed.free_times(event_type, start, end, length)
        except DeskError:
            last = await self._last(event_type, key)
            if last is None:
                raise
            return last
        await self._keep(event_type, key, found)
        return found

    async def _last(self, event_type: int, key: str) -> FreeTimes | None:
        found = (await self._pieces(event_type)).get(key)
        return replace(_read(found), stale=True) if found is not None else None

    async def _keep(self, event_type: int, key: str, found: FreeTimes) -> None:
        now = format_instant(self._clock.now())
        async with self._keeping:
            pieces = await self._pieces(event_type)
            ahead = {one: piece for one, piece in pieces.items() if one.split("/")[1] > now}
            ahead[key] = _written(found)
            await self._kept(event_type).save(json.dumps(ahead))

    async def _pieces(self, event_type: int) -> dict[str, Any]:
        text = await self._kept(event_type).load()
        found: dict[str, Any] = json.loads(text) if text else {}
        return found


class WorksAlone(DeskError):  # noqa: N818  - reads as the sentence it shows
    """A desk without a server knows nobody's free times."""

    code = "works_alone"

    def __init__(self) -> None:
        super().__init__("This desk works alone. Join a team to book at Cal.com.")


def _key(start: datetime, end: datetime, length: int | None) -> str:
    window = f"{format_instant(start)}/{format_instant(end)}"
    return f"{window}/{length}" if length is not None else window


def _written(found: FreeTimes) -> dict[str, Any]:
    slots = [
        [format_instant(slot.start), format_instant(slot.end) if slot.end else None]
        for slot in found.slots
    ]
    return {"at": format_instant(found.fetched_at), "slots": slots}


def _read(piece: dict[str, Any]) -> FreeTimes:
    slots = tuple(
        FreeTime(parse_instant(start), parse_instant(end) if end else None)
        for start, end in piece["slots"]
    )
    return FreeTimes(slots, parse_instant(piece["at"]))
