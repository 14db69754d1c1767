"""What every answer of API v2 has in common."""

from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.helpers.fake_calcom.acting import RefusedError
from tests.helpers.fake_calcom.world import World


def ok(data: Any, status: int = 200, **more: Any) -> JSONResponse:
    """An answer with data."""
    return JSONResponse({"status": "success", "data": data, **more}, status)


def failure(request: Request, status: int, message: str) -> JSONResponse:
    """An answer with an error, in the shape of the real API."""
    code = {400: "BadRequestException", 401: "UnauthorizedException", 403: "ForbiddenException"}
    known = {404: "NotFoundException", 409: "ConflictException", 429: "ThrottlerException"}
    error = {
        "code": {**code, **known}.get(status, "HttpException"),
        "message": message,
        "details": {"message": message, "error": "", "statusCode": status},
    }
    return JSONResponse(
        {"status": "error", "timestamp": "", "path": request.url.path, "error": error}, status
    )


def instant(text: str) -> datetime:
    """An instant as a request names it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(400, f"{text} must be a valid ISO 8601 date string") from error
    if found.tzinfo is None:
        raise RefusedError(400, f"{text} must be in UTC")
    return found


async def body_of(request: Request) -> dict[str, Any]:
    """The body, which may be missing."""
    found = await request.json() if await request.body() else {}
    return dict(found)


def check_organization(world: World, organization_id: int) -> None:
    """Refuse who is not a member."""
    if organization_id != world.organization:
        raise RefusedError(403, "User is not a member of the organization")


async def refused(request: Request, error: Exception) -> Response:
    """The error shape of the real API."""
    if isinstance(error, RefusedError):
        return failure(request, error.status, error.message)
    status = error.status_code if isinstance(error, HTTPException) else 500
    return failure(request, status, f"Cannot {request.method} /api{request.url.path}")


def add_errors(app: Starlette) -> None:
    """Have every error answered in that shape."""
    for kind in (RefusedError, HTTPException):
        app.add_exception_handler(kind, refused)
