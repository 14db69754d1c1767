"""What surrounds the bookings at Cal.com: teams, event types, and who is away."""

import logging
from datetime import datetime
from functools import partial

from sync_server.bookings.absences import Listing, keep_listed
from sync_server.bookings.event_types import keep_event_types
from sync_server.bookings.reconciling.pages import Scope
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomRefused
from sync_server.calcom.api.shapes import EventType, Me, Team
from sync_server.infra.parts import Parts

_log = logging.getLogger(__name__)


async def look_at_surroundings(parts: Parts, api: CalcomApi) -> tuple[Scope, ...]:
    """Bring event types and absences in line, and say whose bookings there are to follow."""
    me, teams = await api.me(), await _teams(api)
    event_types = list(await api.event_types())
    for team in teams:
        event_types += await _of_team(api, team)
    await parts.database.write(partial(keep_event_types, event_types=event_types))
    await _look_who_is_away(parts, api, me)
    return _scopes(me, teams)


def _scopes(me: Me, teams: tuple[Team, ...]) -> tuple[Scope, ...]:
    """The owner's own first: it is the only one that every key may list."""
    of_teams = (Scope(team_id=team.id) for team in teams if not team.is_organization)
    if me.organization_id is None:
        return (Scope(), *of_teams)
    return (Scope(), *of_teams, Scope(organization_id=me.organization_id))


async def _teams(api: CalcomApi) -> tuple[Team, ...]:
    try:
        return await api.teams()
    except CalcomRefused as refused:
        _log.info("the key may not list teams: %s", refused)
        return ()


async def _of_team(api: CalcomApi, team: Team) -> tuple[EventType, ...]:
    try:
        return await api.event_types(team_id=team.id)
    except CalcomRefused as refused:
        _log.info("the key may not list the event types of a team: %s", refused)
        return ()


async def _look_who_is_away(parts: Parts, api: CalcomApi, me: Me) -> None:
    """Bring the absences in line: those of the whole organisation, or else the owner's own."""
    for listed in (_absences_of_all, _absences_of_owner):
        read_at = parts.clock.now()
        try:
            listing = await listed(api, me, read_at)
        except CalcomRefused as refused:
            _log.info("the key may not see who is away: %s", refused)
            continue
        if listing is not None:
            await parts.database.write(partial(keep_listed, listing=listing))
            return


async def _absences_of_all(api: CalcomApi, me: Me, read_at: datetime) -> Listing | None:
    number = me.organization_id
    if number is None:
        return None
    people = {one.id: one for one in await api.organization_users(number)}
    absences = await api.out_of_office(organization_id=number)
    return Listing(absences, people, whose=None, read_at=read_at)


async def _absences_of_owner(api: CalcomApi, me: Me, read_at: datetime) -> Listing:
    whose = frozenset({me.id})
    return Listing(await api.out_of_office(), {me.id: me}, whose=whose, read_at=read_at)
