"""Whose bookings a key can follow, and where at Cal.com webhooks for them are registered.

A user's webhook tells of their own event types only, an organisation's of everything. The API has
none for a whole team: each of its event types has its own. So the widest scope is the
organisation; else the owner and their teams, which tell of different bookings.
"""

from collections.abc import Sequence

from interview_desk.wire.calcom import Scope, ScopeKind
from sync_server.calcom.api.calls import WebhookPlace
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import NOT_FOR_US, CalcomRefused
from sync_server.calcom.api.shapes import Me
from sync_server.calcom.connection.doors import Place


async def scopes_of(api: CalcomApi, me: Me) -> tuple[Scope, ...]:
    """Every scope of the key's owner, the widest first."""
    found = []
    if me.organization_id:
        found.append(Scope(kind=ScopeKind.ORGANIZATION, id=me.organization_id, name="Organisation"))
    found.append(Scope(kind=ScopeKind.USER, id=me.id, name=me.name or me.email or "You"))
    teams = [team for team in await api.teams() if not team.is_organization]
    found += [Scope(kind=ScopeKind.TEAM, id=team.id, name=team.name) for team in teams]
    return tuple(found)


async def places_of(api: CalcomApi, scope: Scope) -> list[Place]:
    """Where webhooks for a scope are registered; nowhere for a team without event types."""
    if scope.kind is ScopeKind.ORGANIZATION:
        return [Place(WebhookPlace.of_organization(scope.id).path, scope)]
    if scope.kind is ScopeKind.USER:
        return [Place(WebhookPlace.of_user().path, scope)]
    event_types = await api.event_types(team_id=scope.id)
    paths = [WebhookPlace.of_team_event_type(scope.id, one.id).path for one in event_types]
    return [Place(path, scope) for path in paths]


async def widest(api: CalcomApi, scopes: Sequence[Scope]) -> tuple[Scope, ...]:
    """The scopes that together tell of everything, and of nothing twice."""
    organizations = [scope for scope in scopes if scope.kind is ScopeKind.ORGANIZATION]
    for scope in organizations:
        if await may_register(api, scope):
            return (scope,)
    return tuple(scope for scope in scopes if scope.kind is not ScopeKind.ORGANIZATION)


async def may_register(api: CalcomApi, scope: Scope) -> bool:
    """Whether the key's owner may see, and so register, the webhooks of a scope."""
    try:
        for place in await places_of(api, scope):
            await api.webhooks(WebhookPlace(place.path))
    except CalcomRefused as refused:
        if refused.refusal in NOT_FOR_US:
            return False
        raise
    return True
