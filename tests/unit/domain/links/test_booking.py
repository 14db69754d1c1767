"""Links in bookings and events as JSON."""

import json

import pytest

from interview_desk.domain.links import MeetingLink, find_link
from interview_desk.domain.values import Json

MEET = "https://meet.google.com/abc-defg-hij"
ZOOM = "https://zoom.us/j/1234567890"
DAILY = "https://acme.daily.co/room-1"


def found(**booking: Json) -> tuple[str, str] | None:
    link = find_link(json.dumps(booking))
    return (link.service, link.url) if link else None


@pytest.mark.parametrize(
    "booking",
    [
        {"location": MEET, "metadata": {"videoCallUrl": ZOOM}},
        {"location": "meet.google.com/abc-defg-hij"},
        {"location": f"Room 5 / {MEET}"},
        {"location": {"type": "link", "link": MEET}},
        {"location": "integrations:zoom", "metadata": {"videoCallUrl": MEET}, "hangoutLink": ZOOM},
        {"metadata": {"videoCallUrl": MEET}, "videoCallData": {"type": "zoom_video", "url": ZOOM}},
        {"videoCallData": {"type": "google_meet_video", "url": MEET}, "hangoutLink": ZOOM},
        {"videoCallData": {"type": "daily_video", "url": DAILY}, "hangoutLink": MEET},
        {
            "location": "integrations:google:meet",
            "references": [
                {"type": "zoom_video", "meetingUrl": ZOOM},
                {"type": "google_meet_video", "meetingUrl": MEET},
            ],
        },
        {
            "location": "integrations:google:meet",
            "references": [{"type": "google_calendar", "meetingUrl": MEET}],
            "hangoutLink": ZOOM,
        },
        {
            "location": "integrations:google:meet",
            "references": [
                {"type": "google_calendar", "meetingUrl": ZOOM, "deleted": True},
                {"type": None, "meetingUrl": ZOOM},
                "no reference",
                {"type": "google_calendar", "meetingUrl": MEET},
            ],
        },
        {"hangoutLink": MEET, "meetingUrl": ZOOM},
        {"additionalInformation": {"hangoutLink": MEET}, "meetingUrl": ZOOM},
        {"meetingUrl": MEET, "description": ZOOM},
        {"description": f"<p>Hi</p><a href='{MEET}'>Join</a>"},
        {
            "location": ZOOM,
            "conferenceData": {
                "entryPoints": [
                    {"entryPointType": "phone", "uri": "tel:+15550100"},
                    {"entryPointType": "more", "uri": ZOOM},
                    {"entryPointType": "video", "uri": MEET},
                ]
            },
        },
        {"entryPoints": [{"entryPointType": "video", "uri": MEET}], "location": ZOOM},
        {"triggerEvent": "BOOKING_CREATED", "payload": {"location": MEET}},
        {"status": "success", "data": {"location": MEET}},
        {"location": None, "metadata": None, "references": None, "hangoutLink": MEET},
    ],
)
def test_the_weightiest_field_wins(booking: dict[str, Json]) -> None:
    assert found(**booking) == ("google-meet", MEET)


@pytest.mark.parametrize(
    "booking",
    [
        {},
        {"location": 5},
        {"location": ["https://example.org/"]},
        {"location": "http://example.org/room"},
        {"location": "javascript:alert(1)"},
        {"location": "1 Main St"},
        {"title": MEET, "responses": {"location": MEET}},
        {"videoCallData": {"type": "daily_video", "url": DAILY}},
        {"references": [{"type": "zoom_video", "meetingUrl": ZOOM}]},
        {
            "location": "integrations:zoom",
            "references": [{"type": "google_calendar", "meetingUrl": MEET}],
        },
        {"metadata": {"videoCallUrl": "https://wa.me/4915112345678"}},
        {"description": "https://example.org/room"},
        {"location": "https://cal.example.org/booking/a", "bookerUrl": "https://cal.example.org"},
        {"conferenceData": {"entryPoints": [{"entryPointType": "video", "uri": "tel:1"}]}},
    ],
)
def test_nothing_else_counts(booking: dict[str, Json]) -> None:
    assert found(**booking) is None


@pytest.mark.parametrize(
    ("kind", "app"),
    [
        ("office365_video", "office365_video"),
        ("zoom_video", "zoom"),
        ("jitsi_video", "jitsi"),
        ("whereby_video", "whereby_video"),
    ],
)
def test_a_reference_counts_when_the_location_names_its_app(kind: str, app: str) -> None:
    references: Json = [{"type": kind, "meetingUrl": ZOOM}]
    assert found(location=f"integrations:{app}", references=references) == ("zoom", ZOOM)


def test_a_conference_value_may_lead_anywhere_over_https() -> None:
    url = "https://video.example.org/room"
    for booking in (
        {"location": url},
        {"metadata": {"videoCallUrl": url}},
        {"conferenceData": {"entryPoints": [{"entryPointType": "video", "uri": url}]}},
    ):
        assert found(**booking) == ("link", url)


def test_the_teams_own_calcom_serves_cal_video() -> None:
    url = "https://cal.example.org:3000/video/aB1"
    own = "https://cal.example.org:3000/team"
    assert found(bookerUrl=own, metadata={"videoCallUrl": url}) == ("cal-video", url)
    assert found(bookerUrl=own, location=url) == ("cal-video", url)
    assert found(bookerUrl="https://cal.example.org", location=url) == ("link", url)
    assert found(bookerUrl=own, description=url) is None
    assert found(bookerUrl=5, location=url) == ("link", url)
    ended = "https://cal.example.org:3000/video/meeting-ended/aB1"
    assert found(bookerUrl=own, location=ended) is None


def test_a_wrapped_location_is_judged_by_where_it_leads() -> None:
    wrapped = "https://www.google.com/url?q=https://video.example.org/room&sa=D"
    assert found(location=wrapped) == ("link", "https://video.example.org/room")
    assert found(location="https://www.google.com/url?sa=D") is None


@pytest.mark.parametrize("text", ["{", "{" * 100_000, '{"location": NaN', f"{{{MEET}}}"])
def test_what_is_no_json_is_read_as_text(text: str) -> None:
    link = find_link(text)
    assert link == (MeetingLink("google-meet", MEET) if MEET in text else None)


def test_deeply_nested_json_is_read_as_text() -> None:
    assert find_link('{"a":' * 200_000) is None


@pytest.mark.parametrize("references", [None, "none", {"type": "zoom_video"}, [None, "text"]])
def test_references_of_another_shape_are_passed_over(references: Json) -> None:
    assert found(location="integrations:google:meet", references=references, hangoutLink=MEET) == (
        "google-meet",
        MEET,
    )
