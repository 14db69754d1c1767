"""When an event type can be booked: `GET /v1/availability`."""

from datetime import date
from typing import Annotated

from pydantic import Field

from interview_desk.wire.model import Count, Instant, Number, WireModel

# Nobody looks at more at once, and Cal.com takes long over it.
MAX_DAYS = 93


class FreeSlot(WireModel):
    """A time that can be booked; `end` is exclusive."""

    start: Instant
    end: Instant


class FreeDay(WireModel):
    """The free times that begin on one day of the asked zone, earliest first."""

    date: date
    slots: tuple[FreeSlot, ...]


class Availability(WireModel):
    """The days on which something is free, as Cal.com said at `fetched_at`.

    `event_type` is Cal.com's number. `stale`: something may have been booked since, and Cal.com
    could not be asked again.
    """

    event_type: Number
    zone: Annotated[str, Field(max_length=64)]
    days: tuple[FreeDay, ...]
    fetched_at: Instant
    age_seconds: Count
    stale: bool
