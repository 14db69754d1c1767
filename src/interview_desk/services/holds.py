"""A slot kept from others while the form is open."""

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
    decides.
    """

    def __init__(self, desk: HoldDesk | None) -> None:
        self._desk = desk
        self._held: Hold | None = None

    async def take(self, event_type: int, start: datetime, minutes: int | None) -> datetime | None:
        """Keep this slot instead of the last; until when, None where it cannot be kept.

        SlotTaken where somebody else has it.
        """
        await self.let_go()
        if self._desk is None:
            return None
        try:
            self._held = await self._desk.hold(event_type, start, minutes)
        except SlotTaken:
            raise
        except DeskError:
            return None
        return self._held.until

    async def let_go(self) -> None:
        """Keep nothing any more; where nobody can be told it ends by itself."""
        held, self._held = self._held, None
        if held is None or self._desk is None:
            return
        try:
            await self._desk.release(held.id)
        except DeskError:
            return
