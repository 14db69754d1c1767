"""Webhooks on their way: signed, each subscriber its own, some lost, doubled or late."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.helpers.fake_calcom.telling import as_payload, moment
from tests.helpers.fake_calcom.world import Attendee, Booking, Webhook, World

_SIGNATURE = "X-Cal-Signature-256"


@dataclass
class Outgoing:
    """One delivery that waits, or what became of it."""

    webhook_id: str
    url: str
    trigger: str
    uid: str | None
    body: str
    signature: str
    status: int | None = None


@dataclass
class Deliveries:
    """What is to be sent and what was; at once, or only when the story says so (`held`).

    With `tells_first` a call is answered once its webhooks have been: the real one sends most of
    them inside the request.
    """

    world: World
    lost_share: float = 0.0
    doubled_share: float = 0.0
    held: bool = False
    tells_first: bool = False
    waiting: list[Outgoing] = field(default_factory=list)
    done: list[Outgoing] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    _sending: set["asyncio.Future[int]"] = field(default_factory=set)

    def tell(
        self,
        trigger: str,
        booking: Booking,
        *,
        people: list[Attendee],
        plain: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Have all subscribers of a booking told, as far as they get it."""
        payload = plain or as_payload(self.world, trigger, booking, people=people, more=more)
        for webhook in self._subscribers(trigger, booking):
            # Each subscriber's body has its own sending time.
            event = {
                "triggerEvent": trigger,
                "createdAt": moment(self.world.clock.now()),
                "payload": payload,
            }
            self.put(webhook, event, uid=booking.uid)

    def put(self, webhook: Webhook, event: dict[str, Any], *, uid: str | None = None) -> None:
        """Send one event to one subscriber."""
        body = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        sent = Outgoing(
            webhook.id,
            webhook.url,
            str(event["triggerEvent"]),
            uid,
            body,
            _signature(webhook, body),
        )
        if self.world.random.random() < self.lost_share:
            self.lost += 1
            return
        copies = 2 if self.world.random.random() < self.doubled_share else 1
        self.doubled += copies - 1
        self.waiting += [Outgoing(**vars(sent)) for _ in range(copies)]
        if not self.held:
            sending = asyncio.ensure_future(self.deliver())
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)

    def ping(self, webhook: Webhook) -> None:
        """What the button `Ping test` of a webhook's page sends."""
        payload = {"type": "Test", "title": "Test trigger event", "description": ""}
        now = moment(self.world.clock.now())
        self.put(webhook, {"triggerEvent": "PING", "createdAt": now, "payload": payload})

    async def deliver(self, *, shuffled: bool = False, limit: int | None = None) -> int:
        """Send what waits, in order or not; once each, whatever the answer is."""
        if shuffled:
            self.world.random.shuffle(self.waiting)
        count = len(self.waiting) if limit is None else limit
        batch, self.waiting = self.waiting[:count], self.waiting[count:]
        async with httpx.AsyncClient(timeout=30, follow_redirects=False) as client:
            for sent in batch:
                headers = {
                    "Content-Type": "application/json",
                    _SIGNATURE: sent.signature,
                    "X-Cal-Webhook-Version": "2021-10-20",
                }
                try:
                    answer = await client.post(
                        sent.url, content=sent.body.encode(), headers=headers
                    )
                    sent.status = answer.status_code
                except httpx.HTTPError:
                    sent.status = 0
                self.done.append(sent)
        return len(batch)

    async def sent(self) -> None:
        """Wait until all that is on its way has been answered."""
        await asyncio.gather(*self._sending)

    def _subscribers(self, trigger: str, booking: Booking) -> list[Webhook]:
        event_type = self.world.event_types[booking.event_type_id]
        places = {f"team-event-type:{event_type.team_id}:{event_type.id}"}
        if event_type.team_id is None:
            places = {f"user:{booking.host_id}"}
        places.add("organization")
        return [
            webhook
            for webhook in self.world.webhooks.values()
            if webhook.active and trigger in webhook.triggers and webhook.place in places
        ]


class TellingFirst:
    """Middleware: holds answers until subscribers have been told, where that is how it is."""

    def __init__(self, app: ASGIApp, deliveries: Deliveries) -> None:
        self._app = app
        self._deliveries = deliveries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def told(message: Message) -> None:
            if self._deliveries.tells_first and scope["path"].startswith("/v2"):
                await self._deliveries.sent()
            await send(message)

        await self._app(scope, receive, told)


def _signature(webhook: Webhook, body: str) -> str:
    if not webhook.secret:
        return "no-secret-provided"
    return hmac.new(webhook.secret.encode(), body.encode(), hashlib.sha256).hexdigest()
