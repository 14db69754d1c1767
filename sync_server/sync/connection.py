"""One connected device: who it is, what it wants to hear, and what waits for it."""

import asyncio
import secrets
from contextlib import suppress

from fastapi import WebSocket, WebSocketDisconnect

from interview_desk.wire import live
from sync_server.auth.caller import Caller

SEND_SECONDS = 10.0
# Who does not read may still come to: the reason waits that long for them.
CLOSE_SECONDS = 30.0
# What may wait for a slow reader, in characters, before pulling serves them better.
BACKLOG = 4 * 1024 * 1024
CLOSE_SILENT = 1001
_CLOSE_TOO_BIG = 1009


class Closed(Exception):  # noqa: N818  - a signal inside the live connection
    """The connection is to end with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Connection:
    """A live connection whose first message has been read."""

    def __init__(self, socket: WebSocket, caller: Caller, *, token: str) -> None:
        self.number = secrets.randbits(64)
        self.id = f"{self.number:016x}"
        self.caller = caller
        self.token = token
        self.name = ""
        self.watched: frozenset[str] = frozenset()
        # Which interviews the caller sees, as long as `sight_of` is the hub's present count.
        self.sight: dict[str, bool] = {}
        self.sight_of = -1
        self.heard = True
        self._socket = socket
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._waiting = 0
        self._code = CLOSE_SILENT
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def offer(self, text: str) -> None:
        """Send when the client reads; a client that does not read is cut off."""
        self._waiting += len(text)
        if self._waiting > BACKLOG:
            self.end(live.CLOSE_TOO_SLOW)
        else:
            self._outgoing.put_nowait(text)

    def end(self, code: int) -> None:
        """Close as soon as the event loop comes to it; the first reason counts."""
        if not self._ended.done():
            self._code = code
            self._ended.set_result(None)

    async def until_ended(self, listening: "asyncio.Future[None]") -> int:
        """Send what is offered until one side has had enough; the code to close with."""
        sending = asyncio.ensure_future(self._send())
        works = {listening, sending}
        try:
            await asyncio.wait({*works, self._ended}, return_when=asyncio.FIRST_COMPLETED)
            if self._ended.done():
                return self._code
            return next(_code(work) for work in works if work.done())
        finally:
            for work in works:
                work.cancel()
            await asyncio.wait(works)
            # What still waits is not for somebody who is sent away.
            self._outgoing = asyncio.Queue()

    async def _send(self) -> None:
        while True:
            text = await self._outgoing.get()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._socket.send_text(text)
            except TimeoutError as error:
                raise Closed(live.CLOSE_TOO_SLOW) from error
            except WebSocketDisconnect as error:
                raise Closed(CLOSE_SILENT) from error
            self._waiting -= len(text)


def _code(work: "asyncio.Future[None]") -> int:
    failure = work.exception()
    if isinstance(failure, Closed):
        return failure.code
    raise failure or AssertionError("neither sending nor listening has an end of its own")


async def text_of_next(socket: WebSocket) -> str:
    """The next message of the client; binary ones and giants are not understood."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise Closed(int(message.get("code") or CLOSE_SILENT))
    text = message.get("text")
    if not isinstance(text, str):
        raise Closed(live.CLOSE_NOT_UNDERSTOOD)
    if len(text) > live.MAX_MESSAGE_BYTES:
        raise Closed(_CLOSE_TOO_BIG)
    return text


async def close(socket: WebSocket, code: int) -> None:
    """Say why it ends, to whoever still listens."""
    # Who hangs up or does not read can no longer be told why.
    with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(code)
