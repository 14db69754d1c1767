"""The live connection: pokes, notes as they are typed, and who is there.

Nothing that travels here is the truth. A client that misses something pulls it, so a reader that
cannot keep up is cut off rather than waited for.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy.exc import DataError
from starlette.datastructures import State
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from interview_desk.wire import live, routes
from sync_server.auth.caller import Caller, authenticate, is_supported
from sync_server.auth.errors import DeviceRevoked, ProtocolUnsupported, Unauthorized
from sync_server.auth.service import callers
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.infra.problems import Problem
from sync_server.infra.tally import CONNECTIONS
from sync_server.sync.counter import Position, position
from sync_server.sync.live.connection import Closed, Connection, close, text_of_next
from sync_server.sync.live.hub import Hub
from sync_server.sync.read import read_record

HELLO_SECONDS = 10.0
_CLOSE_LATER = 1013
# What an idle client says all day.
_PONG = live.Pong()
_PONG_TEXT = _PONG.model_dump_json()


class LiveDoor:
    """Serves the live connections before the rest of the application is asked.

    Each layer that a connection has come through stays in memory for as long as it is open.
    `state` holds the server's parts once it is open.
    """

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "websocket" or scope["path"] != routes.LIVE:
            await self._app(scope, receive, send)
            return
        await receive()
        if not is_supported(HTTPConnection(scope)):
            socket = WebSocket(scope, receive, send)
            await socket.send_denial_response(ProtocolUnsupported().response())
            return
        await send({"type": "websocket.accept"})
        await close(send, await self._served(receive, send))

    async def _served(self, receive: Receive, send: Send) -> int:
        """Tell one device what happens, until it goes or is sent away; the code to end with."""
        parts: Parts = self._state.parts
        if self._hub is None:
            self._hub = Hub(parts)
        try:
            hello = await _hello(receive)
            connection = Connection(send, await _caller(parts, hello.token), token=hello.token)
            return await _heard(self._hub, parts, connection, receive=receive, hello=hello)
        except Closed as closed:
            return closed.code
        except DatabaseUnavailable:
            return _CLOSE_LATER


async def _heard(
    hub: Hub, parts: Parts, connection: Connection, *, receive: Receive, hello: live.Hello
) -> int:
    """Listen to the client until one side has had enough."""
    try:
        # Listening begins before the first look, so that nothing falls between them.
        with hub.joined(connection), parts.tally.holding(CONNECTIONS):
            await _admit(parts, connection, hello)
            hub.watch(connection, _watched(hello.docs))
            await _listen(receive, hub, connection)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if connection.code is None or task is None:
            raise
        task.uncancel()
        return connection.code
    finally:
        await connection.finish()
    raise AssertionError("listening has no end of its own")


async def _hello(receive: Receive) -> live.Hello:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            return live.Hello.model_validate_json(await text_of_next(receive))
    except (TimeoutError, ValidationError) as error:
        raise Closed(live.CLOSE_NOT_UNDERSTOOD) from error


async def _caller(parts: Parts, token: str) -> Caller:
    try:
        return await authenticate(parts, token)
    except DeviceRevoked as error:
        raise Closed(live.CLOSE_REVOKED) from error
    except Unauthorized as error:
        raise Closed(live.CLOSE_UNAUTHORIZED) from error


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where the server and the caller stand once the connection hears news."""

    position: Position
    name: str
    caller: Caller | Problem


async def _admit(parts: Parts, connection: Connection, hello: live.Hello) -> None:
    # What was announced before it listened comes to it with where the server stands then.
    await parts.database.caught_up()
    standing = await parts.database.read(lambda tx: _standing(tx, connection))
    if not isinstance(standing.caller, Caller):
        raise Closed(live.CLOSE_REVOKED)
    if hello.epoch is not None and hello.epoch != standing.position.epoch:
        raise Closed(live.CLOSE_EPOCH_CHANGED)
    connection.name = standing.name
    connection.offer(live.Poke(seq=standing.position.seq).model_dump_json())


def _standing(tx: Tx, connection: Connection) -> _Standing:
    caller = connection.caller
    member = read_record(tx, caller.workspace_id, "poblysh_team_members", caller.member_id)
    name = str(member.fields.get("name") or "") if member else ""
    # Asked again: what was revoked a moment ago was told to nobody yet.
    again = callers(tx, [connection.token])[connection.token]
    return _Standing(position(tx, caller.workspace_id), name, again)


def _watched(docs: list[str]) -> frozenset[str]:
    return frozenset(docs[: live.MAX_WATCHED_DOCS])


async def _listen(receive: Receive, hub: Hub, connection: Connection) -> None:
    async for message in _messages(receive):
        connection.heard = True
        match message:
            case live.Watch(docs=docs):
                hub.watch(connection, _watched(docs))
            case live.Present():
                # Being seen can wait until the database is back; and an interview whose name no
                # database takes is nobody's.
                with suppress(DatabaseUnavailable, DataError):
                    await hub.present(connection, message)
            case live.Pong():
                pass


async def _messages(receive: Receive) -> AsyncIterator[live.FromClient]:
    while True:
        text = await text_of_next(receive)
        if text == _PONG_TEXT:
            yield _PONG
            continue
        # What a newer client adds is not for us.
        with suppress(ValidationError):
            yield live.from_client.validate_json(text)
