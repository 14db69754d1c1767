"""Pulls and pushes, answered before the rest of the application is asked.

Matching a request against all our paths and taking it apart by its declared shape costs as much as
a pull of some rows. What is not plainly good here (another protocol, no token, a limit that is no
number) is left to the endpoints, which say what is wrong with it.
"""

from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from interview_desk.wire import routes
from interview_desk.wire.sync import (
    MAX_BATCH_BYTES,
    PULL_LIMIT_DEFAULT,
    PULL_LIMIT_MAX,
    PushRequest,
)
from sync_server.auth.caller import VERSIONS, authenticate
from sync_server.auth.session import glancing, reading, writing
from sync_server.infra.parts import Parts
from sync_server.infra.problems import Problem
from sync_server.sync.body import parsed
from sync_server.sync.feed.pull import pull, short_pull
from sync_server.sync.push import push
from sync_server.sync.salvage import read_batch

_PROTOCOL = routes.PROTOCOL_HEADER.lower().encode()
_LONGEST_NUMBER = 4


class _Shown(NamedTuple):
    """What the headers of a plainly good request say."""

    token: str
    length: int


class SyncDoor:
    """Middleware that answers good pulls and pushes itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        try:
            answer = await _answer(scope, receive)
        except ClientDisconnect:
            return
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        if answer is None:
            await self._app(scope, receive, send)
            return
        length = str(len(answer)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


async def _answer(scope: Scope, receive: Receive) -> bytes | None:
    """The answer, or None where the endpoints are to give it."""
    if scope["type"] != "http" or scope["path"] not in _WAYS:
        return None
    method, way = _WAYS[scope["path"]]
    shown = _shown(scope["headers"])
    if scope["method"] != method or shown is None:
        return None
    return await way(scope["app"].state.parts, shown, scope, receive)


def _shown(headers: list[tuple[bytes, bytes]]) -> _Shown | None:
    token, length, version = b"", b"0", b"1"
    # Of a header that comes twice, the endpoints too read the first.
    for name, value in reversed(headers):
        if name == b"authorization":
            token = value
        elif name == b"content-length":
            length = value
        elif name == _PROTOCOL:
            version = value
    scheme, _, secret = token.partition(b" ")
    if scheme.lower() != b"bearer" or not secret.strip() or not secret.isascii():
        return None
    if version.decode("latin-1") not in VERSIONS or not length.isdigit():
        return None
    return _Shown(secret.strip().decode(), int(length[:20]))


async def _pull(parts: Parts, shown: _Shown, scope: Scope, _receive: Receive) -> bytes | None:
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    limit = asked.get("limit", str(PULL_LIMIT_DEFAULT))
    if not (limit.isascii() and limit.isdigit()) or len(limit) > _LONGEST_NUMBER:
        return None
    if not 1 <= int(limit) <= PULL_LIMIT_MAX:
        return None
    return await _page(parts, shown.token, asked.get("cursor"), limit=int(limit))


async def _page(parts: Parts, token: str, cursor: str | None, *, limit: int) -> bytes:
    # Who was poked may be here before the disk has what they were poked about.
    await parts.database.caught_up()
    short = await glancing(
        parts, token, lambda tx, caller: short_pull(tx, caller, cursor=cursor, limit=limit)
    )
    if short is not None:
        return short.encode()
    whole = await reading(
        parts, token, lambda tx, caller: pull(tx, caller, cursor=cursor, limit=limit)
    )
    return whole.encode()


async def _push(parts: Parts, shown: _Shown, _scope: Scope, receive: Receive) -> bytes | None:
    if not 0 < shown.length <= MAX_BATCH_BYTES:
        return None
    body = await _body(receive)
    try:
        message = parsed(body, PushRequest)
    except Problem:
        # A stranger hears only that they are one.
        await authenticate(parts, shown.token)
        message = await read_batch(body)
    answer = await writing(parts, shown.token, lambda tx, caller: push(tx, caller, message))
    return answer.model_dump_json(exclude_none=True).encode()


async def _body(receive: Receive) -> bytes:
    """The body, which is as long as its header says: the server beneath us sees to that."""
    chunks: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


_WAYS = {routes.PULL: ("GET", _pull), routes.PUSH: ("POST", _push)}
