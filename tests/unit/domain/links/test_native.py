"""Links that open the meeting's own program, both ways."""

import pytest

from interview_desk.domain.links import MeetingLink, find_link, native_link

THREAD = "19%3ameeting_x%40thread.v2"


@pytest.mark.parametrize(
    ("text", "service", "url"),
    [
        ("zoommtg://zoom.us/join?confno=123456789", "zoom", "https://zoom.us/j/123456789"),
        (
            "ZoomMtg://Acme.Zoom.us/join?action=join&confno=1234567890&pwd=a._=-1&uname=Jo,",
            "zoom",
            "https://acme.zoom.us/j/1234567890?pwd=a._=-1",
        ),
        (
            "zoomus://zoomgov.com/join/?confno=1234567890&pwd=",
            "zoom",
            "https://zoomgov.com/j/1234567890",
        ),
        (
            f"msteams:/l/meetup-join/{THREAD}/0?context=%7b%7d",
            "microsoft-teams",
            f"https://teams.microsoft.com/l/meetup-join/{THREAD}/0?context=%7b%7d",
        ),
        (
            "(msteams:/meet/1234567890123?p=x)",
            "microsoft-teams",
            "https://teams.microsoft.com/meet/1234567890123?p=x",
        ),
        (
            "msteams://teams.live.com/meet/9123456789012?p=x",
            "microsoft-teams",
            "https://teams.live.com/meet/9123456789012?p=x",
        ),
        ("jitsi-meet://meet.jit.si/Room", "jitsi", "https://meet.jit.si/Room"),
        (
            "jitsi-meet://jitsi.example.org:8443/Room",
            "jitsi",
            "https://jitsi.example.org:8443/Room",
        ),
        (
            "slack://join-huddle?team=T0AB&id=C0CD",
            "slack-huddle",
            "https://app.slack.com/huddle/T0AB/C0CD",
        ),
        (
            "slack://join-huddle/?id=C0CD&team=T0AB.",
            "slack-huddle",
            "https://app.slack.com/huddle/T0AB/C0CD",
        ),
    ],
)
def test_a_programs_link_becomes_the_web_form(text: str, service: str, url: str) -> None:
    assert find_link(text) == MeetingLink(service, url)


@pytest.mark.parametrize(
    "text",
    [
        "zoommtg://zoom.us/join?confno=1234567890&pwd=$(id)",
        "zoommtg://zoom.us/join?confno=1234567890&pwd=a%20b",
        "zoommtg://zoom.us/join?confno=1234567890&confno=999999999",
        "zoommtg://zoom.us/join?confno=12ab",
        "zoommtg://zoom.us/join?confno=12345",
        "zoommtg://zoom.us/start?confno=1234567890",
        "zoommtg://zoom.us/join",
        "zoommtg://notzoom.us/join?confno=1234567890",
        "zoommtg://zoom.us@evil.com/join?confno=1234567890",
        "zoommtg://zoom.us:99/join?confno=1234567890",
        "zoommtg:///join?confno=1234567890",
        "zoommtg:/join?confno=1234567890",
        "zoommtg://meet.google.com/join?confno=1234567890",
        "msteams:https://teams.microsoft.com/meet/1234567890123",
        "msteams://evil.com/meet/1234567890123",
        "msteams://meet.google.com/abc-defg-hij",
        "msteams:/l/chat/0/0",
        "msteams:///meet/1234567890123",
        "msteams:/meet/12",
        "jitsi-meet://Room",
        "jitsi-meet://evil.com/Room",
        "jitsi-meet://meet.google.com/abc-defg-hij",
        "jitsi-meet:/meet.jit.si/Room",
        "slack://join-huddle?team=T0AB",
        "slack://join-huddle?team=x&id=C0CD",
        "slack://channel?team=T0AB&id=C0CD",
        "slack://open?team=T0AB&id=C0CD/",
        "chime://meeting?pin=1234567890",
        "rcvdt://join/123",
    ],
)
def test_a_programs_link_that_is_not_strictly_right_is_none(text: str) -> None:
    assert find_link(text) is None


@pytest.mark.parametrize(
    ("service", "url", "native"),
    [
        (
            "zoom",
            "https://acme.zoom.us/j/1234567890?pwd=a.1&x=y",
            "zoommtg://acme.zoom.us/join?action=join&confno=1234567890&pwd=a.1",
        ),
        (
            "zoom",
            "https://zoom.us/wc/join/1234567890",
            "zoommtg://zoom.us/join?action=join&confno=1234567890",
        ),
        (
            "zoom",
            "https://zoom.us/wc/1234567890/start",
            "zoommtg://zoom.us/join?action=join&confno=1234567890",
        ),
        ("zoom", "https://zoom.us/j/1234567890?pwd=a%20b", None),
        ("zoom", "https://zoom.us/j/1234567890?pwd=a&pwd=b", None),
        ("zoom", "https://zoom.us/my/jo", None),
        ("zoom", "https://zoom.us/s/1234567890", None),
        ("zoom", "https://events.zoom.us/ej/x", None),
        (
            "microsoft-teams",
            "https://teams.live.com/meet/9123456789012?p=x",
            "msteams://teams.live.com/meet/9123456789012?p=x",
        ),
        (
            "microsoft-teams",
            f"https://teams.microsoft.com/l/meetup-join/{THREAD}/0?context=x",
            f"msteams://teams.microsoft.com/l/meetup-join/{THREAD}/0?context=x",
        ),
        ("microsoft-teams", "https://dod.teams.microsoft.us/meet/1234567890", None),
        ("microsoft-teams", "https://teams.microsoft.com/dl/launcher/launcher.html?url=x", None),
        ("jitsi", "https://meet.jit.si/a/Room#x", "jitsi-meet://meet.jit.si/a/Room#x"),
        (
            "jitsi",
            "https://jitsi.example.org:8443/Room",
            "jitsi-meet://jitsi.example.org:8443/Room",
        ),
        (
            "slack-huddle",
            "https://app.slack.com/client/T0A/C0B?open=start_huddle",
            "slack://join-huddle?team=T0A&id=C0B",
        ),
        ("slack-huddle", "https://app.slack.com/", None),
        ("ringcentral", "https://v.ringcentral.com/join/123?pw=ab", "rcvdt://join/123?pw=ab"),
        ("ringcentral", "https://v.ringcentral.com/join/123", "rcvdt://join/123"),
        ("ringcentral", "https://v.ringcentral.com/join/123?pw=$x", None),
        ("ringcentral", "https://meetings.ringcentral.com/j/1234567890", None),
        ("google-meet", "https://meet.google.com/abc-defg-hij", None),
        ("zoom", "no address", None),
    ],
)
def test_a_program_is_opened_only_in_the_forms_that_are_verified(
    service: str, url: str, native: str | None
) -> None:
    assert native_link(service, url) == native
    assert MeetingLink(service, url).native == native
