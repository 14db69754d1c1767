"""From what a server answers to what this program says: a model, or one of its own errors."""

from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from interview_desk.domain.errors import DeskError
from interview_desk.services.server_errors import (
    BatchTooLargeError,
    DeviceReusedError,
    EpochChangedError,
    MergedError,
    NotPairedError,
    PairingCodeInvalidError,
    ProtocolTooOldError,
    RefusedError,
    ResyncRequiredError,
    SequenceGapError,
    ServerBusyError,
    ServerUnreachableError,
    TooManyTriesError,
)
from interview_desk.wire.problems import PROBLEM_TYPE, Code, Problem

M = TypeVar("M", bound=BaseModel)

_DEFAULT_WAIT: Final = 5.0
_PLAIN: Final[dict[str, type[DeskError]]] = {
    Code.EPOCH_CHANGED: EpochChangedError,
    Code.RESYNC_REQUIRED: ResyncRequiredError,
    Code.DEVICE_REUSED: DeviceReusedError,
    Code.BATCH_TOO_LARGE: BatchTooLargeError,
    Code.DEVICE_REVOKED: NotPairedError,
    Code.REFRESH_TOKEN_INVALID: NotPairedError,
    Code.WRONG_DEVICE: NotPairedError,
    Code.PROTOCOL_UNSUPPORTED: ProtocolTooOldError,
    Code.PAIRING_CODE_INVALID: PairingCodeInvalidError,
}


def read_answer(response: httpx.Response, model: type[M]) -> M:
    """The answer as `model`; a problem document as the `DeskError` that it means.

    An answer that is neither (a captive portal's page, a proxy's error) did not come from our
    server: the server counts as unreachable.
    """
    if not response.is_success:
        raise error_of(response)
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise ServerUnreachableError from error


def error_of(response: httpx.Response) -> DeskError:
    """What an unsuccessful answer means."""
    problem = _problem_in(response)
    if problem is None:
        return ServerUnreachableError()
    if problem.code == Code.SEQUENCE_GAP:
        last_n = problem.member("last_n")
        return SequenceGapError(last_n if isinstance(last_n, int) else 0)
    into = problem.member("into")
    if problem.code == Code.MERGED and isinstance(into, str):
        return MergedError(into)
    if problem.code == Code.TOO_MANY_TRIES:
        return TooManyTriesError(_wait_of(response))
    plain = _PLAIN.get(problem.code)
    if plain is not None:
        return (
            plain()
            if plain.__init__ is not DeskError.__init__
            else plain(problem.detail or problem.title)
        )
    return _by_status(response, problem)


def code_of(response: httpx.Response) -> str:
    """The code of the problem document in an answer, or an empty text."""
    problem = _problem_in(response)
    return problem.code if problem else ""


def _by_status(response: httpx.Response, problem: Problem) -> DeskError:
    if response.status_code == httpx.codes.UNAUTHORIZED:
        return NotPairedError()
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        return ServerBusyError(_wait_of(response))
    sentence = problem.detail or problem.title or "The server refused this."
    return RefusedError(problem.code or str(response.status_code), sentence)


def _problem_in(response: httpx.Response) -> Problem | None:
    if not response.headers.get("content-type", "").startswith(PROBLEM_TYPE):
        return None
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        return None


def _wait_of(response: httpx.Response) -> float:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else _DEFAULT_WAIT
