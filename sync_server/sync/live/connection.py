"""One connected device: who it is, what it wants to hear, and what waits for it.

Plain ASGI, and one task for each connection: a team's desks are open all day and mostly silent,
so what an idle one costs is what a thousand of them cost.
"""

import asyncio
import secrets
from collections import deque
from contextlib import suppress
from time import monotonic

from starlette.types import Receive, Send

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
    """A live connection whose first message has been read; made in the task that serves it."""

    __slots__ = (
        "_code",
        "_outgoing",
        "_send",
        "_sending",
        "_since",
        "_task",
        "_waiting",
        "caller",
        "heard",
        "id",
        "name",
        "number",
        "sight",
        "sight_of",
        "token",
        "watched",
    )

    def __init__(self, send: Send, caller: Caller, *, token: str) -> None:
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
        self._send = send
        self._outgoing: deque[str] = deque()
        self._waiting = 0
        self._sending: asyncio.Future[None] | None = None
        self._since: float | None = None
        self._code: int | None = None
        self._task = asyncio.current_task()

    @property
    def code(self) -> int | None:
        """Why we end the connection, None as long as we do not."""
        return self._code

    @property
    def is_stalled(self) -> bool:
        """Whether the client has not taken a message for too long."""
        return self._since is not None and monotonic() - self._since > SEND_SECONDS

    def offer(self, text: str) -> None:
        """Send when the client reads; a client that does not read is cut off."""
        if self._code is not None:
            return
        self._waiting += len(text)
        if self._waiting > BACKLOG:
            self.end(live.CLOSE_TOO_SLOW)
            return
        self._outgoing.append(text)
        if self._sending is None:
            self._sending = asyncio.ensure_future(self._send_all())

    def end(self, code: int) -> None:
        """Close as soon as the event loop comes to it; the first reason counts."""
        if self._code is None and self._task is not None:
            self._code = code
            self._outgoing.clear()
            self._task.cancel()

    async def finish(self) -> None:
        """Send nothing more; what was begun is given up."""
        task, self._task = self._task, None
        self._outgoing.clear()
        if task is not None and task.cancelling():
            # We were to end for two reasons at once: what is left of the second one goes here.
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
            task.uncancel()
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait({self._sending})

    async def _send_all(self) -> None:
        try:
            while self._outgoing:
                text = self._outgoing.popleft()
                self._since = monotonic()
                await self._send({"type": "websocket.send", "text": text})
                self._waiting -= len(text)
        except OSError:
            self.end(CLOSE_SILENT)
        finally:
            self._sending = self._since = None


async def text_of_next(receive: Receive) -> str:
    """The next message of the client; binary ones and giants are not understood."""
    message = await receive()
    if message["type"] == "websocket.disconnect":
        raise Closed(int(message.get("code") or CLOSE_SILENT))
    text = message.get("text")
    if not isinstance(text, str):
        raise Closed(live.CLOSE_NOT_UNDERSTOOD)
    if len(text) > live.MAX_MESSAGE_BYTES:
        raise Closed(_CLOSE_TOO_BIG)
    return text


async def close(send: Send, code: int) -> None:
    """Say why it ends, to whoever still listens."""
    # Who hangs up or does not read can no longer be told why.
    with suppress(OSError, RuntimeError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await send({"type": "websocket.close", "code": code})
