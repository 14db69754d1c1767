"""A Resend that keeps state, as its own program: `python -m tests.helpers.fake_resend`.

It behaves as Resend's own description says where that matters: keys that make a call one mail for
24 hours, the two kinds of 409, limits with their headers, quotas, errors of its own, answers that
are lost after the mail was taken, signed events. `/control` is the door for whoever tells the
story.
"""

import asyncio
import base64
import hmac
import json
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

SECRET = "whsec_" + base64.b64encode(b"the secret of the fake").decode()
_KEPT = timedelta(hours=24)


def sign(told: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that Resend sends with an event."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    stamp = str(int(at.timestamp()))
    digest = hmac.digest(key, f"{told}.{stamp}.".encode() + body, "sha256")
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"svix-id": told, "svix-timestamp": stamp, "svix-signature": signature}


class Account:
    """What one account at Resend has sent and is asked to go wrong about."""

    def __init__(self) -> None:
        self.mails: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[str, str, datetime]] = {}
        self.faults: list[dict[str, Any]] = []
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
        if key:
            self.keys[key] = (text, mail["id"], self.now)
        return JSONResponse({"id": mail["id"]})

    def fault(self) -> dict[str, Any] | None:
        """What goes wrong with this call, if anything."""
        if not self.faults:
            return None
        first = self.faults[0]
        first["times"] -= 1
        return self.faults.pop(0) if first["times"] <= 0 else first


def error(status: int, name: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error as Resend writes it."""
    body = {"statusCode": status, "name": name, "message": message}
    return JSONResponse(body, status_code=status, headers=headers)


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
        return error(fault["status"], fault["kind"], "As you wish.", fault.get("headers"))

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
        rows = list(reversed(self.account.received))
        return JSONResponse({"object": "list", "has_more": False, "data": rows})

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
        match request.path_params["what"]:
            case "reset":
                self.account = Account()
            case "fault":
                self.account.faults.append({"status": 500, "times": 1, **asked})
            case "late":
                self.account.late += timedelta(seconds=asked["seconds"])
            case "state":
                self.account.mails[asked["id"]]["last_event"] = asked["state"]
            case "receive":
                self.account.received.append({"id": str(uuid.uuid4()), **asked})
            case "suppress":
                self.account.suppressions[asked["email"]] = asked["origin"]
            case _:
                pass
        return JSONResponse(
            {
                "mails": list(self.account.mails.values()),
                "calls": self.account.calls,
                "suppressions": self.account.suppressions,
            }
        )

    def app(self) -> Starlette:
        """The application."""
        return Starlette(
            routes=[
                Route("/emails", self.send, methods=["POST"]),
                Route("/emails", self.mails, methods=["GET"]),
                Route("/emails/receiving", self.receiving),
                Route("/emails/{id}", self.mail),
                Route("/suppressions", self.suppressions, methods=["GET", "POST"]),
                Route("/control/{what}", self.control, methods=["POST"]),
            ]
        )


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
    config = uvicorn.Config(Api().app(), lifespan="off", log_level="critical", access_log=False)
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(_serve())
