"""The live connection: word of news and of others' typing, the moment it happens."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from interview_desk.domain.values import Json
from interview_desk.remote.note_updates import is_readable
from interview_desk.remote.session import Session
from interview_desk.services.exchange import (
    LiveMessage,
    LiveNote,
    LivePresence,
    Poke,
    Present,
    SequencedUpdate,
)
from interview_desk.services.server_errors import (
    EpochChangedError,
    NotPairedError,
    ProtocolTooOldError,
    ServerUnreachableError,
)
from interview_desk.wire import live, notes, routes

_PATIENCE: Final = 10.0
_LARGEST_MESSAGE: Final = 2 * 1024 * 1024
# A caret moves with every key; others need not see each step of it.
_TELL_EVERY: Final = 0.1


class LiveSocket:
    """The `LiveFeed` port over a WebSocket."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._watched: tuple[str, ...] = ()
        self._told: tuple[str, ...] = ()
        self._places: dict[str, live.Present] = {}
        self._untold: dict[str, live.Present] = {}
        self._news = asyncio.Event()

    def watch(self, docs: Sequence[str]) -> None:
        """Receive note updates of these documents from now on, and of no others.

        Of more than the server listens to for one connection, those at the end: what was opened
        last is being read. Of the others a poke tells, and they are pulled.
        """
        self._watched = tuple(docs)[-live.MAX_WATCHED_DOCS :]
        self._news.set()

    def enter(self, interview_id: str, stage: str | None, cursor: Json) -> None:
        """Be seen in a stage from now on, also after the connection was lost and is back."""
        said = {"interview": interview_id, "stage": stage, "cursor": cursor}
        place = live.Present.model_validate(said)
        self._places[interview_id] = self._untold[interview_id] = place
        self._news.set()

    def leave(self, interview_id: str) -> None:
        """Not be seen in the interview any more."""
        if self._places.pop(interview_id, None) is not None:
            self._untold[interview_id] = live.Present(interview=interview_id, here=False)
            self._news.set()

    async def messages(
        self, *, cursor: str | None, epoch: str | None, docs: Sequence[str]
    ) -> AsyncGenerator[LiveMessage, None]:
        """What happens from now on; ends or raises a `DeskError` when the connection does."""
        self.watch(docs)
        token = await self._session.access_token()
        self._told = self._watched
        hello = live.Hello(token=token, cursor=cursor, docs=list(self._told), epoch=epoch)
        try:
            async with await self._connected() as connection:
                await connection.send(hello.model_dump_json())
                self._untold = dict(self._places)
                self._news.set()
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
        telling = asyncio.ensure_future(self._keep_telling(connection))
        try:
            while True:
                text = await connection.recv(decode=True)
                message = await self._understood(connection, text)
                if message is not None:
                    yield message
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await telling

    async def _keep_telling(self, connection: ClientConnection) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            if self._told != self._watched:
                self._told = self._watched
                await connection.send(live.Watch(docs=list(self._told)).model_dump_json())
            untold, self._untold = self._untold, {}
            for place in untold.values():
                await connection.send(place.model_dump_json())
            await asyncio.sleep(_TELL_EVERY)

    async def _understood(self, connection: ClientConnection, text: str) -> LiveMessage | None:
        try:
            message = live.from_server.validate_json(text)
        except ValidationError:
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
                return _presence(message)
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
    if not is_readable(update):
        return None
    by, at = message.by, message.at
    return LiveNote(message.doc, SequencedUpdate(message.seq, update, by, at))


def _presence(message: live.Presence) -> LivePresence:
    members = tuple(
        Present(member.device_id, member.member_id, member.name, member.cursor)
        for member in message.members
    )
    return LivePresence(message.interview, message.stage, members)
