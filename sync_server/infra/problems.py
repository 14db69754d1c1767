"""Expected failures of a call, answered as RFC 9457 problem documents."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from interview_desk.wire.problems import PROBLEM_TYPE, Code

_RETRY_SECONDS = 5


class Problem(Exception):  # noqa: N818  - the word of RFC 9457, and of the client
    """A call that cannot be done as asked; its text is read by people and never holds a secret.

    `members` are extra members of the document, such as `last_n`.
    """

    status: ClassVar[int] = HTTPStatus.INTERNAL_SERVER_ERROR
    code: ClassVar[str] = Code.INTERNAL
    title: ClassVar[str] = "Something went wrong on the server."

    def __init__(
        self,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: list[dict[str, str]] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = errors
        self.members = members

    def document(self) -> dict[str, Any]:
        """The problem document."""
        document: dict[str, Any] = {
            "type": f"urn:interview-desk:problem:{self.code}",
            "title": self.title,
            "status": int(self.status),
            "detail": self.detail or self.title,
            "code": str(self.code),
            **self.members,
        }
        if self.errors is not None:
            document["errors"] = self.errors
        return document

    def response(self) -> Response:
        """The answer that carries the document."""
        return JSONResponse(
            self.document(),
            status_code=int(self.status),
            headers=self.headers,
            media_type=PROBLEM_TYPE,
        )


class NotFound(Problem):
    """There is no such thing, or the caller may not see it."""

    status = HTTPStatus.NOT_FOUND
    code = Code.NOT_FOUND
    title = "There is no such thing here."


class Forbidden(Problem):
    """The caller may see it but not do this with it."""

    status = HTTPStatus.FORBIDDEN
    code = Code.FORBIDDEN
    title = "You may not do this."


class InvalidRequest(Problem):
    """The request is not of the agreed shape."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = Code.INVALID_REQUEST
    title = "The request is not of the agreed shape."


class TooLarge(Problem):
    """The request has more bytes than the server is willing to read."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = Code.TOO_LARGE
    title = "The request is too large."


class Unavailable(Problem):
    """The server cannot do it now; the same call may succeed in a moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = Code.UNAVAILABLE
    title = "The server cannot do this now. Try again in a moment."

    def __init__(self, detail: str | None = None, *, retry_after: int = _RETRY_SECONDS) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class _MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = Code.METHOD_NOT_ALLOWED
    title = "This address does not take that method."


_BY_STATUS: Mapping[int, type[Problem]] = {
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.METHOD_NOT_ALLOWED: _MethodNotAllowed,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge,
}


def problem_of_validation(
    error: RequestValidationError | WebSocketRequestValidationError,
) -> Problem:
    """What is wrong with a request and where, without repeating what was sent."""
    return InvalidRequest(
        errors=[
            {
                "path": ".".join(str(part) for part in found["loc"]),
                "detail": str(found["msg"]),
                "code": str(found["type"]),
            }
            for found in error.errors()
        ]
    )


def _problem_of(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case RequestValidationError() | WebSocketRequestValidationError():
            return problem_of_validation(error)
        case HTTPException():
            return _BY_STATUS.get(error.status_code, InvalidRequest)(headers=error.headers)
        case ClientDisconnect():
            # Nobody reads this, and it is no fault of the server: their network was cut.
            return InvalidRequest("The connection ended before the request did.")
        case DataError():
            # PostgreSQL keeps no NUL in a text and no number beyond its column.
            return InvalidRequest("A value of the request cannot be kept.")
        case _:
            return Problem()


async def _answer(connection: Request | WebSocket, error: Exception) -> Response | None:
    response = _problem_of(error).response()
    if isinstance(connection, WebSocket):
        await connection.send_denial_response(response)
        return None
    return response


def answer_problems(app: FastAPI) -> None:
    """Make `app` answer every failure with a problem document, bugs included."""
    for kind in (
        Problem,
        RequestValidationError,
        WebSocketRequestValidationError,
        HTTPException,
        DataError,
        ClientDisconnect,
        Exception,
    ):
        app.add_exception_handler(kind, _answer)  # type: ignore[arg-type]  # one handler for both kinds of connection
