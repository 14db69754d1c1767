"""What a person may not do to a record although their role lets them write it."""

from typing import Any

import pytest

from interview_desk.domain.edit_rules import check_delete, check_edit, check_move, is_reopened
from interview_desk.domain.ids import sheet_id
from interview_desk.domain.merge import Merge, Standing
from interview_desk.domain.refusals import ChangeRefusedError, Rejection

INTERVIEW = "0193a000-0000-7000-8000-000000000030"
MEMBER = "0193a000-0000-7000-8000-000000000002"


def refusal(
    entity: str, edit: dict[str, Any], *, current: dict[str, Any] | None = None, id_: str = "r"
) -> Rejection | None:
    try:
        check_edit(entity, id_, edit=edit, current=current)
    except ChangeRefusedError as refused:
        return refused.reason
    return None


BOOKED = {"title": "t", "start": "2026-11-24T09:00:00Z", "booking_uids": ["u"]}


@pytest.mark.parametrize(
    "name",
    ["start", "end", "location", "join_service", "join_url", "event_type_id", "booking_uids"],
)
def test_what_calcom_holds_is_asked_for_there(name: str) -> None:
    assert refusal("interviews", {name: "x"}, current=BOOKED) is Rejection.USE_BOOKING_REQUEST
    assert refusal("interviews", {name: "x"}, current={"title": "t"}) is None
    assert refusal("interviews", {name: "x"}) is None


def test_saying_what_is_so_already_asks_for_nothing() -> None:
    assert refusal("interviews", {**BOOKED, "title": "Ours"}, current=BOOKED) is None


@pytest.mark.parametrize("name", ["calcom_title", "merged_into", "location_is_guests"])
def test_some_fields_only_the_server_writes(name: str) -> None:
    assert refusal("interviews", {name: "x"}, current={}) is Rejection.FORBIDDEN
    assert refusal("interviews", {name: "x"}) is Rejection.FORBIDDEN


REQUESTS: list[tuple[dict[str, Any] | None, dict[str, Any], bool]] = [
    (None, {"kind": "cancel"}, True),
    (None, {"kind": "cancel", "state": "waiting"}, True),
    (None, {"kind": "cancel", "state": "done"}, False),
    (None, {"kind": "cancel", "booking_uid": "u"}, False),
    (None, {"kind": "cancel", "error": "e"}, False),
    ({"kind": "cancel"}, {"state": "undone"}, True),
    ({"kind": "cancel", "state": "waiting"}, {"state": "undone"}, True),
    ({"kind": "cancel", "state": "waiting"}, {"send_after": "2026-11-24T09:00:00Z"}, True),
    ({"kind": "cancel", "state": "waiting"}, {"kind": "cancel"}, True),
    ({"kind": "cancel", "state": "waiting"}, {"state": "done"}, False),
    ({"kind": "cancel", "state": "waiting"}, {"reason": "r"}, False),
    ({"kind": "cancel", "state": "sending"}, {"state": "undone"}, False),
    ({"kind": "cancel", "state": "done"}, {"state": "done"}, True),
]


@pytest.mark.parametrize(("current", "edit", "allowed"), REQUESTS)
def test_a_booking_request_waits_and_can_only_be_undone(
    current: dict[str, Any] | None, edit: dict[str, Any], *, allowed: bool
) -> None:
    found = refusal("booking_requests", edit, current=current)
    assert found is (None if allowed else Rejection.FORBIDDEN)


def test_a_sheet_has_the_id_of_its_member_and_interview() -> None:
    fields = {"interview_id": INTERVIEW, "member_id": MEMBER}
    assert refusal("rating_sheets", fields, id_=sheet_id(INTERVIEW, MEMBER)) is None
    assert refusal("rating_sheets", fields) is Rejection.INVALID_ID
    assert refusal("rating_sheets", {"member_id": MEMBER}) is Rejection.INVALID_VALUE
    assert refusal("rating_sheets", {"interview_id": INTERVIEW}) is Rejection.INVALID_VALUE
    assert refusal("rating_sheets", {"state": "submitted"}, current=fields) is None


def test_a_record_stays_with_its_interview() -> None:
    current = {"interview_id": INTERVIEW}
    move = {"interview_id": "0193a000-0000-7000-8000-000000000031"}
    assert refusal("interview_guests", move, current=current) is Rejection.FORBIDDEN
    assert refusal("interview_guests", move, current={}) is None
    assert refusal("recordings", move, current=current) is None
    assert refusal("enrolments", move, current=current) is Rejection.FORBIDDEN


def test_what_calcom_or_the_server_ends_is_not_deleted() -> None:
    check_delete("interviews", {"title": "t"})
    check_delete("startups", {})
    with pytest.raises(ChangeRefusedError) as booked:
        check_delete("interviews", BOOKED)
    assert booked.value.reason is Rejection.USE_BOOKING_REQUEST
    with pytest.raises(ChangeRefusedError) as request:
        check_delete("booking_requests", {})
    assert request.value.reason is Rejection.FORBIDDEN


def interview(status: str | None, writer: str = "ada") -> Standing:
    return Standing({"status": status}, {"status": 5}, {"status": writer})


def may(standing: Standing | None, wanted: Any, seen: Any = None, **merge: Any) -> bool:
    try:
        check_move(standing, Merge({"status": wanted}, **merge), seen=seen)
    except ChangeRefusedError as refused:
        assert refused.reason is Rejection.MOVE_NOT_ALLOWED  # noqa: PT017  - the reason matters
        return False
    return True


def test_a_status_moves_as_the_table_allows() -> None:
    assert may(interview("scheduled"), "held")
    assert not may(interview("scheduled"), "evaluated")
    assert not may(interview("scheduled"), None)


def test_a_new_interview_may_begin_anywhere() -> None:
    assert may(None, "held")
    assert may(interview(None), "held")
    assert may(interview("cancelled"), "held", resets=True)
    check_move(interview("held"), Merge({"title": "t"}), seen=None)


def test_a_move_from_what_the_person_saw_counts_where_only_the_clock_moved() -> None:
    assert may(interview("held", "clock"), "cancelled", seen="scheduled")
    assert may(interview("held", "meeting"), "cancelled", seen="scheduled")
    assert not may(interview("held", "calcom"), "cancelled", seen="scheduled")
    assert not may(interview("held", "clock"), "requested", seen="scheduled")
    assert not may(interview("held", "clock"), "cancelled", seen=None)


def test_a_sheet_is_reopened_when_it_was_submitted() -> None:
    submitted = Standing({"state": "submitted"}, {}, {})
    assert is_reopened(submitted, Merge({"state": "draft"}))
    assert not is_reopened(submitted, Merge({"ratings": {}}))
    assert not is_reopened(Standing({"state": "draft"}, {}, {}), Merge({"state": "draft"}))
    assert not is_reopened(None, Merge({"state": "draft"}))
