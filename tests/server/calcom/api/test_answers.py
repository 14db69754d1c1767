"""Cal.com's answers as we read them: shapes told apart, unknown things kept or passed over."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from sync_server.calcom.api.bookings import BookingKind, BookingQuery, bookings_in
from sync_server.calcom.api.calls import Call
from sync_server.calcom.api.errors import (
    CalcomRefused,
    CalcomUnavailable,
    CalcomUncertain,
    Refusal,
    SlotTaken,
    refusal_of,
    refused,
    without_secrets,
)
from sync_server.calcom.api.exchange import Limits, Reply, checked, limits_in
from sync_server.calcom.api.shapes import Me, Webhook, each, one, slots_in

ADA = {"name": "Ada", "email": "ada@example.org", "timeZone": "Europe/Paris", "absent": False}
READ = Call("GET", "/v2/me")
CHANGE = Call("POST", "/v2/bookings")


def _kind(**booking: object) -> BookingKind:
    (found,) = bookings_in({"uid": "u1", **booking})
    return found.kind


def test_the_four_shapes_of_a_booking_are_told_apart_by_their_keys() -> None:
    seat = {**ADA, "seatUid": "s1"}
    assert _kind(attendees=[ADA], bookingFieldsResponses={}) is BookingKind.SINGLE
    assert _kind(attendees=[ADA]) is BookingKind.SINGLE
    assert _kind(attendees=[ADA], recurringBookingUid="r1") is BookingKind.RECURRING
    assert _kind(attendees=[seat]) is BookingKind.SEATED
    assert _kind(attendees=[seat], recurringBookingUid="r") is BookingKind.RECURRING_SEATED
    assert _kind(attendees=[], seatUid="s1", bookingFieldsResponses={}) is BookingKind.SEATED


def test_a_booking_with_hidden_attendees_is_seated_where_it_has_no_answers() -> None:
    assert _kind(attendees=[]) is BookingKind.SEATED
    assert _kind(attendees=[], bookingFieldsResponses={}) is BookingKind.SINGLE


@pytest.mark.parametrize("end", ["9999-12-31T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_record_can_name_counts_as_not_told(end: str) -> None:
    (found,) = bookings_in({"uid": "u1", "start": "2026-12-01T10:00:00Z", "end": end})
    assert (found.start, found.end) == (datetime(2026, 12, 1, 10, tzinfo=UTC), None)


def test_one_booking_and_a_series_are_read_alike() -> None:
    assert [found.uid for found in bookings_in({"uid": "a"})] == ["a"]
    assert [found.uid for found in bookings_in([{"uid": "a"}, {"uid": "b"}])] == ["a", "b"]
    assert bookings_in(None) == ()


def test_a_booking_may_lack_everything_but_its_uid_and_hold_what_we_do_not_know() -> None:
    (found,) = bookings_in(
        {"uid": "u1", "status": "hovering", "attendees": None, "metadata": None, "news": {}}
    )
    assert (found.status, found.attendees, found.metadata) == ("hovering", (), {})
    assert found.event_type_id is None


def test_the_event_type_is_found_in_either_place() -> None:
    assert bookings_in({"uid": "u", "eventTypeId": 41})[0].event_type_id == 41
    assert bookings_in({"uid": "u", "eventType": {"id": 42}})[0].event_type_id == 42


def test_a_captured_booking_is_read_whole(shared: Path) -> None:
    text = (shared / "calcom/api-samples/GET_v2_booking.captured-2025.json").read_text("utf-8")
    (found,) = bookings_in(json.loads(text)["data"])
    assert found.kind is BookingKind.SINGLE
    assert (found.status, found.rescheduled_to_uid) == ("accepted", "rvjegHnt2pZvXxACWZo883")
    assert found.start == datetime(2025, 11, 6, 14, 30, tzinfo=UTC)
    assert found.attendees[0].phone_number == "+15550100058"


def test_slots_come_as_texts_or_objects_and_are_put_in_order() -> None:
    slots = slots_in(
        {
            "2050-09-06": [{"start": "2050-09-06T09:00:00Z", "end": "2050-09-06T09:30:00Z"}],
            "2050-09-05": ["2050-09-05T10:00:00.000+02:00"],
        }
    )
    assert [slot.start.isoformat() for slot in slots] == [
        "2050-09-05T08:00:00+00:00",
        "2050-09-06T09:00:00+00:00",
    ]
    assert slots[0].end is None
    assert slots_in([]) == ()


def test_an_id_may_be_a_number_or_a_text() -> None:
    assert Webhook.model_validate({"id": 7}).id == "7"
    assert Webhook.model_validate({"id": "0-1"}).id == "0-1"


def test_what_is_of_another_type_counts_as_not_there() -> None:
    (found,) = bookings_in(
        {"uid": "u1", "duration": "long", "attendees": [ADA, "nobody"], "start": "soon"}
    )
    assert (found.duration, found.attendees, found.start) == (None, (), None)
    (mixed,) = bookings_in({"uid": "u2", "attendees": [{**ADA, "absent": "perhaps"}]})
    assert (mixed.attendees[0].email, mixed.attendees[0].absent) == ("ada@example.org", False)


def test_entries_that_cannot_be_read_are_passed_over() -> None:
    assert [found.uid for found in bookings_in([{"uid": 7}, "odd", {"uid": "u2"}])] == ["u2"]
    assert each(Me, None) == ()
    assert slots_in({"2050-09-05": ["soon", "2050-09-05T08:00:00Z", 5], "x": None})[0].end is None


def test_an_answer_that_says_nothing_we_know_is_told_as_such() -> None:
    with pytest.raises(CalcomUnavailable, match="does not know"):
        one(Me, {"name": "nobody"})
    with pytest.raises(CalcomUnavailable):
        one(Me, None)


def test_a_secret_is_not_in_the_repr_of_a_webhook() -> None:
    assert "tellnobody" not in repr(Webhook.model_validate({"id": "1", "secret": "tellnobody"}))


def test_a_person_without_an_organisation_is_read() -> None:
    me = Me.model_validate({"id": 5, "organizationId": None, "weekStart": "Monday"})
    assert (me.id, me.organization_id, me.time_zone) == (5, None, None)


def test_the_budget_is_found_by_the_prefix_of_its_headers() -> None:
    headers = httpx.Headers(
        {
            "X-RateLimit-Limit-Default": "120",
            "X-RateLimit-Remaining-Default": "7",
            "X-RateLimit-Reset-Default": "31",
            "X-RateLimit-Remaining-Bookings": "3",
        }
    )
    assert limits_in(headers) == Limits(120, 3, 31.0)
    assert limits_in(httpx.Headers({"X-RateLimit-Limit-Default": "many"})) == Limits()
    assert limits_in(httpx.Headers({"Retry-After": "9"})).reset_seconds == 9


def _limits(**named: tuple[int, int, int]) -> Limits:
    words = ("Limit", "Remaining", "Reset")
    headers = {
        f"X-RateLimit-{word}-{name}": str(value)
        for name, values in named.items()
        for word, value in zip(words, values, strict=True)
    }
    return limits_in(httpx.Headers(headers))


def test_a_limit_of_a_few_calls_does_not_slow_the_others_down() -> None:
    assert _limits(Bookings=(5, 4, 4)) == Limits(None, 4, 4)
    assert _limits(Bookings=(5, 0, 40), Default=(120, 80, 50)) == Limits(120, 0, 40)
    # A key may have limits of its own with any name.
    assert _limits(Team=(30, 29, 60), Day=(5000, 4000, 70_000)) == Limits(30, 29, 60)


def test_only_what_is_used_up_has_to_be_waited_for() -> None:
    assert _limits(Default=(120, 80, 50), Short=(2, 0, 3)).reset_seconds == 3
    assert _limits(Long=(9, 0, 30), Short=(2, 0, 3)).reset_seconds == 30


@pytest.mark.parametrize(
    ("status", "said", "refusal"),
    [
        (401, "Invalid API Key", Refusal.KEY_REJECTED),
        (498, "Token expired", Refusal.KEY_REJECTED),
        (403, "Forbidden", Refusal.NO_PERMISSION),
        (
            403,
            "insufficient_scope: the token does not have the required scopes BOOKING_WRITE",
            Refusal.MISSING_SCOPE,
        ),
        (404, "Cannot POST /api/v2/event-types", Refusal.WRONG_VERSION),
        (404, "Booking with uid=abc was not found in the database", Refusal.NOT_FOUND),
        (404, "Event type with id 9 not found.", Refusal.EVENT_TYPE_GONE),
        (
            400,
            "User either already has booking at this time or is not available",
            Refusal.SLOT_TAKEN,
        ),
        (
            400,
            'The event type can\'t be booked at the "start" time provided.',
            Refusal.TIME_NOT_OFFERED,
        ),
        (400, "Attempting to book a meeting in the past.", Refusal.TIME_NOT_OFFERED),
        (
            400,
            "Can't cancel booking with uid=a because it has been cancelled already",
            Refusal.ALREADY_DONE,
        ),
        (
            400,
            "each value in triggers must be one of the following values: BOOKING_CREATED",
            Refusal.UNKNOWN_TRIGGER,
        ),
        (400, "subscriberUrl must not be a private address", Refusal.PRIVATE_ADDRESS),
        (400, "attendee.timeZone must be a valid IANA time zone", Refusal.ZONE_UNKNOWN),
        (400, "something else", Refusal.INVALID),
        (422, "", Refusal.INVALID),
    ],
)
def test_each_refusal_is_recognised(status: int, said: str, refusal: Refusal) -> None:
    assert refusal_of(status, said) is refusal


def test_a_refusal_says_what_to_do_and_repeats_no_address_and_no_key() -> None:
    failure = refused(Refusal.INVALID, "attendee ada@example.org is odd, cal_live_abcdef012 too")
    assert str(failure) == (
        "Cal.com does not accept this. It says: attendee (address) is odd, (key) too"
    )
    assert failure.document()["refusal"] == "invalid"
    assert len(without_secrets("x" * 900)) == 200


def test_a_slot_that_is_gone_is_a_failure_of_its_own() -> None:
    assert isinstance(refused(Refusal.SLOT_TAKEN), SlotTaken)
    assert refused(Refusal.SLOT_TAKEN).document()["code"] == "slot_taken"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"error": {"code": "X", "message": "first"}}, "first"),
        ({"statusCode": 500, "message": "second"}, "second"),
        ({"message": ["a", "b"]}, "a, b"),
        ({"error": "third"}, "third"),
        ({"error": {}}, ""),
        (["no"], ""),
        (None, ""),
    ],
)
def test_the_text_of_an_error_is_found_in_all_its_shapes(content: object, said: str) -> None:
    assert Reply(400, content, Limits()).said == said


def test_an_answer_of_another_kind_is_told_by_what_the_call_was() -> None:
    good = Reply(200, {"status": "success", "data": {}}, Limits())
    assert checked(READ, good) is good
    with pytest.raises(CalcomRefused):
        checked(READ, Reply(404, None, Limits()))
    with pytest.raises(CalcomUnavailable) as away:
        checked(READ, Reply(502, None, Limits()))
    assert not isinstance(away.value, CalcomUncertain)
    with pytest.raises(CalcomUncertain):
        checked(CHANGE, Reply(500, {"message": "x"}, Limits()))
    with pytest.raises(CalcomUncertain):
        checked(CHANGE, Reply(200, None, Limits()))
    with pytest.raises(CalcomUnavailable):
        checked(READ, Reply(302, None, Limits()))


def test_a_query_states_only_what_counts() -> None:
    since = datetime(2026, 11, 1, tzinfo=UTC)
    assert BookingQuery(updated_after=since, take=50).parameters() == {
        "afterUpdatedAt": "2026-11-01T00:00:00Z",
        "sortUpdatedAt": "asc",
        "take": "50",
    }
    assert BookingQuery(event_type_id=4, skip=5).parameters()["skip"] == "5"
