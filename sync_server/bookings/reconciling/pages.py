"""Walking through bookings that change while we walk."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sync_server.calcom.api.bookings import Booking, BookingPage, BookingQuery
from sync_server.calcom.api.client import CalcomApi

# What is asked for from here on is told again, whichever way "after" is meant.
_EDGE = timedelta(milliseconds=1)
_TAKE = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose bookings: the key's owner's, a team's, or those of an organisation."""

    team_id: int | None = None
    organization_id: int | None = None

    @property
    def name(self) -> str:
        """The same for the same scope, also after a restart."""
        if self.team_id is not None:
            return f"team:{self.team_id}"
        return "owner" if self.organization_id is None else f"organization:{self.organization_id}"


async def changed_since(
    api: CalcomApi, scope: Scope, since: datetime, *, take: int = _TAKE
) -> AsyncIterator[tuple[Booking, ...]]:
    """Pages of the bookings that were changed since then, in the order of their last change.

    Each page is asked for from the last change of the one before, because offsets shift as soon
    as something changes; bookings may come twice.
    """
    query = BookingQuery(updated_after=since - _EDGE, take=take)
    while True:
        page = await _page(api, scope, query)
        if page.bookings:
            yield page.bookings
        if not page.has_next or not page.bookings:
            return
        query = _next(query, page)


async def starting_between(
    api: CalcomApi, scope: Scope, since: datetime, until: datetime | None
) -> AsyncIterator[tuple[Booking, ...]]:
    """Pages of the bookings that start then; without an end all that are still to come."""
    query = BookingQuery(start_after=since, sort="sortStart", take=_TAKE)
    while True:
        page = await _page(api, scope, query)
        wanted = tuple(one for one in page.bookings if _starts_before(one, until))
        if wanted:
            yield wanted
        if not page.has_next or len(wanted) < len(page.bookings) or not wanted:
            return
        query = replace(query, skip=query.skip + len(page.bookings))


async def _page(api: CalcomApi, scope: Scope, query: BookingQuery) -> BookingPage:
    return await api.bookings(query, organization_id=scope.organization_id, team_id=scope.team_id)


def _next(query: BookingQuery, page: BookingPage) -> BookingQuery:
    last = page.bookings[-1].updated_at
    if last is None or query.updated_after is None or last - _EDGE <= query.updated_after:
        # All of the page changed at one instant.
        return replace(query, skip=query.skip + len(page.bookings))
    return replace(query, updated_after=last - _EDGE, skip=0)


def _starts_before(booking: Booking, until: datetime | None) -> bool:
    return until is None or booking.start is None or booking.start < until
