"""`python -m tests.helpers.fake_calcom [--port N] [--seed N]`: says where it listens."""

import argparse
import asyncio
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.helpers.fake_calcom.answers import add_errors
from tests.helpers.fake_calcom.api import api_routes
from tests.helpers.fake_calcom.deliveries import Deliveries, TellingFirst
from tests.helpers.fake_calcom.door import Door
from tests.helpers.fake_calcom.faults import Faults, Faulty
from tests.helpers.fake_calcom.guarded import Guarded
from tests.helpers.fake_calcom.limits import Guard
from tests.helpers.fake_calcom.world import World


def application(seed: int) -> ASGIApp:
    """A Cal.com in which nothing has happened yet."""
    world, guard = World(seed), Guard()
    faults, deliveries = Faults(world.random), Deliveries(world)
    routes = [
        *api_routes(world, deliveries),
        *Door(world, guard, faults, deliveries).routes(),
    ]
    app = Starlette(routes=routes)
    add_errors(app)
    return Faulty(TellingFirst(Guarded(app, world, guard), deliveries), faults)


class Beginning:
    """Serves one Cal.com after the other: `POST /control/reset` begins anew."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._app = application(seed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["path"] == "/control/reset":
            self._app = application(self._seed)
            await Response()(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _serve(port: int, seed: int) -> None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(256)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(Beginning(seed), lifespan="off", log_level="critical", access_log=False)
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="fake_calcom")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    asyncio.run(_serve(asked.port, asked.seed))
