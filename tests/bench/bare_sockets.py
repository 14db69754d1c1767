"""The least a live server can be: accepts, waits, and says one thing to all who are there."""

from typing import Any

from tests.bench.bare_server import serve

SAID = '{"type":"poke","seq":123456}'


class Bare:
    """An ASGI application without anything of ours; any HTTP request has it speak."""

    def __init__(self) -> None:
        self._here: set[Any] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._hold(receive, send)
        elif scope["type"] == "http":
            for one in tuple(self._here):
                await one({"type": "websocket.send", "text": SAID})
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    async def _hold(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        await send({"type": "websocket.send", "text": SAID})
        self._here.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._here.discard(send)


if __name__ == "__main__":
    # Who has gone must be noticed here as well.
    serve(Bare(), ping_seconds=20.0)
