"""Subscriptions to events, at the places where the real API has them."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.helpers.fake_calcom.acting import RefusedError
from tests.helpers.fake_calcom.answers import check_organization, ok
from tests.helpers.fake_calcom.world import ORGANIZATION, TEAM, Webhook, World

_PLACES = (
    "/v2/webhooks",
    f"/v2/teams/{TEAM}/event-types/{{event_type_id:int}}/webhooks",
    f"/v2/organizations/{ORGANIZATION}/webhooks",
)


class Webhooks:
    """Webhooks of a user, of a team's event types, and of an organisation."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            *(Route(path, self.webhooks, methods=["GET", "POST"]) for path in _PLACES),
            *(
                Route(f"{path}/{{id}}", self.webhook, methods=["GET", "PATCH", "DELETE"])
                for path in _PLACES
            ),
        ]

    async def webhooks(self, request: Request) -> Response:
        """List, or subscribe."""
        place = self._place(request)
        if request.method == "GET":
            mine = [one for one in self._world.webhooks.values() if one.place == place]
            return ok([_webhook(one) for one in mine])
        body = await request.json()
        url = str(body.get("subscriberUrl"))
        self._check_webhook(body)
        if any(one.url == url and one.place == place for one in self._world.webhooks.values()):
            raise RefusedError(409, "Webhook with this subscriberUrl already exists")
        made = Webhook(
            self._world.new_uid("hook"),
            place,
            url,
            list(body["triggers"]),
            body.get("secret"),
            active=bool(body["active"]),
            template=body.get("payloadTemplate"),
            minutes=body.get("time"),
        )
        self._world.webhooks[made.id] = made
        return ok(_webhook(made), 201)

    async def webhook(self, request: Request) -> Response:
        """One subscription: look, change or end."""
        found = self._world.webhooks.get(request.path_params["id"])
        if found is None or found.place != self._place(request):
            raise RefusedError(404, "Webhook not found")
        if request.method == "DELETE":
            del self._world.webhooks[found.id]
        elif request.method == "PATCH":
            body = await request.json()
            held = {"triggers": found.triggers, "subscriberUrl": found.url}
            self._check_webhook(
                {**held, **({"time": found.minutes} if found.minutes else {}), **body}
            )
            found.minutes = body.get("time", found.minutes)
            found.triggers = list(body.get("triggers", found.triggers))
            found.secret = body.get("secret", found.secret)
            found.active = bool(body.get("active", found.active))
            found.url = body.get("subscriberUrl", found.url)
            if not self._world.keeps_templates:
                found.template = body.get("payloadTemplate", found.template)
        return ok(_webhook(found))

    def _place(self, request: Request) -> str:
        if "event_type_id" in request.path_params:
            return f"team-event-type:{TEAM}:{request.path_params['event_type_id']}"
        if "/organizations/" in request.url.path:
            check_organization(self._world, ORGANIZATION)
            return "organization"
        return f"user:{request.scope['user_id']}"

    def _check_webhook(self, body: dict[str, Any]) -> None:
        known = self._world.triggers
        if any(trigger not in known for trigger in body["triggers"]):
            accepted = ", ".join(known)
            raise RefusedError(
                400, f"each value in triggers must be one of the following values: {accepted}"
            )
        late = [name for name in body["triggers"] if name.startswith("AFTER_")]
        if "time" in body and not self._world.knows_delays:
            raise RefusedError(400, "property time should not exist")
        if late and self._world.knows_delays and int(body.get("time") or 0) < 1:
            raise RefusedError(400, "time must not be less than 1")
        if self._world.is_hosted and _is_private(str(body["subscriberUrl"])):
            raise RefusedError(400, "subscriberUrl must be a public HTTPS address")


def _webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "subscriberUrl": webhook.url,
        "triggers": webhook.triggers,
        "active": webhook.active,
        "secret": webhook.secret,
        "payloadTemplate": webhook.template,
        "time": webhook.minutes,
        "timeUnit": "MINUTE" if webhook.minutes else None,
    }


def _is_private(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname in {None, "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(parts.hostname)).is_private
    except ValueError:
        return False
