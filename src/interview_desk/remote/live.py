"""The live connection: word of news and of others' typing, the moment it happens."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from interview_desk.remote.session import Session
from interview_desk.services.exchange import LiveMessage, LiveNote, Poke, SequencedUpdate
from interview_desk.services.server_errors import (
    EpochChangedError,
    NotPairedError,
    ProtocolTooOldError,
    ServerUnreachableError,
)
from interview_desk.wire import live, notes, routes

_PATIENCE: Final = 10.0
_LARGEST_MESSAGE: Final = 2 * 1024 * 1024


class LiveSocket:
    """The `LiveFeed` port over a WebSocket."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._watched: tuple[str, ...] = ()
        self._news = asyncio.Event()

    def watch(self, docs: Sequence[str]) -> None:
        """Receive note updates of exactly these documents from now on."""
        self._watched = tuple(docs)[: live.MAX_WATCHED_DOCS]
        self._news.set()

    async def messages(
        self, *, cursor: str | None, epoch: str | None, docs: Sequence[str]
    ) -> AsyncGenerator[LiveMessage, None]:
        """What happens from now on; ends or raises a `DeskError` when the connection does."""
        self.watch(docs)
        token = await self._session.access_token()
        hello = live.Hello(token=token, cursor=cursor, docs=list(self._watched), epoch=epoch)
        try:
            async with await self._connected() as connection:
                self._news.clear()
                await connection.send(hello.model_dump_json())
                async with aclosing(self._heard(connection)) as heard:
                    async for message in heard:
                        yield message
        except ConnectionClosed as closed:
            await self._explain(closed, token)
        except (OSError, TimeoutError, WebSocketException) as error:
            raise ServerUnreachableError from error

    async def _connected(self) -> connect:
        address = urlsplit(self._session.server)
        scheme = "wss" if address.scheme == "https" else "ws"
        return connect(
            f"{scheme}://{address.netloc}{address.path}{routes.LIVE}",
            ssl=await self._session.trust.context(),
            additional_headers={routes.PROTOCOL_HEADER: str(routes.PROTOCOL_MAX)},
            open_timeout=_PATIENCE,
            close_timeout=1,
            max_size=_LARGEST_MESSAGE,
            proxy=None,
        )

    async def _heard(self, connection: ClientConnection) -> AsyncGenerator[LiveMessage, None]:
        watching = asyncio.ensure_future(self._keep_watching(connection))
        try:
            while True:
                text = await connection.recv(decode=True)
                message = await self._understood(connection, text)
                if message is not None:
                    yield message
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await watching

    async def _keep_watching(self, connection: ClientConnection) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await connection.send(live.Watch(docs=list(self._watched)).model_dump_json())

    async def _understood(self, connection: ClientConnection, text: str) -> LiveMessage | None:
        try:
            message = live.from_server.validate_python(json.loads(text))
        except (ValidationError, ValueError):
            # A newer server says more than this program understands.
            return None
        match message:
            case live.Poke():
                return Poke(message.seq)
            case live.LiveNote():
                return _note(message)
            case live.Ping():
                await connection.send(live.Pong().model_dump_json())
            case live.Presence():
                pass
        return None

    async def _explain(self, closed: ConnectionClosed, token: str) -> None:
        code = closed.rcvd.code if closed.rcvd else None
        if code == live.CLOSE_UNAUTHORIZED:
            await self._session.renewed(token)
        elif code == live.CLOSE_REVOKED:
            raise NotPairedError from closed
        elif code == live.CLOSE_EPOCH_CHANGED:
            raise EpochChangedError from closed
        elif code == live.CLOSE_PROTOCOL:
            raise ProtocolTooOldError from closed


def _note(message: live.LiveNote) -> LiveMessage | None:
    try:
        update = notes.decode_update(message.update)
    except ValueError:
        return None
    return LiveNote(message.doc, SequencedUpdate(message.seq, update))
