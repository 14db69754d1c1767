"""Reading a body no further than it is worth."""

from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from interview_desk.wire.model import WireModel
from sync_server.infra.problems import TooLarge, problem_of_validation
from sync_server.sync.problems import BatchTooLarge

# A little too much is read to its end, so that the sender hears why; nothing of it is kept.
_PATIENCE = 4

T = TypeVar("T", bound=WireModel)


async def read_message(request: Request, model: type[T], *, limit: int) -> T:
    """The body as a `model`; BatchTooLarge as soon as it passes `limit` bytes."""
    return parsed(await read_body(request, limit=limit, refusal=BatchTooLarge), model)


def parsed(body: bytes, model: type[T]) -> T:
    """The body as a `model`; InvalidRequest says what of it is not."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = RequestValidationError(error.errors(include_url=False))
        raise problem_of_validation(found) from error


async def read_body(request: Request, *, limit: int, refusal: type[TooLarge] = TooLarge) -> bytes:
    """The body; `refusal` as soon as it passes `limit` bytes by far, or at its end."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= limit:
            parts.append(part)
        elif size > limit * _PATIENCE:
            raise refusal(headers={"Connection": "close"})
    if size > limit:
        raise refusal
    return b"".join(parts)
