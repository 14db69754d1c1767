"""What a request to Cal.com needs, who is marked by it, and what is offered instead."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.booking_requests import BookingRequest, FreeTime, RequestKind
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.request_rules import (
    Absences,
    absences,
    check_own_step,
    missing_in,
    next_free,
    offer,
)

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GUEST = {"name": "Ada", "email": "ada@example.org", "zone": "Europe/Paris"}


def asked(kind: RequestKind, **more) -> BookingRequest:
    return BookingRequest("r1", kind, "i1", **more)


WHOLE = {"event_type_id": 41, "start": NOW, "guest": GUEST}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (WHOLE, None),
        ({**WHOLE, "guest": {"name": "Ada", "phone": "+49"}, "zone": "Europe/Paris"}, None),
        ({**WHOLE, "event_type_id": None}, "Choose an event type."),
        ({**WHOLE, "start": None}, "Choose a time."),
        ({**WHOLE, "guest": None}, "Enter the guest's name."),
        ({**WHOLE, "guest": {**GUEST, "name": " "}}, "Enter the guest's name."),
        (
            {**WHOLE, "guest": {**GUEST, "email": None}},
            "Enter the guest's e-mail address or phone number.",
        ),
        ({**WHOLE, "guest": {**GUEST, "zone": ""}}, "Choose the guest's time zone."),
    ],
)
def test_a_booking_says_what_it_still_needs(fields, sentence):
    assert missing_in(asked(RequestKind.CREATE, **fields)) == sentence


def test_the_other_kinds_say_what_they_need():
    assert missing_in(asked(RequestKind.RESCHEDULE)) == "Choose the new time."
    assert missing_in(asked(RequestKind.RESCHEDULE, start=NOW)) is None
    assert missing_in(asked(RequestKind.MARK_ABSENT)) == "Say who did not come."
    assert missing_in(asked(RequestKind.MARK_ABSENT, absent={"host": True})) is None
    assert missing_in(asked(RequestKind.REASSIGN)) == "Choose who takes the interview."
    assert missing_in(asked(RequestKind.REASSIGN, member_id="m1")) is None
    assert missing_in(asked(RequestKind.CANCEL)) is None


@pytest.mark.parametrize(
    ("absent", "expected"),
    [
        (None, None),
        ({}, None),
        ({"host": False}, None),
        ({"host": True}, Absences(host=True, guests=())),
        ({"host": False, "unmark": []}, Absences(host=False, guests=())),
        ({"emails": ["a@x.org"], "host": False}, Absences(None, (("a@x.org", True),))),
        ({"unmark": ["a@x.org", 7]}, Absences(None, (("a@x.org", False),))),
        (
            {"host": True, "emails": ["a@x.org"], "unmark": ["b@x.org"]},
            Absences(host=True, guests=(("a@x.org", True), ("b@x.org", False))),
        ),
    ],
)
def test_emails_and_host_mark_and_only_unmark_takes_back(absent, expected):
    assert absences(asked(RequestKind.MARK_ABSENT, absent=absent)) == expected


@pytest.mark.parametrize("state", ["failed", "uncertain"])
def test_what_was_not_done_can_be_left_at_that_and_nothing_else(state):
    current = {"kind": "cancel", "state": state}
    check_own_step({"dismissed": True}, current)
    others: list[dict[str, Json]] = [
        {"dismissed": True, "start": "x"},
        {"state": "undone"},
        {"error": None},
    ]
    for changed in others:
        with pytest.raises(ChangeRefusedError) as refused:
            check_own_step(changed, current)
        assert refused.value.reason is Rejection.FORBIDDEN


@pytest.mark.parametrize("state", ["waiting", "sending", "done", "undone"])
def test_what_is_under_way_or_done_cannot_be_dismissed(state):
    with pytest.raises(ChangeRefusedError):
        check_own_step({"dismissed": True}, {"kind": "cancel", "state": state})


def test_a_request_says_what_is_asked():
    with pytest.raises(ChangeRefusedError) as refused:
        check_own_step({"interview_id": "i1"}, None)
    assert refused.value.reason is Rejection.INVALID_VALUE


def test_after_a_lost_race_the_next_times_are_offered_and_earlier_ones_where_they_are_few():
    slots = [FreeTime(NOW + timedelta(hours=n), None) for n in range(-2, 12)]
    hours = [
        [(slot.start - NOW) // timedelta(hours=1) for slot in next_free(slots, wanted=w, now=NOW)]
        for w in (NOW + timedelta(hours=3), NOW + timedelta(hours=10), NOW + timedelta(hours=40))
    ]
    assert hours == [[4, 5, 6, 7, 8], [6, 7, 8, 9, 11], [7, 8, 9, 10, 11]]
    assert next_free([], wanted=NOW, now=NOW) == ()


def test_what_is_offered_is_said_in_the_wall_time_of_whoever_asked():
    slots = [FreeTime(NOW + timedelta(hours=n), None) for n in (1, 30)]
    assert offer(slots, ZoneInfo("Europe/Berlin")) == "Free are: 23 Nov 14:00, 24 Nov 19:00."
    assert offer([], UTC) == ""
