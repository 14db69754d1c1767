"""The live connection: pokes, notes as they are typed, and who is there.

Nothing that travels here is the truth. A client that misses something pulls it, so a reader that
cannot keep up is cut off rather than waited for.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import APIRouter, Depends, WebSocket
from pydantic import ValidationError

from interview_desk.wire import live, routes
from sync_server.auth.caller import Caller, authenticate
from sync_server.auth.errors import DeviceRevoked, Unauthorized
from sync_server.auth.service import callers
from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts, parts
from sync_server.infra.problems import Problem
from sync_server.sync.connection import Closed, Connection, close, text_of_next
from sync_server.sync.counter import Position, position
from sync_server.sync.hub import Hub
from sync_server.sync.read import read_record

router = APIRouter()

HELLO_SECONDS = 10.0
_CLOSE_LATER = 1013


@router.websocket(routes.LIVE)
async def live_connection(socket: WebSocket, parts: Annotated[Parts, Depends(parts)]) -> None:
    """Tell one device what happens, until it goes or is sent away."""
    await socket.accept()
    try:
        code = await _served(socket, parts)
    except Closed as closed:
        code = closed.code
    except DatabaseUnavailable:
        code = _CLOSE_LATER
    await close(socket, code)


async def _served(socket: WebSocket, parts: Parts) -> int:
    hello = await _hello(socket)
    hub = hub_of(socket, parts)
    connection = Connection(socket, await _caller(parts, hello.token), token=hello.token)
    # Listening begins before the first look, so that nothing falls between them.
    with hub.joined(connection):
        await _admit(parts, connection, hello)
        hub.watch(connection, _watched(hello.docs))
        listening = asyncio.ensure_future(_listen(socket, hub, connection))
        return await connection.until_ended(listening)


def hub_of(socket: WebSocket, parts: Parts) -> Hub:
    """The hub of all live connections of this server."""
    state = socket.app.state
    if not hasattr(state, "hub"):
        state.hub = Hub(parts)
    return cast("Hub", state.hub)


async def _hello(socket: WebSocket) -> live.Hello:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            return live.Hello.model_validate_json(await text_of_next(socket))
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


async def _listen(socket: WebSocket, hub: Hub, connection: Connection) -> None:
    async for message in _messages(socket):
        connection.heard = True
        match message:
            case live.Watch(docs=docs):
                hub.watch(connection, _watched(docs))
            case live.Present():
                # Being seen can wait until the database is back.
                with suppress(DatabaseUnavailable):
                    await hub.present(connection, message)
            case live.Pong():
                pass


async def _messages(socket: WebSocket) -> AsyncIterator[live.FromClient]:
    while True:
        text = await text_of_next(socket)
        # What a newer client adds is not for us.
        with suppress(ValidationError):
            yield live.from_client.validate_json(text)
