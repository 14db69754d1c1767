"""What the server's refusals mean to a desk."""

import httpx
import pytest

from interview_desk.domain.errors import DeskError
from interview_desk.remote.answers import error_of
from interview_desk.services import server_errors as errors
from tests.helpers.problem_document import problem


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (410, "epoch_changed", errors.EpochChangedError),
        (410, "resync_required", errors.ResyncRequiredError),
        (409, "device_reused", errors.DeviceReusedError),
        (413, "batch_too_large", errors.BatchTooLargeError),
        (426, "protocol_unsupported", errors.ProtocolTooOldError),
        (401, "pairing_code_invalid", errors.PairingCodeInvalidError),
        (401, "unauthorized", errors.NotPairedError),
        (403, "wrong_device", errors.DeviceReusedError),
        (422, "document_mismatch", errors.RefusedError),
        (404, "not_found", errors.RefusedError),
        (500, "internal", errors.ServerBusyError),
    ],
)
def test_each_problem_has_its_own_meaning(
    status: int, code: str, expected: type[DeskError]
) -> None:
    status, headers, body = problem(status, code)
    error = error_of(httpx.Response(status, headers=headers, content=body))
    assert type(error) is expected
    assert str(error)


def test_a_server_that_cannot_ask_cal_com_says_so_in_its_own_words() -> None:
    said = "More was asked of Cal.com than it takes at once. Try again in 9 seconds."
    status, headers, body = problem(503, "calcom_unavailable", detail=said)
    error = error_of(httpx.Response(status, headers=headers, content=body))
    assert type(error) is errors.CalcomAwayError
    assert str(error) == said


def test_a_busy_server_says_when_to_come_back() -> None:
    status, headers, body = problem(503, "unavailable")
    error = error_of(httpx.Response(status, headers=headers | {"retry-after": "42"}, content=body))
    assert isinstance(error, errors.ServerBusyError)
    assert error.retry_after == 42
    tries = problem(429, "too_many_tries")
    error = error_of(httpx.Response(tries[0], headers=tries[1], content=tries[2]))
    assert isinstance(error, errors.TooManyTriesError)
    assert error.retry_after == 5


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("999999999", 3600),
        ("soon", 5),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 5),
        ("Sun, 22 Nov 99999999999999999999 12:00:30 GMT", 5),
        ("\N{SUPERSCRIPT TWO}", 5),
    ],
)
def test_a_server_may_say_when_to_come_back_by_its_own_clock(said: str, seconds: float) -> None:
    status, headers, body = problem(503, "unavailable")
    told = {"retry-after": said, "date": "Sun, 22 Nov 2026 12:00:00 GMT", **headers}
    raw = [(name.encode(), value.encode()) for name, value in told.items()]
    error = error_of(httpx.Response(status, headers=raw, content=body))
    assert isinstance(error, errors.ServerBusyError)
    assert error.retry_after == seconds


def test_a_merged_interview_says_into_which() -> None:
    status, headers, body = problem(410, "merged", into="other")
    error = error_of(httpx.Response(status, headers=headers, content=body))
    assert isinstance(error, errors.MergedError)
    assert error.into == "other"


@pytest.mark.parametrize("last_n", ["many", -7, 10**30])
def test_a_gap_without_a_count_begins_at_nothing(last_n: object) -> None:
    status, headers, body = problem(409, "sequence_gap", last_n=last_n)
    error = error_of(httpx.Response(status, headers=headers, content=body))
    assert isinstance(error, errors.SequenceGapError)
    assert error.last_n == 0


def test_an_error_that_is_no_problem_document_is_somebody_elses() -> None:
    for response in (
        httpx.Response(502, text="Bad gateway"),
        httpx.Response(410, headers={"content-type": "application/problem+json"}, text="{"),
    ):
        assert isinstance(error_of(response), errors.ServerUnreachableError)
