"""Links in iCalendar: the property made for joining counts before what people wrote."""

import pytest

from interview_desk.domain.links import MeetingLink, find_link, find_links

MEET = "https://meet.google.com/abc-defg-hij"
ZOOM = "https://zoom.us/j/1234567890"


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])


@pytest.mark.parametrize(
    "lines",
    [
        [f"CONFERENCE;VALUE=URI;FEATURE=VIDEO:{MEET}", f"URL:{ZOOM}"],
        [f"CONFERENCE;FEATURE=PHONE:{ZOOM}", f'CONFERENCE;FEATURE="AUDIO,VIDEO":{MEET}'],
        [f"CONFERENCE;FEATURE=chat:{ZOOM}", f"conference;feature=video:{MEET}"],
        [f"CONFERENCE:{ZOOM}", f"X-GOOGLE-CONFERENCE:{MEET}"],
        [f"CONFERENCE:{MEET}", f"URL:{ZOOM}"],
        [f'CONFERENCE;LABEL="Join: here;FEATURE=VIDEO";FEATURE=AUDIO:{ZOOM}', f"URL:{MEET}"],
        [f"X-MICROSOFT-SKYPETEAMSMEETINGURL:{ZOOM}", f"X-GOOGLE-CONFERENCE:{MEET}"],
        [f"LOCATION:{ZOOM}", f"X-GOOGLE-CONFERENCE:{MEET}"],
        [f"LOCATION:{ZOOM}", f"URL:{MEET}"],
        ["URL:https://example.org/event", f"LOCATION:{MEET}"],
        [f"DESCRIPTION:{ZOOM}", f"LOCATION;LANGUAGE=en:{MEET}"],
        [f"X-ALT-DESC;FMTTYPE=text/html:<p>{ZOOM}</p>", f"DESCRIPTION:{MEET}"],
        [f'X-ALT-DESC;FMTTYPE=text/html:<a href="{MEET}">Join</a>'],
        [f'DESCRIPTION:<p>Hello</p><a href="{MEET}">Join</a>'],
        [f'DESCRIPTION;ALTREP="{ZOOM}":{MEET}'],
        ["DESCRIPTION:https://meet.goo", " gle.com/abc-d", "\tefg-hij"],
        [f"DESCRIPTION:Join\\n{MEET}\\nnow"],
        [f"DESCRIPTION:C:\\\\new\\n{MEET}\\N\\, now"],
        [f"DESCRIPTION:Join\\, {MEET}\\; now"],
        [f"DESCRIPTION:Join {MEET}\\, now"],
        ["LOCATION:https\\://meet.google.com/abc-defg-hij"],
        ["LOCATION:Room 5\\; meet.google.com/abc-defg-hij"],
        [f"ATTACH:{ZOOM}", f"DESCRIPTION:{MEET}"],
        [f"SUMMARY:{ZOOM}", f"COMMENT:{ZOOM}", f"DESCRIPTION:{MEET}"],
        ["BEGIN:VALARM", f"DESCRIPTION:{ZOOM}", "END:VALARM", f"DESCRIPTION:{MEET}"],
        [f"DESCRIPTION:{MEET}", "END:VEVENT", "BEGIN:VEVENT", f"LOCATION:{ZOOM}"],
        [f"X-GOOGLE-CONFERENCE:{MEET}", "LOCATION:https://example.org/room"],
    ],
)
def test_the_weightiest_property_of_the_first_event_wins(lines: list[str]) -> None:
    assert find_link(event(*lines)) == MeetingLink("google-meet", MEET)


@pytest.mark.parametrize(
    "lines",
    [
        ["BEGIN:VALARM", f"DESCRIPTION:{ZOOM}", "END:VALARM"],
        [f"ATTACH:{ZOOM}"],
        [f"CONFERENCE;FEATURE=PHONE:{ZOOM}"],
        ["URL:https://example.org/room"],
        ["DESCRIPTION:https://example.org/room"],
        ["LOCATION:http://example.org/room"],
        ["LOCATION:Room 5\\, https://example.org/map"],
        ["LOCATION:https://zoom.us\\@evil.com/j/1234567890"],
        ["CONFERENCE;FEATURE=VIDEO:tel:+15550100"],
        ["CONFERENCE:https://example.org/room"],
        ["SUMMARY:x"],
    ],
)
def test_other_properties_do_not_count(lines: list[str]) -> None:
    assert find_link(event(*lines)) is None


@pytest.mark.parametrize("name", ["LOCATION", "CONFERENCE;FEATURE=VIDEO", "X-GOOGLE-CONFERENCE"])
def test_a_property_for_joining_may_lead_anywhere_over_https(name: str) -> None:
    link = find_link(event(f"{name}:https://example.org/room", f"DESCRIPTION:{ZOOM}"))
    assert link == MeetingLink("link", "https://example.org/room")


def test_a_messenger_is_a_place_but_no_conference() -> None:
    assert find_link(event("LOCATION:https://wa.me/4915112345678")) == MeetingLink(
        "whatsapp", "https://wa.me/4915112345678"
    )
    assert find_link(event("X-GOOGLE-CONFERENCE:https://wa.me/4915112345678")) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_ends_are_read(end: str) -> None:
    text = end.join(
        ["begin:vevent", "location:https://meet.google.com", f" {MEET[23:]}", "end:vevent"]
    )
    assert find_link(text) == MeetingLink("google-meet", MEET)


def test_the_calendars_own_address_is_not_the_meetings() -> None:
    assert (
        find_link(f"BEGIN:VCALENDAR\nURL:{ZOOM}\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR") is None
    )
    assert find_link(f"BEGIN:VALARM\nDESCRIPTION:{ZOOM}\nEND:VALARM") is None


def test_all_meetings_of_an_event_are_offered_by_weight() -> None:
    text = event(f"DESCRIPTION:{ZOOM} and {MEET}", f"LOCATION:{MEET}")
    assert [link.service for link in find_links(text)] == ["google-meet", "zoom"]


def test_more_ends_than_beginnings_are_forgiven() -> None:
    assert find_link(f"BEGIN:VEVENT\nEND:VEVENT\nEND:VEVENT\nLOCATION:{MEET}") is not None
