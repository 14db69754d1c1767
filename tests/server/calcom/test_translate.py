"""What each of Cal.com's payloads means, in every shape it comes in."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.domain.bookings import BookingChange, ChangeKind, Host
from sync_server.calcom.sameness import semantic_digest
from sync_server.calcom.translate import TRIGGERS, translate
from tests.helpers import calcom
from tests.helpers.calcom import ADA, BOB, HOST, START, booking, cancelled, created, event

K = ChangeKind


def change(content: dict[str, Any]) -> BookingChange:
    meaning = translate(content)
    assert meaning.change is not None
    return meaning.change


def place(**payload: Any) -> tuple[str | None, str | None, str | None]:
    said = change(created(**payload))
    return said.location, said.join_service, said.join_url


def test_there_are_twenty_eight_triggers():
    assert len(TRIGGERS) == 28


def test_a_new_booking_says_everything():
    said = change(created(minutes=3))
    assert said.kind is K.CREATED
    assert said.uid == "u1"
    assert said.previous_uid is None
    assert said.occurred_at == calcom.SENT + timedelta(minutes=3)
    assert (said.number, said.event_type_id, said.sequence) == (900, 41, 0)
    assert (said.start, said.end) == (START, START + timedelta(minutes=30))
    assert said.zone == "Europe/Berlin"
    assert said.hosts == (Host("Hana Host", "hana@team.example.org"),)
    assert [(one.name, one.email, one.zone, one.language) for one in said.people] == [
        ("Ada Guest", "ada@example.org", "Europe/Paris", "en")
    ]
    assert not said.seated


@pytest.mark.parametrize("style", ["Z", "+00:00", ".000Z"])
def test_every_spelling_of_a_time_is_the_same_instant(style):
    assert change(created(startTime=calcom.clock_time(START, style))).start == START


@pytest.mark.parametrize(
    "nonsense",
    ["soon", "2026-11-24T10:00:00", 12, None, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"],
)
def test_a_time_that_names_no_instant_is_not_there(nonsense):
    assert change(created(startTime=nonsense)).start is None


def test_a_reschedule_continues_the_booking_before():
    assert change(calcom.rescheduled("u2", "u1")).previous_uid == "u1"
    again = event("BOOKING_REQUESTED", booking("u2", rescheduleUid="u1", status="PENDING"))
    assert (change(again).previous_uid, change(again).status) == ("u1", "PENDING")
    assert change(created("u1", rescheduleUid="u1")).previous_uid is None
    assert change(calcom.meeting("MEETING_STARTED", fromReschedule="u0")).previous_uid == "u0"


def test_a_flat_meeting_event_and_a_wrapped_one_say_the_same():
    flat = calcom.meeting("MEETING_ENDED")
    inner = {name: value for name, value in flat.items() if name != "triggerEvent"}
    wrapped = {"triggerEvent": "MEETING_ENDED", "createdAt": flat["createdAt"], "payload": inner}
    assert change(flat) == change(wrapped)
    said = change(flat)
    assert (said.number, said.join_url) == (900, calcom.ZOOM)
    assert said.hosts == (Host("Hana Host", "hana@team.example.org"),)
    assert said.people[0].language == "en"
    assert said.absent_host is None
    assert change(calcom.meeting("MEETING_ENDED", noShowHost=True)).absent_host == ""


def test_seats_are_known_in_both_forms():
    older = change(created(attendeeSeatId="s1", seatsPerTimeSlot=4))
    newer = change(created(attendees=[{**ADA, "bookingSeat": {"referenceUid": "s1"}}]))
    assert older.seated
    assert newer.seated
    assert (older.people[0].seat, newer.people[0].seat) == ("s1", "s1")
    assert not change(created(attendees=[{**ADA, "bookingSeat": None}])).seated


@pytest.mark.parametrize(
    ("stated", "reason", "asks"),
    [
        (True, "", True),
        (False, "Please reschedule. Something else.", False),
        (..., "Please reschedule. Something else.", True),
        (..., "Could you please reschedule?", False),
        (..., None, False),
    ],
)
def test_a_host_who_asks_for_another_time_is_recognised_on_old_servers_too(stated, reason, asks):
    said = change(cancelled(requestReschedule=stated, cancellationReason=reason))
    assert said.request_reschedule is asks


def test_a_cancelled_series_names_one_occurrence():
    assert change(cancelled(recurringEvent={"freq": 2})).series


def test_absence_is_told_by_address_only():
    said = change(calcom.no_show("u9", "ADA@example.org"))
    assert said.uid == "u9"
    assert [(one.email, one.absent) for one in said.people] == [("ADA@example.org", True)]


def test_a_missed_call_names_the_host_or_the_guests():
    hosts = change(calcom.missed_call("HOSTS"))
    assert (hosts.kind, hosts.absent_host) == (K.HOST_ABSENT, "hana@team.example.org")
    assert hosts.event_type_id == 41
    guests = change(calcom.missed_call("GUESTS", guests=["ada@example.org"], attendees=[ADA, BOB]))
    assert guests.kind is K.GUESTS_ABSENT
    assert [one.absent for one in guests.people] == [True, None]


def test_recordings_are_told_apart_without_keeping_their_links():
    first, again = change(calcom.recording()), change(calcom.recording(minutes=9999))
    other = change(calcom.recording("u1", "tok-2"))
    assert first.artifact == again.artifact
    assert first.artifact != other.artifact
    assert "tok-1" not in repr(first)
    told = change(calcom.transcript())
    assert told.artifact == change(calcom.transcript(signed="s2")).artifact
    assert told.artifact != change(calcom.transcript("u1", "t2")).artifact


def test_an_instant_meeting_is_asked_for_and_then_taken():
    asked = {
        "triggerEvent": "INSTANT_MEETING",
        "uid": "i1",
        "responses": {"name": "Ada", "email": "ada@example.org", "guests": ["bob@example.org"]},
        "connectAndJoinUrl": "https://app.cal.com/connect?token=abc",
        "eventTypeTitle": "Right now",
    }
    said = change(event("INSTANT_MEETING", asked))
    assert (said.kind, said.title, said.join_url) == (K.INSTANT_REQUESTED, "Right now", None)
    assert [one.email for one in said.people] == ["ada@example.org", "bob@example.org"]
    taken = booking("i1", bookingUid="i1")
    del taken["uid"]
    assert change(event("INSTANT_MEETING_ACCEPTED", taken)).kind is K.INSTANT_ACCEPTED


def test_the_answers_of_the_form_stand_in_for_a_missing_list():
    name = {"label": "n", "value": {"firstName": "Ada", "lastName": "Guest"}}
    said = change(created(attendees=..., responses={"name": name}))
    assert [one.name for one in said.people] == ["Ada Guest"]


def test_a_team_brings_its_other_hosts():
    team = {"members": [dict(HOST), {"name": "Olga", "email": "olga@team.example.org"}, "?"]}
    assert [host.name for host in change(created(team=team)).hosts] == ["Hana Host", "Olga"]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({}, ("integrations:zoom", "zoom", calcom.ZOOM)),
        (
            {"metadata": {}, "additionalInformation": {"hangoutLink": calcom.MEET}},
            ("integrations:zoom", "google-meet", calcom.MEET),
        ),
        ({"metadata": {}, "location": calcom.MEET}, (calcom.MEET, "google-meet", calcom.MEET)),
        (
            {"metadata": ..., "videoCallData": {"type": "zoom_video", "url": calcom.ZOOM}},
            ("integrations:zoom", "zoom", calcom.ZOOM),
        ),
        ({"metadata": {}}, ("integrations:zoom", None, None)),
        (
            {"metadata": {}, "location": "https://rooms.example.org/7"},
            ("https://rooms.example.org/7", "link", "https://rooms.example.org/7"),
        ),
        ({"metadata": {}, "location": "Main Street 1"}, ("Main Street 1", None, None)),
        ({"location": "+49 (30) 123-456"}, ("+49 (30) 123-456", None, None)),
        ({"metadata": {}, "location": ""}, (None, None, None)),
        ({"metadata": {"videoCallUrl": "https://[bad/x"}}, ("integrations:zoom", None, None)),
        ({"metadata": {"videoCallUrl": "javascript:alert(1)"}}, ("integrations:zoom", None, None)),
        (
            {"metadata": {"videoCallUrl": "https://a.example.org/\n"}, "location": None},
            (None, "link", "https://a.example.org/"),
        ),
        (
            {"metadata": {"videoCallUrl": "https://a.example.org/b c"}},
            ("integrations:zoom", None, None),
        ),
    ],
)
def test_the_link_is_taken_in_calcoms_own_order(payload, expected):
    assert place(**payload) == expected


ROOM = "https://meetco.daily.co/aBcDeF"


@pytest.mark.parametrize(
    "payload",
    [
        {"location": "integrations:daily"},
        {"location": ROOM},
        {"location": "integrations:daily", "additionalInformation": {"hangoutLink": ROOM}},
        {
            "location": "integrations:daily",
            "references": [{"type": "daily_video", "meetingUrl": ROOM}],
        },
    ],
)
def test_the_raw_room_of_cal_video_is_never_shown(payload):
    call = {"type": "daily_video", "url": ROOM, "password": "jwt"}
    said = change(created(metadata={}, videoCallData=call, **payload))
    assert said.join_url is None
    assert said.location == "integrations:daily"
    assert "aBcDeF" not in repr(said)


def test_cal_video_is_known_on_any_host_that_takes_the_bookings():
    for url in ("https://app.cal.com/video/u1", "https://book.example.org/video/u1"):
        host = url.removesuffix("/video/u1")
        said = place(metadata={"videoCallUrl": url}, bookerUrl=host, location="integrations:daily")
        assert said == ("integrations:daily", "cal-video", url)
    own = "https://video.example.org/video/u1"
    assert place(metadata={"videoCallUrl": own})[1] == "link"


def test_the_reference_of_the_named_app_comes_first():
    references = [
        {"type": "google_calendar", "meetingUrl": calcom.MEET},
        {"type": "zoom_video", "meetingUrl": calcom.ZOOM},
    ]
    said = change(calcom.meeting("MEETING_STARTED", metadata={}, references=references))
    assert said.join_url == calcom.ZOOM
    said = change(
        calcom.meeting(
            "MEETING_STARTED",
            metadata={},
            location="integrations:google:meet",
            references=list(reversed(references)),
        )
    )
    assert said.join_url == calcom.MEET


def test_a_move_to_an_address_has_no_link_although_an_old_one_stands_beside_it():
    moved = event("BOOKING_LOCATION_UPDATED", booking(location="Main Street 1"))
    assert (change(moved).location, change(moved).join_url) == ("Main Street 1", None)


@pytest.mark.parametrize(
    ("kind", "whose"),
    [
        ("attendeeInPerson", True),
        ("phone", True),
        ("inPerson", False),
        ("userPhone", False),
        ("Main Street 1", None),
    ],
)
def test_it_is_known_whose_address_a_place_is(kind, whose):
    responses = {"location": {"label": "location", "value": {"value": kind, "optionValue": ""}}}
    said = change(created(location="Main Street 1", metadata={}, responses=responses))
    assert said.guests_place is whose
    assert change(created()).guests_place is False


@pytest.mark.parametrize(
    "trigger",
    [
        "PING",
        "FORM_SUBMITTED",
        "FORM_SUBMITTED_NO_EVENT",
        "WRONG_ASSIGNMENT_REPORT",
        "DELEGATION_CREDENTIAL_ERROR",
        "CALENDAR_ENTRY_REJECTED",
        "SOMETHING_NEW",
    ],
)
def test_events_without_effect_have_a_reason(trigger):
    meaning = translate(event(trigger, {"booking": {"uid": "u7"}}))
    assert meaning.change is None
    assert meaning.reason
    assert meaning.uid == "u7"
    assert not meaning.unusable


def test_an_event_that_names_no_booking_is_unusable():
    meaning = translate(event("BOOKING_RESCHEDULED", {"title": "x"}))
    assert meaning.unusable
    assert meaning.reason


def test_the_same_news_in_other_bytes_is_recognised():
    one, two = created(minutes=0), created(minutes=1)
    two["payload"]["attendees"][0]["utcOffset"] = 120
    assert semantic_digest(one) == semantic_digest(two)
    assert semantic_digest(one) != semantic_digest(created(title="Other"))
    assert semantic_digest({"triggerEvent": "\ud800"})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "uid",
                    "attendees",
                    "organizer",
                    "location",
                    "metadata",
                    "videoCallUrl",
                    "email",
                    "name",
                    "responses",
                    "value",
                    "startTime",
                    "references",
                    "team",
                    "members",
                    "guests",
                    "downloadLinks",
                    "transcription",
                    "seatsPerTimeSlot",
                    "booking",
                    "meetingUrl",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(trigger=st.sampled_from(sorted(TRIGGERS)), payload=_JSON, root=st.booleans())
def test_no_shape_of_a_payload_is_too_strange(trigger, payload, root):
    content = {"triggerEvent": trigger, "createdAt": "x", "payload": payload}
    if root and isinstance(payload, dict):
        content = {**payload, "triggerEvent": trigger}
    meaning = translate(content)
    assert meaning.change is not None or meaning.reason
    assert semantic_digest(content)
