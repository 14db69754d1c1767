"""One webhook at Cal.com: made, repaired or rotated, whatever was there before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import SecretStr

from interview_desk.wire import routes
from sync_server.calcom.api.calls import WebhookPlace
from sync_server.calcom.api.client import CalcomApi
from sync_server.calcom.api.errors import CalcomRefused, Refusal
from sync_server.calcom.api.shapes import Webhook
from sync_server.calcom.connection.doors import StoredDoor
from sync_server.calcom.translate import TRIGGERS

# These want a delay of their own, which the description of the API does not have and older servers
# do not take. Where they cannot be had, who did not come is told by BOOKING_NO_SHOW_UPDATED and by
# the bookings themselves.
_WITH_A_DELAY = frozenset({"AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "AFTER_GUESTS_CAL_VIDEO_NO_SHOW"})
# Who comes a little late has come.
_NO_SHOW_MINUTES = 15
WANTED = tuple(sorted(name for name in TRIGGERS if not name.startswith(("FORM", "ROUTING"))))
_AT_ONCE = tuple(name for name in WANTED if name not in _WITH_A_DELAY)
_ABOUT_THE_BODY = frozenset({Refusal.INVALID, Refusal.UNKNOWN_TRIGGER, Refusal.ZONE_UNKNOWN})
_NAMED = re.compile(r"[A-Z]+(?:_[A-Z]+)+")


@dataclass(frozen=True, slots=True)
class Registration:
    """A webhook that Cal.com has taken, and the triggers that both sides know.

    `unreadable` are those that somebody made by hand for this server with a template.
    """

    webhook: Webhook
    triggers: tuple[str, ...]
    unreadable: tuple[str, ...] = ()


async def register(api: CalcomApi, door: StoredDoor, *, secret: SecretStr) -> Registration:
    """Have Cal.com send to this door, signed with `secret`; nothing is registered twice.

    An older Cal.com refuses the whole list for one name it does not know, and says which it knows:
    then those both sides know are asked for. One that does not know of delays does without what
    needs one.
    """
    try:
        return await _known_to_both(api, door, secret=secret, wanted=WANTED)
    except CalcomRefused as refused:
        if refused.refusal not in _ABOUT_THE_BODY:
            raise
    return await _known_to_both(api, door, secret=secret, wanted=_AT_ONCE)


async def _known_to_both(
    api: CalcomApi, door: StoredDoor, *, secret: SecretStr, wanted: Sequence[str]
) -> Registration:
    try:
        return await _registered(api, door, secret=secret, triggers=wanted)
    except CalcomRefused as refused:
        known = [name for name in wanted if name in _NAMED.findall(refused.said_in_full)]
        if refused.refusal is not Refusal.UNKNOWN_TRIGGER or not known:
            raise
    return await _registered(api, door, secret=secret, triggers=known)


async def _registered(
    api: CalcomApi, door: StoredDoor, *, secret: SecretStr, triggers: Sequence[str]
) -> Registration:
    place = WebhookPlace(door.place.path)
    plain = secret.get_secret_value()
    delay = None if _WITH_A_DELAY.isdisjoint(triggers) else _NO_SHOW_MINUTES
    found = await api.webhooks(place)
    mine = next((one for one in found if one.subscriber_url == door.url), None)
    made = None
    if mine is not None:
        made = await api.change_webhook(
            place, mine.id, triggers=triggers, secret=plain, no_show_minutes=delay
        )
    if made is not None and made.payload_template:
        # It cannot be emptied there. Cal.com has one webhook for an address, so this one goes
        # first; what it told of bookings could not be read anyway.
        await api.delete_webhook(place, made.id)
        made = None
    if made is None:
        made = await api.create_webhook(
            place, url=door.url, triggers=triggers, secret=plain, no_show_minutes=delay
        )
    others = [one for one in found if one.subscriber_url != door.url]
    for stale in (one for one in others if _is_ours(one.subscriber_url, door.url)):
        await api.delete_webhook(place, stale.id)
    by_hand = [one for one in others if _is_by_hand(one.subscriber_url, door.url)]
    unreadable = tuple(one.subscriber_url for one in by_hand if one.payload_template)
    return Registration(made, tuple(triggers), unreadable)


def _is_ours(url: str, current: str) -> bool:
    """Whether a webhook leads to a door of this server that is not there any more.

    One that somebody made by hand, without a name behind the path, is theirs.
    """
    doors = current.rpartition("/")[0] + "/"
    return url.startswith(doors) and url not in {current, doors}


def _is_by_hand(url: str, current: str) -> bool:
    return url.rstrip("/") == current.rpartition("/")[0]


def url_of(base: str, endpoint: str) -> str:
    """The address of a door."""
    return base + routes.CALCOM_WEBHOOK_ENDPOINT.format(endpoint=endpoint)


def at(door: StoredDoor, base: str) -> StoredDoor:
    """The door where the server is reached now."""
    return replace(door, url=url_of(base, door.endpoint))
