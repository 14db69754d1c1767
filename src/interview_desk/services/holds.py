"""A slot kept from others while the form is open."""

import asyncio
import contextlib
from datetime import datetime
from typing import NamedTuple, Protocol

from interview_desk.domain.errors import DeskError


class SlotTaken(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Somebody else was faster."""

    code = "slot_taken"

    def __init__(self) -> None:
        super().__init__("Somebody has just taken this time. Choose another one.")


class Hold(NamedTuple):
    """A slot that nobody else can book until `until`."""

    id: str
    until: datetime


class HoldDesk(Protocol):
    """The server, as far as it keeps slots at Cal.com."""

    async def hold(self, event_type: int, start: datetime, minutes: int | None) -> Hold:
        """Keep a slot for a few minutes; SlotTaken where it is gone."""
        ...

    async def release(self, hold_id: str) -> None:
        """Let others have it."""
        ...


class HeldSlot:
    """The one slot that is kept while somebody fills in the form.

    A hold is a courtesy: where it cannot be had the booking is asked for without it, and Cal.com
    decides. What was asked of Cal.com is followed to its end even where nobody waits for it any
    more: a hold that nobody here knows of would keep the slot from ourselves.
    """

    def __init__(self, desk: HoldDesk | None) -> None:
        self._desk = desk
        self._latest: asyncio.Future[Hold | None] | None = None
        self._freed: asyncio.Future[None] | None = None

    @property
    def kept(self) -> Hold | None:
        """What is kept now; None while that is asked."""
        latest = self._latest
        if latest is None or not latest.done() or latest.cancelled() or latest.exception():
            return None
        return latest.result()

    async def let_go_of(self, earlier: Hold) -> None:
        """Free what the desk kept before it ended: it keeps the slot from ourselves."""
        if self._desk is not None:
            self._freed = asyncio.ensure_future(_release(self._desk, earlier))
            await asyncio.shield(self._freed)

    async def take(self, event_type: int, start: datetime, minutes: int | None) -> datetime | None:
        """Keep this slot instead of the last; until when, None where it cannot be kept.

        SlotTaken where somebody else has it.
        """
        held = await self._follow((event_type, start, minutes))
        return held.until if held is not None else None

    async def let_go(self) -> None:
        """Keep nothing any more; where nobody can be told it ends by itself."""
        await self._follow(None)

    async def _follow(self, wanted: tuple[int, datetime, int | None] | None) -> Hold | None:
        if self._desk is None:
            return None
        self._latest = asyncio.ensure_future(_exchange(self._desk, self._latest, wanted))
        return await asyncio.shield(self._latest)


async def _release(desk: HoldDesk, earlier: Hold) -> None:
    with contextlib.suppress(DeskError):
        await desk.release(earlier.id)


async def _exchange(
    desk: HoldDesk,
    earlier: "asyncio.Future[Hold | None] | None",
    wanted: tuple[int, datetime, int | None] | None,
) -> Hold | None:
    """Let go of the earlier slot, then keep the one that is wanted; one after the other."""
    try:
        held = await earlier if earlier is not None else None
        if held is not None:
            await desk.release(held.id)
    except DeskError:
        pass  # it was not kept, or it ends by itself
    if wanted is None:
        return None
    try:
        return await desk.hold(*wanted)
    except SlotTaken:
        raise
    except DeskError:
        return None
