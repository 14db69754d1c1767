"""Requests to Cal.com as both sides read them."""

from datetime import UTC, datetime

import pytest

from interview_desk.domain.booking_requests import RequestKind, RequestState, request_of
from interview_desk.domain.records import Record
from interview_desk.domain.values import Json


def record(**fields: Json) -> Record:
    return Record("booking_requests", "r", {"kind": "cancel", "interview_id": "i", **fields})


def test_a_request_without_a_state_waits() -> None:
    found = request_of(record())
    assert found.state is RequestState.WAITING
    assert found.kind is RequestKind.CANCEL


def test_a_request_is_read_whole() -> None:
    found = request_of(
        record(
            kind="create",
            start="2026-11-20T09:00:00Z",
            minutes=45,
            event_type_id=7,
            guest={"name": "Mina"},
            absent=None,
            reason="",
        )
    )
    assert found.start == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (found.minutes, found.event_type_id) == (45, 7)
    assert found.guest == {"name": "Mina"}
    assert (found.absent, found.reason, found.send_after) == (None, None, None)


@pytest.mark.parametrize("state", ["sending", "uncertain", "done", "failed", "undone"])
def test_only_what_waits_can_be_undone(state: str) -> None:
    assert request_of(record()).can_be_undone
    assert not request_of(record(state=state)).can_be_undone


@pytest.mark.parametrize("state", ["waiting", "sending", "uncertain"])
def test_what_may_still_happen_is_under_way(state: str) -> None:
    assert request_of(record(state=state)).is_under_way


@pytest.mark.parametrize("state", ["done", "failed", "undone"])
def test_what_is_settled_is_not_under_way(state: str) -> None:
    assert not request_of(record(state=state)).is_under_way
