"""The least a live server can be: accepts, waits, and says one thing to all who are there."""

import asyncio
from typing import Any

import uvicorn
import uvloop

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


async def main() -> None:
    config = uvicorn.Config(
        Bare(),
        port=0,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        # Who has gone must be noticed here as well.
        ws_ping_interval=20.0,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    print(
        f"listening on http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", flush=True
    )
    await server.main_loop()
    await server.shutdown()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
