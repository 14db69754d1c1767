"""What may be opened, and what can be copied from a link."""

import pytest

from interview_desk.domain.links import MeetingLink, meeting_id, passcode, refusal


@pytest.mark.parametrize(
    "url",
    [
        "https://zoom.us/j/1234567890",
        "https://meet.google.com/abc-defg-hij",
        "https://wa.me/4915112345678",
    ],
)
def test_a_join_link_of_a_known_service_may_be_opened(url: str) -> None:
    assert refusal(url) is None


def test_another_host_may_be_opened_once_it_is_allowed() -> None:
    url = "https://jitsi.example.org/Room"
    assert "jitsi.example.org" in str(refusal(url))
    assert refusal(url, ["jitsi.example.org"]) is None
    assert refusal("https://evil.org/Room", ["jitsi.example.org"]) is not None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://zoom.us/j/1234567890",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "zoommtg://zoom.us/join?confno=1234567890",
        "https://zoom.us@evil.com/j/1234567890",
        "https://zoom.us\\@evil.com/j/1234567890",
        "https://zoom.us/j/1234567890 x",
        "https://zoom.us/j/1234567890\n",
        "https://zoom.us/j/1234567890\u202e",
        "https://xn--zm-fmca.us/j/1234567890",
        "https://z\u043e\u043em.us/j/1234567890",
        "https://zoom.us/pricing",
        "https://zoom.us/j/1234567890/../../pricing",
        "https://zoom.us.evil.com/j/1234567890",
    ],
)
def test_anything_else_is_refused_with_a_sentence(url: str) -> None:
    reason = refusal(url)
    assert reason is not None
    assert reason.endswith(".")


@pytest.mark.parametrize(
    ("service", "url", "number", "code"),
    [
        ("zoom", "https://zoom.us/j/1234567890?pwd=a.1", "1234567890", "a.1"),
        ("zoom", "https://zoom.us/wc/1234567890/join", "1234567890", None),
        ("zoom", "https://zoom.us/wc/join/1234567890", "1234567890", None),
        ("zoom", "https://zoom.us/w/1234567890?tk=x&pwd=q", "1234567890", "q"),
        ("zoom", "https://zoom.us/join?confno=1234567890&pwd=q", "1234567890", "q"),
        ("zoom", "https://zoom.us/my/jo?pwd=q%21", None, "q!"),
        (
            "microsoft-teams",
            "https://teams.live.com/meet/9123456789012?p=Ab",
            "9123456789012",
            "Ab",
        ),
        ("microsoft-teams", "https://teams.microsoft.com/l/meetup-join/x/0?p=Ab", None, None),
        (
            "webex",
            "https://a.webex.com/webappng/sites/a/meeting/info/123456789?pwd=x",
            "123456789",
            "x",
        ),
        ("webex", "https://a.webex.com/a/j.php?MTID=mff&PW=NQ", None, "NQ"),
        ("whereby", "https://whereby.com/room?pwd=x", None, None),
    ],
)
def test_number_and_passcode_are_copied_where_the_link_carries_them(
    service: str, url: str, number: str | None, code: str | None
) -> None:
    link = MeetingLink(service, url)
    assert (meeting_id(link), passcode(link)) == (number, code)


def test_a_link_says_whose_it_is_and_where_it_leads() -> None:
    link = MeetingLink("jitsi", "https://jitsi.example.org:8443/Room")
    assert (link.name, link.host) == ("Jitsi Meet", "jitsi.example.org")
    assert MeetingLink("link", "no address").host == ""
