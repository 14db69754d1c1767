"""Live connections to a server, as another program would hold them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from interview_desk.domain.ids import note_document_id
from interview_desk.wire import routes
from sync_server.sync.notes.note_log import Kept
from sync_server.sync.notes.taking import NoteAppended
from tests.helpers.server import WORKSPACE_ID
from tests.helpers.team import Laptop, Team


@dataclass
class Line:
    """One open live connection."""

    socket: ClientConnection

    async def next(self, kind: str) -> dict[str, Any]:
        """The next message of this kind; others are passed over."""
        while True:
            message: dict[str, Any] = json.loads(await self.socket.recv())
            if message["type"] == kind:
                return message

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def ended(self) -> int:
        """The code with which the server ends the connection."""
        with suppress(ConnectionClosed):
            async for _ in self.socket:
                pass
        assert self.socket.close_code is not None
        return self.socket.close_code


@dataclass
class LiveServer:
    """The server on a loopback port."""

    url: str

    @asynccontextmanager
    async def open(self, first: object) -> AsyncIterator[Line]:
        """A connection that has said `first`."""
        async with connect(self.url + routes.LIVE) as socket:
            await socket.send(first if isinstance(first, str | bytes) else json.dumps(first))
            yield Line(socket)

    @asynccontextmanager
    async def line(self, laptop: Laptop, *docs: str, **hello: Any) -> AsyncIterator[Line]:
        """A connection of `laptop` that was let in."""
        async with self.open({"token": laptop.token, "docs": [*docs], **hello}) as line:
            await line.next("poke")
            yield line


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[LiveServer]:
    """`app` on a loopback port, in this process."""
    config = uvicorn.Config(app, port=0, log_level="warning", ws="websockets-sansio")
    program = uvicorn.Server(config)
    config.load()
    program.lifespan = config.lifespan_class(config)
    await program.startup()
    port = program.servers[0].sockets[0].getsockname()[1]
    try:
        yield LiveServer(f"ws://127.0.0.1:{port}")
    finally:
        await program.shutdown()


def typed(team: Team, interview: str, seq: int, *, update: bytes = b"update") -> NoteAppended:
    """News of an update of the notes on `welcome`, as its writer publishes it."""
    kept = Kept(seq, update, team.parts.clock.now())
    return NoteAppended(WORKSPACE_ID, note_document_id(interview, "welcome"), interview, kept, None)
