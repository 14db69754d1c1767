"""How a floor is served: the same HTTP and sockets as ours, and nothing of ours."""

import asyncio
from typing import Any

import uvicorn
import uvloop


def serve(app: Any, *, ping_seconds: float | None = None) -> None:
    """Serve an ASGI application on a free port of loopback, which is printed, until it is ended."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(app, ping_seconds))


async def _serve(app: Any, ping_seconds: float | None) -> None:
    config = uvicorn.Config(
        app,
        port=0,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=ping_seconds,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    address = server.servers[0].sockets[0].getsockname()
    print(f"listening on http://127.0.0.1:{address[1]}", flush=True)
    await server.main_loop()
    await server.shutdown()
