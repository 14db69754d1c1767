"""How things stand with Cal.com, and what Connect, Test and Disconnect do."""

import logging
from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa

from interview_desk.domain.flags import Flag
from interview_desk.wire.calcom import (
    Check,
    ConnectionState,
    ConnectRequest,
    ConnectResult,
    Scope,
    TestResult,
)
from sync_server.calcom.api.calls import WebhookPlace
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomOff, CalcomRefused, CalcomUnavailable
from sync_server.calcom.api.opening import calcom_of, queue_of
from sync_server.calcom.api.shapes import Me
from sync_server.calcom.connection import doors
from sync_server.calcom.connection.doors import Place, StoredDoor
from sync_server.calcom.connection.following import open_place
from sync_server.calcom.connection.reach import reach_of
from sync_server.calcom.connection.registering import WANTED
from sync_server.calcom.connection.scopes import may_register, places_of, scopes_of, widest
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.models.calcom import webhook_events
from sync_server.sync.flags import is_switched_on

_log = logging.getLogger(__name__)

_NO_KEY = "There is no Cal.com key. Set INTERVIEW_DESK_CALCOM_API_KEY on the server."
_SWITCHED_OFF = "Cal.com is switched off for the team. Switch it on in Settings."
_TEMPLATE = (
    "What Cal.com sends cannot be read, because its webhook has a custom payload template. Press "
    "Connect again: that takes the template away. Until then changes are fetched regularly."
)
_BY_HAND = (
    "What the webhook at Cal.com for {url} sends cannot be read, because whoever made it gave it a "
    "custom payload template: delete that webhook, it is not needed any more. "
)
_FEWER = (
    "This Cal.com tells of fewer kinds of events than newer ones: the rest is fetched regularly. "
    "Where it is your own, update it, and press Connect again. "
)


async def state(parts: Parts) -> ConnectionState:
    """How things stand, without asking Cal.com."""
    paused = None
    queue = queue_of(parts)
    budget = await queue.budget() if queue else None
    if budget is not None:
        pauses = (budget.blocked_until, budget.resting_until)
        now = parts.clock.now()
        paused = max((one for one in pauses if one is not None and one > now), default=None)
    found = await parts.database.read(partial(_state, parts=parts))
    rejection = queue.rejection if queue and found.is_on else None
    problem = rejection or found.problem
    return found.model_copy(update={"paused_until": paused, "problem": problem})


def _state(tx: Tx, parts: Parts) -> ConnectionState:
    settings = parts.settings
    known = [door for door in doors.all_doors(tx) if door.connected_at is not None]
    followed = doors.followed(tx)
    events = webhook_events.c
    waiting = sa.select(events.state, sa.func.count()).group_by(events.state)
    counts = {row[0]: row[1] for row in tx.connection.execute(waiting)}
    is_on = is_switched_on(tx, Flag.CALCOM)
    arrival = doors.last_arrival(tx, known)
    return ConnectionState(
        has_key=settings.calcom_api_key is not None,
        is_on=is_on,
        base_url=settings.calcom_base_url,
        scopes=tuple(one.scope for one in followed),
        waiting_scopes=tuple(one.scope for one in followed if not one.has_webhook),
        connected_at=min((one.since for one in followed), default=None),
        webhook_url=known[0].url if known else None,
        webhook_arrived_at=arrival.at if arrival else None,
        triggers=tuple(sorted({name for door in known for name in door.triggers})),
        waiting_events=counts.get("waiting", 0),
        failed_events=counts.get("failed", 0),
        problem=_problem(parts, arrival, is_on=is_on),
    )


def _problem(parts: Parts, arrival: doors.LastArrival | None, *, is_on: bool) -> str | None:
    if parts.settings.calcom_api_key is None:
        return _NO_KEY
    if not is_on:
        return _SWITCHED_OFF
    return _TEMPLATE if arrival and arrival.is_odd else reach_of(parts).problem


def _distinct(scopes: Sequence[Scope]) -> tuple[Scope, ...]:
    return tuple({(scope.kind, scope.id): scope for scope in scopes}.values())


async def test(parts: Parts) -> TestResult:
    """Who the key belongs to, what it may see, and what is missing; each with a sentence."""
    api = calcom_of(parts)
    if api is None:
        return TestResult(ok=False, checks=(Check(key="key", ok=False, says=_NO_KEY),))
    try:
        return await _tested(parts, api.for_person)
    except (CalcomOff, CalcomRefused, CalcomUnavailable) as failure:
        return TestResult(ok=False, checks=(Check(key="key", ok=False, says=str(failure)),))


async def _tested(parts: Parts, api: CalcomApi) -> TestResult:
    me = await api.me()
    scopes = await scopes_of(api, me)
    checks = [
        Check(key="key", ok=True, says=f"The key belongs to {me.name or me.email}."),
        *[await _scope_check(api, scope) for scope in scopes],
        await _event_types_check(api, scopes),
        _reach_check(parts),
    ]
    return TestResult(
        ok=all(check.ok for check in checks),
        name=me.name,
        email=me.email,
        zone=me.time_zone,
        scopes=scopes,
        checks=tuple(checks),
    )


async def _scope_check(api: CalcomApi, scope: Scope) -> Check:
    key = f"{scope.kind.value}:{scope.id}"
    if await may_register(api, scope):
        return Check(key=key, ok=True, says=f"Bookings of {scope.name} can be followed.")
    says = (
        f"Bookings of {scope.name} cannot be followed with this key. Use the key of one of its "
        "admins, or make its owner an admin at Cal.com."
    )
    return Check(key=key, ok=False, says=says)


async def _event_types_check(api: CalcomApi, scopes: Sequence[Scope]) -> Check:
    found = len(await api.event_types())
    for scope in scopes:
        if scope.kind.value == "team":
            found += len(await api.event_types(team_id=scope.id))
    if not found:
        says = "There is nothing to book yet. Make an event type at Cal.com first."
        return Check(key="event_types", ok=False, says=says)
    return Check(key="event_types", ok=True, says=f"{found} event types can be booked.")


def _reach_check(parts: Parts) -> Check:
    reach = reach_of(parts)
    says = reach.problem or f"Cal.com can send events to {reach.url}."
    return Check(key="public_url", ok=reach.problem is None, says=says)


async def connect(parts: Parts, request: ConnectRequest) -> ConnectResult:
    """Register webhooks for the asked scopes, repair those that are there, and change secrets.

    Raises CalcomOff, CalcomUnavailable or CalcomRefused; what was done until then stays, and
    pressing Connect again carries on from there.
    """
    api = calcom_of(parts)
    if api is None:
        raise CalcomOff(_NO_KEY)
    api = api.for_person
    me = await api.me()
    reach = reach_of(parts)
    if reach.problem is not None:
        return ConnectResult(connected=False, state=await state(parts), says=reach.problem)
    chosen = _distinct(request.scopes or await widest(api, await scopes_of(api, me)))
    places = [place for scope in chosen for place in await places_of(api, scope)]
    opened = [await open_place(parts, api, place, base=reach.url) for place in places]
    await _leave_others(parts, api, places)
    await parts.database.write(partial(doors.follow, scopes=chosen))
    _log.info("connected with Cal.com at %d places", len(places))
    now = await state(parts)
    unreadable = sorted({url for one in opened for url in one.unreadable})
    says = _said(places, me, known=now.triggers, unreadable=unreadable)
    return ConnectResult(connected=bool(chosen), state=now, says=says)


def _said(
    places: Sequence[Place], me: Me, *, known: Sequence[str], unreadable: Sequence[str]
) -> str:
    if not places:
        return (
            "There are no event types to follow yet. Make one at Cal.com: it is followed by itself "
            "within ten minutes."
        )
    names = ", ".join(scope.name for scope in _distinct([place.scope for place in places]))
    fewer = "" if set(WANTED) <= set(known) else _FEWER
    by_hand = _BY_HAND.format(url=", ".join(unreadable)) if unreadable else ""
    return (
        f"Connected for {names}. {by_hand}{fewer}To see an event arrive, press Ping test on the "
        f"webhook's page at Cal.com as {me.name or me.email}, or book something."
    )


async def _leave_others(parts: Parts, api: CalcomApi, places: Sequence[Place]) -> None:
    """End the webhooks of places that are not followed any more: events would come twice."""
    kept = {place.path for place in places}
    for door in await parts.database.read(doors.all_doors):
        if door.place.path not in kept:
            await _is_ended(api, door)
            await parts.database.write(partial(doors.close_door, endpoint=door.endpoint))


async def disconnect(parts: Parts) -> ConnectResult:
    """End our webhooks at Cal.com; everything that came in stays.

    Where Cal.com does not let us, the doors are closed all the same: nothing is taken any more.
    """
    api = calcom_of(parts)
    left = 0
    for door in await parts.database.read(doors.all_doors):
        left += not await _is_ended(api, door)
        await parts.database.write(partial(doors.close_door, endpoint=door.endpoint))
    await parts.database.write(partial(doors.follow, scopes=()))
    says = "Disconnected. Interviews and everything that came in stay as they are."
    if left:
        says += " Cal.com did not let us remove the webhook: delete it on its page there."
    return ConnectResult(connected=False, state=await state(parts), says=says)


async def _is_ended(api: CalcomApi | None, door: StoredDoor) -> bool:
    """Whether Cal.com sends nothing to this door any more; CalcomUnavailable while it is away."""
    if door.webhook_id is None:
        return True
    if api is None:
        return False
    try:
        await api.for_person.delete_webhook(WebhookPlace(door.place.path), door.webhook_id)
    except (CalcomOff, CalcomRefused):
        return False
    return True
