"""An upper bound for every request's body, whatever its headers claim."""

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync_server.infra.problems import TooLarge

# Above every limit that a single endpoint sets for itself.
LARGEST_BODY = 17 * 1024 * 1024


class BoundedBodies:
    """Stops reading a request that is too large, and answers 413 in the endpoint's place."""

    def __init__(self, app: ASGIApp, limit: int = LARGEST_BODY) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        claimed = Headers(scope=scope).get("content-length", "0")
        if claimed.isdigit() and int(claimed) > self._limit:
            await _refuse(scope, receive, send)
            return
        await _Bounded(self._app, self._limit).serve(scope, receive, send)


class _Bounded:
    """One request whose bytes are counted as they come."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._left = limit
        self._answered = False

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> Message:
            message = await receive()
            self._left -= len(message.get("body", b""))
            # To the endpoint it looks as if the sender had hung up.
            return message if self._left >= 0 else {"type": "http.disconnect"}

        async def answered(message: Message) -> None:
            if self._left >= 0:
                await send(message)
            elif not self._answered:
                self._answered = True
                await _refuse(scope, receive, send)

        try:
            await self._app(scope, counted, answered)
        except ClientDisconnect:
            if self._left >= 0:
                raise
            if not self._answered:
                await _refuse(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    response = TooLarge().response()
    # What the sender still has to say is not read.
    response.headers["connection"] = "close"
    await response(scope, receive, send)
