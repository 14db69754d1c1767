"""`/metrics`: how the server does, in numbers that say nothing about anybody."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_desk.wire import routes
from sync_server.followups.counting import mail_count_of
from sync_server.infra.database import DatabaseUnavailable
from sync_server.infra.parts import Parts, parts
from sync_server.infra.tally import (
    CALCOM_CALLS,
    CONNECTIONS,
    FOUND_MISSING,
    MAIL_TRIES,
    OTHER,
    REQUESTS,
    WEBHOOKS,
    Labels,
)
from sync_server.operations.numbers import Stored, inbox_of

router = APIRouter(tags=["operations"])

_COUNTED = (REQUESTS, WEBHOOKS, CALCOM_CALLS, MAIL_TRIES, FOUND_MISSING, CONNECTIONS)
# Answered before the router has named their route.
_KNOWN = frozenset({routes.PUSH, routes.PULL})


class CountedRequests:
    """Middleware that counts what was asked and how it was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def noticing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        finally:
            tally = scope["app"].state.parts.tally
            tally.count_request(scope["method"], _path(scope), status)


def _path(scope: Scope) -> str:
    """The path as we have written it, never as it was asked: that holds ids."""
    written = getattr(scope.get("route"), "path", None)
    if written is None and scope["path"] in _KNOWN:
        written = scope["path"]
    return str(written or OTHER)


@router.get(routes.METRICS, response_class=Response)
async def metrics(parts: Annotated[Parts, Depends(parts)]) -> Response:
    """All numbers, as Prometheus reads them; what is stored only while the database is there."""
    mails = mail_count_of(parts.database)
    try:
        stored = await parts.database.read(lambda tx: Stored(inbox_of(tx), mails.by_state(tx)))
    except DatabaseUnavailable:
        stored = None
    counted = {name: parts.tally.of(name) for name in _COUNTED}
    content, media_type = await asyncio.to_thread(_page, counted, stored)
    return Response(content, media_type=media_type)


def _page(counted: Mapping[str, Mapping[Labels, int]], stored: Stored | None) -> tuple[bytes, str]:
    # Takes a tenth of a second and some megabytes: only where somebody looks.
    from sync_server.operations.exposition import page

    return page(counted, stored)
