"""From what a server answers to what this program says: a model, or one of its own errors."""

from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from interview_desk.domain.errors import DeskError
from interview_desk.services.server_errors import (
    BatchTooLargeError,
    CalcomAwayError,
    CaptivePortalError,
    DeviceReusedError,
    EpochChangedError,
    MergedError,
    NotPairedError,
    NotUnderstoodError,
    PairingCodeInvalidError,
    ProtocolTooOldError,
    RefusedError,
    ResyncRequiredError,
    SequenceGapError,
    ServerBusyError,
    ServerTooOldError,
    ServerUnreachableError,
    TooManyTriesError,
)
from interview_desk.wire import routes
from interview_desk.wire.model import MAX_COUNT
from interview_desk.wire.problems import PROBLEM_TYPE, Code, Problem

M = TypeVar("M", bound=BaseModel)

_DEFAULT_WAIT: Final = 5.0
# Whatever a server asks for: a desk that is silent for a day helps nobody.
_LONGEST_WAIT: Final = 3600.0
_SIGN_IN_TO_THE_NETWORK: Final = 511
_PAGE_TYPES: Final = ("text/html", "application/xhtml")
_PLAIN: Final[dict[str, type[DeskError]]] = {
    Code.EPOCH_CHANGED: EpochChangedError,
    Code.RESYNC_REQUIRED: ResyncRequiredError,
    Code.DEVICE_REUSED: DeviceReusedError,
    Code.BATCH_TOO_LARGE: BatchTooLargeError,
    Code.DEVICE_REVOKED: NotPairedError,
    Code.REFRESH_TOKEN_INVALID: NotPairedError,
    # The tokens are newer than what the database says: a fork was interrupted, or an old copy of
    # the database came back. Whose desk it is has not changed.
    Code.WRONG_DEVICE: DeviceReusedError,
    Code.PAIRING_CODE_INVALID: PairingCodeInvalidError,
    Code.CALCOM_UNAVAILABLE: CalcomAwayError,
}


def read_answer(response: httpx.Response, model: type[M]) -> M:
    """The answer as `model`; a problem document as the `DeskError` that it means.

    An answer that is neither mostly did not come from our server: a captive portal's page says so,
    and for anything else (a proxy's error, say) the server counts as unreachable.
    """
    if not response.is_success:
        raise error_of(response)
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise _not_ours(response) from error


def error_of(response: httpx.Response) -> DeskError:
    """What an unsuccessful answer means."""
    problem = _problem_in(response)
    if problem is None:
        return _not_ours(response)
    return _with_members(response, problem) or _by_code(response, problem)


def _with_members(response: httpx.Response, problem: Problem) -> DeskError | None:
    """What a problem means that says more than its code."""
    into = problem.member("into")
    if problem.code == Code.MERGED and isinstance(into, str):
        return MergedError(into)
    if problem.code == Code.SEQUENCE_GAP:
        return SequenceGapError(_counted(problem))
    if problem.code == Code.TOO_MANY_TRIES:
        return TooManyTriesError(_wait_of(response))
    return _unsupported(problem) if problem.code == Code.PROTOCOL_UNSUPPORTED else None


def _counted(problem: Problem) -> int:
    last_n = problem.member("last_n")
    if isinstance(last_n, int) and 0 <= last_n <= MAX_COUNT:
        return last_n
    return 0


def _by_code(response: httpx.Response, problem: Problem) -> DeskError:
    plain = _PLAIN.get(problem.code)
    if plain is not None:
        return (
            plain()
            if plain.__init__ is not DeskError.__init__
            else plain(problem.detail or problem.title)
        )
    return _by_status(response, problem)


def is_ours(response: httpx.Response) -> bool:
    """Whether an unsuccessful answer is a problem document, as our server's all are."""
    return _problem_in(response) is not None


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


def _unsupported(problem: Problem) -> DeskError:
    newest = problem.member("max")
    if isinstance(newest, int) and newest < routes.PROTOCOL_MIN:
        return ServerTooOldError()
    return ProtocolTooOldError()


def _not_ours(response: httpx.Response) -> DeskError:
    page = response.headers.get("content-type", "").startswith(_PAGE_TYPES)
    # A gateway's own error page means that the server behind it is down.
    if response.is_redirect or response.status_code == _SIGN_IN_TO_THE_NETWORK:
        return CaptivePortalError()
    if page and response.is_success:
        return CaptivePortalError()
    return NotUnderstoodError() if _is_json(response) else ServerUnreachableError()


def _is_json(response: httpx.Response) -> bool:
    kind = response.headers.get("content-type", "")
    return response.is_success and kind.startswith("application/json")


def _problem_in(response: httpx.Response) -> Problem | None:
    if not response.headers.get("content-type", "").startswith(PROBLEM_TYPE):
        return None
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        return None


def _wait_of(response: httpx.Response) -> float:
    text = response.headers.get("retry-after", "")
    if text.isascii() and text.isdecimal():
        return min(float(text), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        # Measured by the server's own clock, where it tells it: ours may be wrong.
        told = parsedate_to_datetime(response.headers.get("date", ""))
        wait = (moment - told).total_seconds()
    except (ValueError, TypeError, OverflowError):
        # No date, one without a zone, or one that no calendar has.
        return _DEFAULT_WAIT
    return min(max(wait, 0.0), _LONGEST_WAIT)
