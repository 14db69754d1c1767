"""A Resend that keeps state, as its own program: `python -m tests.helpers.fake_resend`.

It behaves as Resend's own description says where that matters: keys that make a call one mail for
24 hours, the two kinds of 409, limits with their headers, quotas, errors of its own, answers that
are lost after the mail was taken. It tells of its mails by itself (`fake_resend_events`).
`/control` is the door for whoever tells the story.
"""

import asyncio
import json
import random
import socket
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from tests.helpers.fake_resend_events import Outgoing

_KEPT = timedelta(hours=24)
# What a network and a busy provider do to calls, in shares of them; `lost` has taken the mail.
_WEATHER: dict[str, dict[str, Any]] = {
    "lost": {},
    "cut": {},
    "html": {},
    "internal_server_error": {"status": 500},
    "concurrent_idempotent_requests": {"status": 409},
    "rate_limit_exceeded": {"status": 429, "headers": {"retry-after": "300"}},
}


class Account:
    """What one account at Resend has sent and is asked to go wrong about."""

    def __init__(self) -> None:
        self.events = Outgoing(self)
        self.chance = random.Random(0)  # noqa: S311  - a seed that can be repeated
        self.share = 0.0
        self.mails: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[str, str, datetime]] = {}
        self.faults: list[dict[str, Any]] = []
        # What goes wrong with questions about mails, one after the other.
        self.unanswered: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []
        self.suppressions: dict[str, str] = {}
        self.late = timedelta(0)

    @property
    def now(self) -> datetime:
        """Its own clock."""
        return datetime.now(UTC) + self.late

    def take(self, key: str | None, body: dict[str, Any]) -> Response:
        """POST /emails."""
        text = json.dumps(body, sort_keys=True)
        known = self.keys.get(key or "")
        if known is not None and self.now - known[2] < _KEPT:
            if known[0] != text:
                return error(409, "invalid_idempotent_request", "Another body under this key.")
            return JSONResponse({"id": known[1]})
        mail = {
            "object": "email",
            "id": str(uuid.uuid4()),
            "created_at": self.now.isoformat(sep=" "),
            "last_event": "sent",
            "key": key,
            **body,
        }
        self.mails[mail["id"]] = mail
        self.events.about(mail)
        if key:
            self.keys[key] = (text, mail["id"], self.now)
        return JSONResponse({"id": mail["id"]})

    def change(self, what: str, asked: dict[str, Any]) -> None:
        """What the story asks for."""
        match what:
            case "fault":
                wrong = self.unanswered if asked.get("with_questions") else self.faults
                wrong.append({"status": 500, "times": 1, **asked})
            case "weather":
                self.chance.seed(asked["seed"])
                self.share = asked["share"]
            case "late":
                self.late += timedelta(seconds=asked["seconds"])
            case "state":
                self.mails[asked["id"]]["last_event"] = asked["state"]
            case "receive":
                self.received.append({"id": str(uuid.uuid4()), **asked})
                self.events.received(_without_headers(self.received[-1]))
            case "suppress":
                self.suppressions[asked["email"]] = asked["origin"]
            case "hook":
                self.events.begin(**asked)
            case _:
                pass

    def fault(self) -> dict[str, Any] | None:
        """What goes wrong with this call, if anything."""
        if not self.faults:
            return self._weather()
        first = self.faults[0]
        first["times"] -= 1
        return self.faults.pop(0) if first["times"] <= 0 else first

    def _weather(self) -> dict[str, Any] | None:
        if self.chance.random() >= self.share:
            return None
        kind = self.chance.choice(sorted(_WEATHER))
        return {"kind": kind, **_WEATHER[kind]}


def error(status: int, name: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error as Resend writes it."""
    body = {"statusCode": status, "name": name, "message": message}
    return JSONResponse(body, status_code=status, headers=headers)


def _failed(fault: dict[str, Any]) -> Response:
    return error(fault["status"], fault["kind"], "As you wish.", fault.get("headers"))


class Api:
    """The endpoints that a sender of mail uses, and the control door."""

    def __init__(self) -> None:
        self.account = Account()

    async def send(self, request: Request) -> Response:
        """One mail."""
        body = await request.json()
        key = request.headers.get("idempotency-key")
        self.account.calls.append({"key": key, "body": body, "headers": dict(request.headers)})
        fault = self.account.fault()
        if fault is None:
            return self._checked(key, body)
        if fault["kind"] == "lost":
            # Taken, and then nothing is heard any more.
            self.account.take(key, body)
        if fault["kind"] in {"lost", "cut"}:
            return Cut()
        if fault["kind"] == "html":
            return Response("<h1>Bad gateway</h1>", 502, media_type="text/html")
        return _failed(fault)

    def _checked(self, key: str | None, body: dict[str, Any]) -> Response:
        to = body.get("to") or []
        if any(str(one).endswith(("@example.com", "@test.com")) for one in to):
            return error(422, "validation_error", "Testing domains are not allowed.")
        if any(str(one) in self.account.suppressions for one in to):
            answer = self.account.take(key, body)
            newest = list(self.account.mails.values())[-1]
            newest["last_event"] = "suppressed"
            return answer
        return self.account.take(key, body)

    async def mails(self, request: Request) -> Response:
        """The newest mails first, a page at a time."""
        if self.account.unanswered:
            return _failed(self.account.unanswered.pop(0))
        rows = list(reversed(self.account.mails.values()))
        after = request.query_params.get("after")
        if after:
            rows = rows[[row["id"] for row in rows].index(after) + 1 :]
        limit = int(request.query_params.get("limit", "20"))
        page = {"object": "list", "has_more": len(rows) > limit, "data": rows[:limit]}
        return JSONResponse(page)

    async def mail(self, request: Request) -> Response:
        """One mail."""
        found = self.account.mails.get(request.path_params["id"])
        return JSONResponse(found) if found else error(404, "not_found", "No such mail.")

    async def receiving(self, _request: Request) -> Response:
        """What came in."""
        # The list and the news have no headers; only who asks for the mail is told them.
        rows = [_without_headers(one) for one in reversed(self.account.received)]
        return JSONResponse({"object": "list", "has_more": False, "data": rows})

    async def received(self, request: Request) -> Response:
        """One mail that came in, with its headers."""
        wanted = request.path_params["id"]
        found = next((one for one in self.account.received if one["id"] == wanted), None)
        return JSONResponse(found) if found else error(404, "not_found", "No such mail.")

    async def suppressions(self, request: Request) -> Response:
        """The list, or one more address on it."""
        listed = self.account.suppressions
        if request.method == "POST":
            address = (await request.json())["email"]
            listed.setdefault(address, "manual")
            return JSONResponse({"object": "suppression", "id": str(uuid.uuid4())})
        rows = [{"id": one, "email": one, "origin": listed[one]} for one in listed]
        return JSONResponse({"object": "list", "has_more": False, "data": rows})

    async def control(self, request: Request) -> Response:
        """The story's own door."""
        asked = await request.json()
        what = request.path_params["what"]
        if what == "reset":
            self.account = Account()
        account = self.account
        if what == "clock":
            account.late = datetime.fromisoformat(asked["at"]) - datetime.now(UTC)
            await account.events.tell_due()
            return JSONResponse({"told": account.events.taken()})
        if what == "since":
            return JSONResponse({"mails": list(account.mails.values())[asked["number"] :]})
        account.change(what, asked)
        return JSONResponse(
            {
                "mails": list(account.mails.values()),
                "calls": account.calls,
                "suppressions": account.suppressions,
            }
        )

    def app(self) -> Starlette:
        """The application."""
        return Starlette(
            routes=[
                Route("/emails", self.send, methods=["POST"]),
                Route("/emails", self.mails, methods=["GET"]),
                Route("/emails/receiving", self.receiving),
                Route("/emails/receiving/{id}", self.received),
                Route("/emails/{id}", self.mail),
                Route("/suppressions", self.suppressions, methods=["GET", "POST"]),
                Route("/control/{what}", self.control, methods=["POST"]),
            ]
        )


def _without_headers(mail: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in mail.items() if name != "headers"}


class Cut(Response):
    """An answer that ends before it has begun."""

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise a body, and give none."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise ConnectionError


class FakeResend:
    """The running program, and what a test may do to it."""

    def __init__(self) -> None:
        self.url = ""
        self._process: subprocess.Popen[str] | None = None
        self._client = httpx.Client(timeout=30)

    def start(self) -> Self:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.fake_resend"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("listening on "), line
        self.url = line.removeprefix("listening on ").strip()
        return self

    def stop(self) -> None:
        """End it."""
        self._client.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=20)
            if self._process.stdout is not None:
                self._process.stdout.close()

    def tell(self, what: str, **how: Any) -> dict[str, Any]:
        """`tell("fault", kind="lost")`; what it has seen so far."""
        answer = self._client.post(f"{self.url}/control/{what}", json=how)
        answer.raise_for_status()
        return dict(answer.json())

    @property
    def mails(self) -> list[dict[str, Any]]:
        """Every mail it has taken."""
        return list(self.tell("look")["mails"])

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Every try to hand it a mail."""
        return list(self.tell("look")["calls"])


async def _serve() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    sys.stdout.write(f"listening on http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    api = Api()
    config = uvicorn.Config(api.app(), lifespan="off", log_level="critical", access_log=False)
    telling = asyncio.create_task(_tell(api))
    await uvicorn.Server(config).serve(sockets=[listener])
    telling.cancel()


async def _tell(api: Api) -> None:
    """Tell what there is to tell as the time comes, whether or not anybody asks."""
    while True:
        await api.account.events.tell_due()
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(_serve())
