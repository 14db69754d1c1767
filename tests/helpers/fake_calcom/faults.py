"""What goes wrong on the way: errors, slow answers, answers cut in the middle or never given."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = ("error", "cut", "lost", "slow")


class _CutError(ConnectionError):
    """Ends a connection; uvicorn closes it where an answer was begun and not finished."""


@dataclass
class Fault:
    """One thing to go wrong, for the next calls that fit.

    error: 500 and nothing done · cut: done, and the answer ends in the middle · lost: done, and
    the answer is an error of a proxy · slow: done after `seconds`.
    """

    kind: str
    path: str = ""
    method: str = ""
    times: int = 1
    seconds: float = 0.2
    status: int = 500


@dataclass
class Faults:
    """The faults to come: named ones first, then a share of all calls."""

    random: random.Random
    share: float = 0.0
    planned: list[Fault] = field(default_factory=list)
    happened: dict[str, int] = field(default_factory=dict)

    def next(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this call."""
        for fault in self.planned:
            fits = path.startswith(fault.path) if fault.path else True
            if fits and (not fault.method or fault.method == method):
                fault.times -= 1
                if fault.times <= 0:
                    self.planned.remove(fault)
                return self._count(fault)
        if self.share and self.random.random() < self.share:
            return self._count(Fault(self.random.choice(KINDS), seconds=0.05))
        return None

    def _count(self, fault: Fault) -> Fault:
        self.happened[fault.kind] = self.happened.get(fault.kind, 0) + 1
        return fault


class Faulty:
    """Middleware in which things go wrong."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or spoil it."""
        if scope["type"] != "http" or not scope["path"].startswith("/v2"):
            await self._app(scope, receive, send)
            return
        asked = await _whole(receive)
        if asked is None:
            return
        fault = self._faults.next(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, asked, send)
        elif fault.kind == "error":
            await _answer_error(send, fault.status)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, asked, send)
        else:
            messages: list[Message] = []
            await self._app(scope, asked, _kept(messages))
            if fault.kind == "lost":
                await _answer_error(send, 502)
            else:
                await _cut(send, messages)


async def _whole(receive: Receive) -> Receive | None:
    """A request that was asked to its end, which nobody takes back by leaving; None otherwise."""
    coming = [await receive()]
    while coming[-1].get("more_body"):
        coming.append(await receive())
    if coming[-1]["type"] == "http.disconnect":
        return None

    async def again() -> Message:
        return coming.pop(0) if coming else await receive()

    return again


def _kept(messages: list[Message]) -> Send:
    async def keep(message: Message) -> None:
        messages.append(message)

    return keep


async def _answer_error(send: Send, status: int) -> None:
    body = b'{"statusCode":%d,"message":"Internal server error"}' % status
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _cut(send: Send, messages: list[Message]) -> None:
    body = b"".join(message.get("body", b"") for message in messages)
    headers: list[Any] = [(b"content-length", b"%d" % (len(body) + 10))]
    await send({"type": "http.response.start", "status": messages[0]["status"], "headers": headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    raise _CutError
