"""The guard in front of API v2: versions, keys and limits."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.helpers.fake_calcom.answers import failure
from tests.helpers.fake_calcom.limits import Guard
from tests.helpers.fake_calcom.world import World

# By the beginning of the path; every other family takes any version.
_VERSIONS = {
    "/v2/bookings": ("2024-08-13",),
    "/v2/slots": ("2024-09-04",),
    "/v2/event-types": ("2024-06-14",),
    "/v2/schedules": ("2024-06-11", "2024-06-14"),
}
_PUBLIC = ("/v2/slots",)


class Guarded:
    """Middleware: the version of the family, the key, and the limits, in the real order."""

    def __init__(self, app: ASGIApp, world: World, guard: Guard) -> None:
        self._app = app
        self._world = world
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, if it may pass."""
        if scope["type"] != "http" or not scope["path"].startswith("/v2"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        passes, headers = self._guard.admit(token)
        refusal = self._refusal(request, token, passes=passes)
        if refusal is not None:
            refusal.headers.update(headers)
            await refusal(scope, receive, send)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                named = [(k.lower().encode(), v.encode()) for k, v in headers.items()]
                message = {**message, "headers": [*message["headers"], *named]}
            await send(message)

        scope["user_id"] = self._world.keys.get(token)
        await self._app(scope, receive, with_headers)

    def _refusal(self, request: Request, token: str, *, passes: bool) -> Response | None:
        if not passes:
            return failure(request, 429, "ThrottlerException: Too Many Requests")
        path = request.url.path
        for beginning, versions in _VERSIONS.items():
            is_of_it = path.startswith(beginning) and "webhooks" not in path
            if is_of_it and request.headers.get("cal-api-version") not in versions:
                return failure(request, 404, f"Cannot {request.method} /api{path}")
        if token not in self._world.keys and not path.startswith(_PUBLIC):
            return failure(request, 401, "Invalid API Key")
        return None
