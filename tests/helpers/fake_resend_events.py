"""What the fake Resend tells of its mails: signed by a library of others, late, twice and mixed up.

Whoever listens says so with `hook`: where to, and how often what goes wrong. A call that is not
answered with a 2xx is made again later, as Resend does.
"""

import asyncio
import base64
import json
import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx
from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"the secret of the fake").decode()
_LATER = timedelta(minutes=5)


def sign(told: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that Resend sends with an event."""
    return {
        "svix-id": told,
        "svix-timestamp": str(int(at.timestamp())),
        "svix-signature": str(Webhook(SECRET).sign(told, at, body.decode())),
    }


class Sender(Protocol):
    """Whose events these are."""

    @property
    def now(self) -> datetime:
        """Its own clock."""


@dataclass
class _Hook:
    """Where events go, and in which shares they come twice, mails bounce and people complain."""

    url: str
    seed: int = 0
    twice: float = 0.0
    bounces: float = 0.0
    complaints: float = 0.0


@dataclass
class _Event:
    due: datetime
    kind: str
    data: dict[str, Any]
    id: str = field(default_factory=lambda: f"msg_{uuid.uuid4()}")


class Outgoing:
    """The events of one account that have not been told yet."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._hook: _Hook | None = None
        self._chance = random.Random(0)  # noqa: S311  - a seed that can be repeated
        self._waiting: list[_Event] = []
        self._taken: list[dict[str, Any]] = []
        self._telling = asyncio.Lock()

    def begin(self, **hook: Any) -> None:
        """Tell everything from now on to a server."""
        self._hook = _Hook(**hook)
        self._chance.seed(self._hook.seed)

    def about(self, mail: dict[str, Any]) -> None:
        """Have it told what becomes of a mail that was taken."""
        hook = self._hook
        if hook is None:
            return
        data = {
            "email_id": mail["id"],
            "to": mail["to"],
            "subject": mail["subject"],
            "tags": {one["name"]: one["value"] for one in mail.get("tags", [])},
        }
        self._add("email.sent", data, within=timedelta(seconds=1))
        if self._chance.random() < hook.bounces:
            bounce = {"type": "Permanent", "message": "There is no such mailbox."}
            self._add("email.bounced", {**data, "bounce": bounce}, within=timedelta(hours=2))
            return
        self._add("email.delivered", data, within=timedelta(seconds=1))
        if self._chance.random() < hook.complaints:
            self._add("email.complained", data, within=timedelta(days=2))

    def received(self, mail: dict[str, Any]) -> None:
        """Have it told that somebody has written."""
        if self._hook is not None:
            data = {**mail, "email_id": mail["id"]}
            self._add("email.received", data, within=timedelta(seconds=1))

    async def tell_due(self) -> None:
        """Tell what is due, in any order."""
        async with self._telling:
            hook, now = self._hook, self._sender.now
            due = [one for one in self._waiting if one.due <= now]
            if hook is None or not due:
                return
            self._waiting = [one for one in self._waiting if one.due > now]
            self._chance.shuffle(due)
            async with httpx.AsyncClient(timeout=30) as client:
                for one in due:
                    if await self._tell(client, hook, one):
                        self._taken.append({"id": one.id, "type": one.kind, "data": one.data})

    def taken(self) -> list[dict[str, Any]]:
        """What the listener has taken since this was last asked."""
        taken, self._taken = self._taken, []
        return taken

    def _add(self, kind: str, data: dict[str, Any], *, within: timedelta) -> None:
        self._waiting.append(_Event(self._sender.now + within * self._chance.random(), kind, data))

    async def _tell(self, client: httpx.AsyncClient, hook: _Hook, event: _Event) -> bool:
        now = self._sender.now
        body = json.dumps(
            {"type": event.kind, "created_at": now.isoformat(), "data": event.data}
        ).encode()
        try:
            answer = await client.post(hook.url, content=body, headers=sign(event.id, now, body))
            is_taken = answer.is_success
        except httpx.HTTPError:
            is_taken = False
        if not is_taken:
            self._again(event, _LATER)
        elif self._chance.random() < hook.twice:
            self._again(event, timedelta(hours=12) * self._chance.random())
        return is_taken

    def _again(self, event: _Event, after: timedelta) -> None:
        due = self._sender.now + after
        self._waiting.append(_Event(due, event.kind, event.data, event.id))
