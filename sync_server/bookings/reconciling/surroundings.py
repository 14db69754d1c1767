"""What surrounds the bookings at Cal.com: teams, event types, and who is away."""

import logging
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final

from sync_server.bookings.absences import Listing, keep_listed
from sync_server.bookings.event_types import keep_event_types
from sync_server.bookings.reconciling.pages import Scope
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomRefused
from sync_server.calcom.api.shapes import EventType, Me, Person, Team
from sync_server.infra.parts import Parts

_log = logging.getLogger(__name__)

# Each is a call: in a larger team the others' absences are known by events alone.
_MOST_ASKED: Final = 30


async def look_at_surroundings(parts: Parts, api: CalcomApi) -> tuple[Scope, ...]:
    """Bring event types and absences in line, and say whose bookings there are to follow."""
    me, teams = await api.me(), await _teams(api)
    event_types = list(await api.event_types())
    for team in teams:
        event_types += await _of_team(api, team)
    await parts.database.write(partial(keep_event_types, event_types=event_types))
    await _look_who_is_away(parts, api, me, teams)
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


async def _look_who_is_away(parts: Parts, api: CalcomApi, me: Me, teams: tuple[Team, ...]) -> None:
    """Bring the absences in line: those of the whole organisation, or of whom the key may ask."""
    if me.organization_id is not None and await _kept(parts, _of_all(api, me.organization_id)):
        return
    await _kept(parts, _of_owner(api, me))
    asked = {me.id}
    for team in teams:
        for person in await _members(api, team):
            if person.id not in asked and len(asked) <= _MOST_ASKED:
                asked.add(person.id)
                # Who is no admin may ask for nobody else of the team either.
                if not await _kept(parts, _of_member(api, team, person)):
                    break


async def _kept(parts: Parts, reading: Coroutine[Any, Any, Listing]) -> bool:
    """Whether Cal.com told it."""
    read_at = parts.clock.now()
    try:
        listing = await reading
    except CalcomRefused as refused:
        _log.info("the key may not see who is away: %s", refused)
        return False
    await parts.database.write(partial(keep_listed, listing=listing, read_at=read_at))
    return True


async def _of_all(api: CalcomApi, organization_id: int) -> Listing:
    people = {one.id: one for one in await api.organization_users(organization_id)}
    absences = await api.out_of_office(organization_id=organization_id)
    return Listing(absences, people, whose=None)


async def _of_owner(api: CalcomApi, me: Me) -> Listing:
    return Listing(await api.out_of_office(), {me.id: me}, whose=me.id)


async def _of_member(api: CalcomApi, team: Team, person: Person) -> Listing:
    absences = await api.out_of_office_of(person.id, team_id=team.id)
    return Listing(absences, {person.id: person}, whose=person.id)


async def _members(api: CalcomApi, team: Team) -> list[Person]:
    try:
        found = await api.team_members(team.id)
    except CalcomRefused as refused:
        _log.info("the key may not list the members of a team: %s", refused)
        return []
    return [
        Person(id=one.user_id, name=one.name, email=one.email, username=one.username)
        for one in found
    ]
