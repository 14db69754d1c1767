"""People going away and coming back: only the former is told to subscribers."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.helpers.fake_calcom.deliveries import Deliveries
from tests.helpers.fake_calcom.telling import moment
from tests.helpers.fake_calcom.world import World

_TRIGGER = "OOO_CREATED"


class Absences:
    """What the page `Out of office` does."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries

    def go(self, body: dict[str, Any]) -> None:
        """Be away from the day `first` to the day `last`; the same `uuid` changes an entry."""
        entry = {
            "id": self._world.new_number(),
            "uuid": body["uuid"],
            "userId": body["user_id"],
            # Whole days of the person's own clock, marked as UTC.
            "start": f"{body['first']}T00:00:00.000Z",
            "end": f"{body['last']}T23:59:59.999Z",
            "reason": body.get("reason", "vacation"),
        }
        self.come_back(body["uuid"])
        self._world.out_of_office.append(entry)
        event = {
            "triggerEvent": _TRIGGER,
            "createdAt": moment(self._world.clock.now()),
            "payload": {"oooEntry": self._told(entry)},
        }
        places = {f"user:{entry['userId']}", "organization"}
        for webhook in self._world.webhooks.values():
            if webhook.active and _TRIGGER in webhook.triggers and webhook.place in places:
                self._deliveries.put(webhook, event)

    def come_back(self, uuid: str) -> None:
        """Remove the entry; nobody is told."""
        kept = [one for one in self._world.out_of_office if one["uuid"] != uuid]
        self._world.out_of_office = kept

    def _told(self, entry: dict[str, Any]) -> dict[str, Any]:
        user = self._world.users[entry["userId"]]
        zone = ZoneInfo(user.zone or "UTC")
        return {
            "id": entry["id"],
            "start": _at_home(entry["start"], zone),
            "end": _at_home(entry["end"], zone),
            "createdAt": moment(self._world.clock.now()),
            "updatedAt": moment(self._world.clock.now()),
            "notes": None,
            "reason": {"emoji": "🌴", "reason": f"ooo_reasons_{entry['reason']}"},
            "reasonId": 5,
            "user": {
                "id": user.id,
                "name": user.name,
                "username": user.username,
                "email": user.email,
                "timeZone": user.zone,
            },
            "toUser": None,
            "uuid": entry["uuid"],
        }


def _at_home(marked: str, zone: ZoneInfo) -> str:
    """The same hands of the clock, with the person's offset."""
    there = datetime.fromisoformat(marked).replace(tzinfo=zone)
    return there.isoformat(timespec="seconds")
