"""A team's event types that were made after Connect: each gets its webhook by itself."""

import logging
import secrets
from dataclasses import replace
from functools import partial

from pydantic import SecretStr

from interview_desk.wire.calcom import ScopeKind
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomRefused
from sync_server.calcom.connection import doors
from sync_server.calcom.connection.doors import Place, StoredDoor
from sync_server.calcom.connection.reach import reach_of
from sync_server.calcom.connection.registering import Registration, at, register, url_of
from sync_server.calcom.connection.scopes import places_of
from sync_server.infra.parts import Parts

_log = logging.getLogger(__name__)

_NAME_BYTES = 12
_SECRET_BYTES = 32


async def open_place(parts: Parts, api: CalcomApi, place: Place, *, base: str) -> Registration:
    """Register the webhook of a place, or repair it and change its secret."""
    endpoint = secrets.token_urlsafe(_NAME_BYTES)
    secret = SecretStr(secrets.token_urlsafe(_SECRET_BYTES))
    new = StoredDoor(endpoint, place, url_of(base, endpoint), None, (), None)
    door = at(await parts.database.write(partial(doors.open_door, door=new, secret=secret)), base)
    registered = await register(api, door, secret=secret)
    door = replace(door, webhook_id=registered.webhook.id, triggers=registered.triggers)
    await parts.database.write(partial(doors.settle_door, door=door))
    return registered


async def follow_new_event_types(parts: Parts, api: CalcomApi) -> int:
    """Have Cal.com tell of event types that a followed team has made since; how many there were.

    The API has no webhook for a whole team, so that nothing would come of a new one, nor of the
    first of a team that had none yet. A team that the key may no longer look into is passed over.
    """
    known = await parts.database.read(doors.all_doors)
    followed = await parts.database.read(doors.followed)
    reach = reach_of(parts)
    if reach.problem is not None:
        return 0
    registered = {door.place.path for door in known if door.connected_at is not None}
    opened = 0
    for scope in (one.scope for one in followed if one.scope.kind is ScopeKind.TEAM):
        try:
            for place in await places_of(api, scope):
                if place.path not in registered:
                    await open_place(parts, api, place, base=reach.url)
                    opened += 1
        except CalcomRefused as refused:
            _log.warning("a new event type cannot be followed: %s", refused)
    return opened
