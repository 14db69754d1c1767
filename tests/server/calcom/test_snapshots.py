"""Bookings as the API tells them, read like events."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from interview_desk.domain.bookings import BookingChange, ChangeKind, fold
from interview_desk.domain.status import Status
from sync_server.calcom.api.bookings import bookings_in
from sync_server.calcom.snapshots import snapshot_of

READ = datetime(2026, 11, 23, 12, tzinfo=UTC)


def told(**more: Any) -> BookingChange:
    booking: dict[str, Any] = {
        "id": 900,
        "uid": "u2",
        "title": "Talk",
        "status": "accepted",
        "hosts": [
            {"name": "Hana", "email": "hana+x@example.org", "displayEmail": "hana@example.org"},
            {"name": "", "email": None},
        ],
        "start": "2026-12-01T10:00:00.000Z",
        "end": "2026-12-01T10:30:00.000Z",
        "eventTypeId": 41,
        "location": "https://zoom.us/j/98765432100",
        "absentHost": False,
        "createdAt": "2026-11-20T09:00:00.000Z",
        "updatedAt": "2026-11-21T09:00:00.000Z",
        "metadata": {"interview_desk_request": "r1"},
        "attendees": [
            {"name": "Ada", "email": "ada@example.org", "absent": True},
            {"absent": False},
        ],
        "guests": ["bob@example.org", "ADA@example.org"],
        "bookingFieldsResponses": {},
    }
    (found,) = bookings_in({**booking, **more})
    return snapshot_of(found, read_at=READ)


def test_an_answer_says_what_an_event_would() -> None:
    change = told(rescheduledFromUid="u1")
    assert (change.kind, change.uid, change.previous_uid) == (ChangeKind.SNAPSHOT, "u2", "u1")
    assert (change.status, change.number, change.event_type_id) == ("ACCEPTED", 900, 41)
    assert change.occurred_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert change.founded_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (change.join_service, change.join_url) == ("zoom", "https://zoom.us/j/98765432100")
    assert [host.email for host in change.hosts] == ["hana@example.org"]
    assert [(one.key, one.absent) for one in change.people] == [
        ("ada@example.org", True),
        ("bob@example.org", None),
    ]
    assert (change.request_id, change.absent_host, change.seated) == ("r1", None, False)


def test_seats_series_and_absent_hosts_are_told_by_the_keys() -> None:
    seat = [{"name": "Ada", "email": "ada@example.org", "seatUid": "s1"}]
    change = told(attendees=seat, recurringBookingUid="rec", absentHost=True)
    assert (change.seated, change.series, change.absent_host) == (True, True, "")
    assert [(one.key, one.seat) for one in change.people] == [("ada@example.org", "s1")]


def test_a_host_who_wants_another_time_is_known_by_their_words() -> None:
    asked = told(status="cancelled", cancellationReason="Please reschedule. I am ill")
    assert asked.request_reschedule
    assert not told(status="cancelled", cancellationReason="Ill").request_reschedule


def test_a_booking_that_was_moved_waits_for_its_successor_and_is_not_cancelled() -> None:
    moved = told(status="cancelled", rescheduledToUid="u3")
    (alone,) = fold([told(), moved])
    assert alone.status is Status.RESCHEDULE_REQUESTED
    later = told(
        uid="u3", id=901, rescheduledFromUid="u2", start="2026-12-02T10:00:00.000Z", end=None
    )
    (both,) = fold([told(), moved, later])
    assert (both.status, both.booking_uids[-1]) == (Status.SCHEDULED, "u3")
    (cancelled,) = fold([told(status="cancelled", rescheduledToUid="u2")])
    assert cancelled.status is Status.CANCELLED


def test_the_guests_own_place_is_known_by_their_answer() -> None:
    at_home = {"location": {"value": "attendeeInPerson", "optionValue": "Home Street 1"}}
    change = told(location="Home Street 1", bookingFieldsResponses=at_home)
    assert (change.location, change.guests_place, change.join_url) == ("Home Street 1", True, None)


def test_a_booking_without_a_time_of_change_counts_from_its_birth() -> None:
    assert told(updatedAt=None).occurred_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert told(rescheduledFromUid="u2").previous_uid is None


def test_the_answer_that_was_really_given_is_read(shared: Path) -> None:
    path = shared / "calcom/api-samples/GET_v2_booking.captured-2025.json"
    (booking,) = bookings_in(json.loads(path.read_text())["data"])
    change = snapshot_of(booking, read_at=READ)
    assert change.location == "1600 Pennsylvania Avenue NW, Washington, D.C. 20500. "
    assert (change.join_url, change.guests_place) == (None, False)
    assert change.status == "ACCEPTED"
