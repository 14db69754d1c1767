"""`GET /v1/availability`: when an event type can be booked."""

from datetime import date, timedelta
from functools import cache, partial
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Depends, Query

from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from interview_desk.wire.availability import MAX_DAYS, Availability, FreeDay, FreeSlot
from interview_desk.wire.model import MAX_COUNT, Instant
from sync_server.auth.caller import CurrentCaller
from sync_server.calcom.api.shapes import Slot
from sync_server.calcom.availability.repository import usual_minutes
from sync_server.calcom.availability.service import free_times
from sync_server.infra.parts import Parts, parts
from sync_server.infra.problems import Forbidden, InvalidRequest

router = APIRouter(tags=["calcom"])

_USUAL = timedelta(minutes=30)
_LONGEST = timedelta(days=MAX_DAYS)


@router.get(routes.AVAILABILITY)
async def availability(
    caller: CurrentCaller,
    parts: Annotated[Parts, Depends(parts)],
    event_type: Annotated[int, Query(ge=1, le=MAX_COUNT)],
    begin: Annotated[Instant, Query(alias="from")],
    end: Annotated[Instant, Query(alias="to")],
    zone: Annotated[str, Query(max_length=64)],
    minutes: Annotated[int | None, Query(ge=1, le=24 * 60)] = None,
) -> Availability:
    """The free times by day; waits for Cal.com where nothing is known yet."""
    if caller.role is Role.EXTERNAL:
        raise Forbidden("Your role does not see when others are free.")
    days = _zone(zone)
    if not timedelta() < end - begin <= _LONGEST:
        raise InvalidRequest(f"`to` has to be later than `from`, by {MAX_DAYS} days at most.")
    found = await free_times(parts, event_type, start=begin, end=end, minutes=minutes)
    length = timedelta(minutes=minutes) if minutes else await _length(parts, event_type)
    age = parts.clock.now() - found.fetched_at
    return Availability(
        event_type=event_type,
        zone=zone,
        days=_by_day(found.slots, days, length),
        fetched_at=found.fetched_at,
        age_seconds=max(0, int(age.total_seconds())),
        stale=found.is_stale,
    )


def _zone(name: str) -> ZoneInfo:
    if name not in _zones():
        raise InvalidRequest("This time zone is not known. Name one such as Europe/Berlin.")
    return ZoneInfo(name)


@cache
def _zones() -> set[str]:
    # The system's files hold its own time too, which is another one on every computer.
    return available_timezones() - {"localtime", "Factory"}


async def _length(parts: Parts, event_type_id: int) -> timedelta:
    minutes = await parts.database.read(partial(usual_minutes, event_type_id=event_type_id))
    return timedelta(minutes=minutes) if minutes else _USUAL


def _by_day(slots: tuple[Slot, ...], zone: ZoneInfo, length: timedelta) -> tuple[FreeDay, ...]:
    days: dict[date, list[FreeSlot]] = {}
    for slot in slots:
        free = FreeSlot(start=slot.start, end=slot.end or slot.start + length)
        days.setdefault(slot.start.astimezone(zone).date(), []).append(free)
    return tuple(FreeDay(date=day, slots=tuple(free)) for day, free in days.items())
