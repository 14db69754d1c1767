"""The server as one ASGI application."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from sync_server.accounts import endpoints as accounts
from sync_server.auth.caller import supported_protocol
from sync_server.bookings import tasks as bookings
from sync_server.bookings.media import endpoints as media
from sync_server.bookings.reconciling import tasks as reconciling
from sync_server.bookings.requests import tasks as requests
from sync_server.calcom import reservation_endpoints as reservations
from sync_server.calcom.availability import endpoints as availability
from sync_server.calcom.availability.service import let_go
from sync_server.calcom.connection import endpoints as connection
from sync_server.calcom.described import webhook_paths
from sync_server.calcom.endpoints import CalcomWebhooks
from sync_server.evaluation import tasks as evaluation
from sync_server.followups import endpoints as follow_up_endpoints
from sync_server.followups import tasks as follow_ups
from sync_server.infra.bodies import BoundedBodies
from sync_server.infra.clock import Clock
from sync_server.infra.parts import Parts
from sync_server.infra.problems import answer_problems
from sync_server.operations import erasures, health, housekeeping, metrics
from sync_server.operations.control import listening_for_commands
from sync_server.operations.inbox import endpoints as inbox
from sync_server.operations.opening import opened
from sync_server.operations.workers import Worker, working
from sync_server.settings import Settings
from sync_server.sync import endpoints as sync
from sync_server.sync.door import SyncDoor
from sync_server.sync.feed import warming
from sync_server.sync.live import replicas
from sync_server.sync.live.door import LiveDoor
from sync_server.sync.notes import compaction
from sync_server.work.shifts import shared

# Spoken to by our own clients, in a version of the protocol.
_OURS = (
    accounts.router,
    availability.router,
    connection.router,
    inbox.router,
    media.router,
    reservations.router,
    sync.router,
)
_OTHERS = (health.router, metrics.router, follow_up_endpoints.router)

WORKERS: Mapping[str, Worker] = {
    "bookings": shared("bookings", bookings.run),
    "requests": shared("requests", requests.run),
    "reconcile": shared("reconcile", reconciling.run),
    "evaluation": shared("evaluation", evaluation.run),
    "follow-ups": shared("follow-ups", follow_ups.move_on),
    # Each mail is taken by one server, so all of them may carry.
    "mail": follow_ups.carry,
    "mail-news": shared("mail-news", follow_ups.ask),
    "notes": shared("notes", compaction.run),
    "replicas": replicas.run,
    "retention": shared("retention", housekeeping.run),
    "erasures": shared("erasures", erasures.run),
    # Each server keeps its own in memory.
    "copies": warming.run,
}


class _Server(FastAPI):
    """The application, with the doors for webhooks and live before every other layer of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._door = LiveDoor(CalcomWebhooks(super().__call__, self.state), self.state)

    @override
    def openapi(self) -> dict[str, Any]:
        described = super().openapi()
        return {**described, "paths": {**described["paths"], **webhook_paths()}}

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._door(scope, receive, send)


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    server_url: str | None = None,
    certificate_pin: str | None = None,
) -> FastAPI:
    """A server that opens its database when it starts and closes it when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            opened(
                settings, clock=clock, server_url=server_url, certificate_pin=certificate_pin
            ) as parts,
            serving(app, parts),
        ):
            yield

    return _assembled(lifespan)


def app_on(parts: Parts) -> FastAPI:
    """A server on parts that somebody else opens and closes; without workers."""
    app = _assembled(None)
    app.state.parts = parts
    return app


@asynccontextmanager
async def serving(app: FastAPI, parts: Parts) -> AsyncIterator[None]:
    """Let `app` answer with `parts`, and do the background work meanwhile."""
    app.state.parts = parts
    try:
        async with working(parts, WORKERS), listening_for_commands(parts):
            yield
    finally:
        await let_go(parts)


def _assembled(lifespan: Any) -> FastAPI:
    app = _Server(
        title="Interview Desk",
        version=version("interview-desk"),
        lifespan=lifespan,
        # The interactive pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    answer_problems(app)
    app.add_middleware(BoundedBodies)
    app.add_middleware(SyncDoor)
    app.add_middleware(metrics.CountedRequests)
    for router in _OURS:
        app.include_router(router, dependencies=[Depends(supported_protocol)])
    for router in _OTHERS:
        app.include_router(router)
    return app
