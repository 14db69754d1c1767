"""A desk as `FaultDesk` that works by itself: it hears the server and exchanges when it should."""

import asyncio
from contextlib import suppress
from typing import Self, cast

from starlette.types import ASGIApp, Message, Scope
from typing_extensions import override
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from interview_desk.remote import HttpSyncApi, LiveSocket, Session
from interview_desk.services.sync import SyncService
from interview_desk.services.sync_state import SyncKind
from interview_desk.wire import routes
from tests.faults.desk import FaultDesk
from tests.faults.passing_time import LoopClock, PassingTime


class _Line:
    """A live connection to an application in this process, as the desk's own code holds it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._serving: asyncio.Future[None] | None = None
        self.is_open = False

    async def __aenter__(self) -> Self:
        self._said.put_nowait({"type": "websocket.connect"})
        scope: Scope = {
            "type": "websocket",
            "path": routes.LIVE,
            "headers": [(routes.PROTOCOL_HEADER.lower().encode(), b"1")],
        }
        self._serving = asyncio.ensure_future(self._serve(scope))
        await self._heard.get()
        return self

    async def _serve(self, scope: Scope) -> None:
        await self._app(scope, self._said.get, self._tell)

    async def _tell(self, message: Message) -> None:
        self._heard.put_nowait(message)

    async def __aexit__(self, *failure: object) -> None:
        self.is_open = False
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1000})
        assert self._serving is not None
        await asyncio.wait({self._serving})

    async def send(self, text: str) -> None:
        self._said.put_nowait({"type": "websocket.receive", "text": text})

    async def recv(self, *, decode: bool) -> str:
        assert decode
        message = await self._heard.get()
        if message["type"] == "websocket.close":
            self.is_open = False
            raise ConnectionClosedError(Close(message["code"], ""), None, rcvd_then_sent=True)
        self.is_open = True
        return str(message["text"])


class _InHouseSocket(LiveSocket):
    """The real one over such a line."""

    def __init__(self, session: Session, app: ASGIApp) -> None:
        super().__init__(session)
        self._app = app
        self.line: _Line | None = None

    @override
    async def _connected(self) -> connect:
        self.line = _Line(self._app)
        return cast("connect", self.line)


class ListeningDesk(FaultDesk):
    """One person's desk, left to itself from `begin` to `close`."""

    def listen(self, app: ASGIApp, loop: PassingTime) -> None:
        """Exchange and listen from now on."""
        self._socket = _InHouseSocket(self.session, app)
        self.sync = SyncService(
            self.store,
            HttpSyncApi(self.session),
            self._socket,
            LoopClock(loop),
            jitter=lambda: 0.5,
            counting=loop.time,
        )
        self._running = asyncio.ensure_future(self.sync.run())

    @property
    def hears(self) -> bool:
        """Whether it has exchanged everything and would be told of more."""
        line = self._socket.line
        return line is not None and line.is_open and self.sync.state.kind is SyncKind.SYNCED

    @override
    async def close(self) -> None:
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        await super().close()
