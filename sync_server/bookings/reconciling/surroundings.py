"""What surrounds the bookings at Cal.com: teams, event types, and who is away."""

import logging
from functools import partial

from sync_server.bookings.event_types import keep_event_types, keep_out_of_office
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
    if me.organization_id is not None:
        await _look_who_is_away(parts, api, me.organization_id, teams)
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


async def _look_who_is_away(
    parts: Parts, api: CalcomApi, organization_id: int, teams: tuple[Team, ...]
) -> None:
    try:
        absences = await api.out_of_office(organization_id)
        people: dict[int, tuple[str, str | None]] = {}
        for team in teams:
            for member in await api.team_members(team.id):
                people[member.user_id] = (member.name or member.username or "", member.email)
    except CalcomRefused as refused:
        _log.info("the key may not see who is away: %s", refused)
        return
    await parts.database.write(partial(keep_out_of_office, absences=absences, people=people))
