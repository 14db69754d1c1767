"""Links in running text: where they begin and end, and what is none."""

import pytest

from interview_desk.domain.links import MeetingLink, find_link, find_links

MEET = "https://meet.google.com/abc-defg-hij"
ZOOM = "https://acme.zoom.us/j/1234567890"


@pytest.mark.parametrize(
    "text",
    [
        MEET,
        f"  {MEET}\n",
        f"\ufeff{MEET}",
        f"Join: {MEET}.",
        f"Join: {MEET}!?",
        f"Join {MEET}; then wait",
        f"'{MEET}'",
        f"`{MEET}`",
        f"**{MEET}**",
        f"({MEET})",
        f"[{MEET}]",
        f"{{{MEET}}}",
        f"({MEET}).",
        f"<{MEET}>",
        f"<URL:{MEET}>",
        f'"{MEET}"',
        f"Meet<{MEET}>",
        f"|{MEET}|x",
        f"“{MEET}”",
        f"„{MEET}“",
        f"\u2018{MEET}\u2019",
        f"«{MEET}»",
        f"\u2039{MEET}\u203a",
        f"{MEET}—see you",
        f"{MEET}\u2013see you",
        f"会议{MEET}。请准时",
        f"会议\uff1a{MEET}\uff0c密码",
        f"「{MEET}」",
        f"\uff08{MEET}\uff09",
        f"{MEET}、{ZOOM}",
        f"{MEET}\u00a0now",
        f"{MEET}\u200bnow",
        f"{MEET}\u2060now",
        f"\u202a{MEET}\u202c",
        f"{MEET}\u00ad",
        f"{MEET}\x00x",
        f"{MEET}\ud800x",
        f"{MEET}\u2028next",
        f"{MEET}\u3000next",
        f"Zoom:{MEET}",
        f"then.{MEET}",
        f"123{MEET}",
        f"_{MEET}",
        "HTTPS://MEET.GOOGLE.COM/abc-defg-hij",
        "http://meet.google.com/abc-defg-hij",
        "http://meet.google.com:80/abc-defg-hij",
        "meet.google.com/abc-defg-hij",
        "Meet.Google.Com/abc-defg-hij.",
        "(meet.google.com/abc-defg-hij)",
        "=meet.google.com/abc-defg-hij",
        "at...meet.google.com/abc-defg-hij",
        "-meet.google.com/abc-defg-hij",
        f"and/or 24/7 {MEET}",
        f"Room 4.12/{MEET}",
        f"[{MEET}]({MEET})",
        f"&lt;{MEET}&gt;",
        f"{MEET}&nbsp;now",
        f"https://hackerrank.com/x {MEET}",
        f"git+ssh://zoom.us/j/1234567890 {MEET}",
        f"mailto:jo@example.org?body=x {MEET}",
    ],
)
def test_the_address_ends_where_the_text_begins_again(text: str) -> None:
    assert find_link(text) == MeetingLink("google-meet", MEET)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f"{ZOOM}?pwd=abc=.1 now", f"{ZOOM}?pwd=abc=.1"),
        (f"{ZOOM}?pwd=a.1.", f"{ZOOM}?pwd=a.1"),
        (f"{ZOOM}?x=(a)&y=[b] z", f"{ZOOM}?x=(a)&y=[b]"),
        (f"({ZOOM}?x=(a))", f"{ZOOM}?x=(a)"),
        (f"{ZOOM}?x=(a]b", f"{ZOOM}?x=(a"),
        (f"{ZOOM}?a=1&amp;b=2", f"{ZOOM}?a=1&b=2"),
        (f"{ZOOM}?a=1&copy=2&lt=3", f"{ZOOM}?a=1&copy=2&lt=3"),
        (f"{ZOOM}?x=%2F%2f%E4", f"{ZOOM}?x=%2F%2f%E4"),
        ("acme.ZOOM.us:443/j/1234567890", "https://acme.zoom.us:443/j/1234567890"),
        (f"{ZOOM}#success/../x", f"{ZOOM}#success/../x"),
    ],
)
def test_what_is_inside_the_address_stays_as_written(text: str, url: str) -> None:
    assert find_link(text) == MeetingLink("zoom", url)


@pytest.mark.parametrize(
    "text",
    [
        "zoom.us",
        "zoom.us/",
        "jo.zm.page",
        "jo.sr.chat/",
        "jo@zoom.us/j/1234567890",
        "//zoom.us/j/1234567890",
        "https:zoom.us/j/1234567890",
        "https:/zoom.us/j/1234567890",
        "https:/\\zoom.us/j/1234567890",
        "\\\\zoom.us/j/1234567890",
        "evil.com\\zoom.us/j/1234567890",
        "https//zoom.us/j/1234567890",
        "Join:zoom.us/j/1234567890",
        "会议zoom.us/j/1234567890",
        "xzoom.us/j/1234567890",
        "x-zoom.us/j/1234567890",
        "_zoom.us/j/1234567890",
        "jitsi.example.org/Room",
        "bbb.example.org/b/abc-def-ghi",
        "www.google.com/url?q=https://zoom.us/j/1234567890",
        "evil.com?u=zoom.us/j/1234567890",
        "evil.com?u=https://zoom.us/j/1234567890",
        "jo@evil.com?u=zoom.us/j/1234567890",
        "https://evil.com/zoom.us/j/1234567890",
        "https://evil.com#https://zoom.us/j/1234567890",
        "https://evil.com,https://zoom.us/j/1234567890",
        "xhttps://zoom.us/j/1234567890",
        "git+https://zoom.us/j/1234567890",
        "web+x:https://zoom.us/j/1234567890",
        "ftp://zoom.us/j/1234567890",
        "javascript:https://zoom.us/j/1234567890",
        'javascript:open("https://zoom.us/j/1234567890")',
        "JavaScript://zoom.us/%0aalert(1)//https://zoom.us/j/1234567890",
        "data:text/html,<https://zoom.us/j/1234567890>",
        "view-source:https://zoom.us/j/1234567890",
        "blob:https://zoom.us/j/1234567890",
        "microsoft-edge:https://zoom.us/j/1234567890",
        "file://zoom.us/j/1234567890",
        "mailto:jo@example.org?body=https://zoom.us/j/1234567890",
        "meetinone://url=https://meet.google.com/abc-defg-hij",
        "https://zoom.us@evil.com/j/1234567890",
        "https://jo:pw@zoom.us/j/1234567890",
        "https://@zoom.us/j/1234567890",
        "https://zoom.us\\@evil.com/j/1234567890",
        "https://evil.com\\.zoom.us/j/1234567890",
        "https://zoom%2eus/j/1234567890",
        "https://zo%6fm.us/j/1234567890",
        "https://zoom.us%00.evil.com/j/1234567890",
        "https://xn--acme.zoom.us/j/1234567890",
        "https://ZOOM.XN--P1AI/j/1234567890",
        "https://zoom\uff0eus/j/1234567890",
        "https://ⓩoom.us/j/1234567890",
        "https://meet.googlé.com/abc-defg-hij",
        "https://zoo\uff4d.us/j/1234567890",
        "https://\u212aoom.us/j/1234567890",
        "https://[::1]/j/1234567890",
        "https://zoom.us:443evil/j/1234567890",
        "https://zoom.us&#64;evil.com/j/1234567890",
        "https://zoom.us/j/1234567890…",
        "https:///zoom.us/j/1234567890",
        "https://zoom.us?x=/j/1234567890",
        "https://zoom.us#/j/1234567890",
    ],
)
def test_what_only_looks_like_a_join_link_is_none(text: str) -> None:
    assert find_link(text) is None


@pytest.mark.parametrize(
    ("text", "service", "url"),
    [
        (f"{ZOOM} or {ZOOM}?pwd=x", "zoom", f"{ZOOM}?pwd=x"),
        (f"https://zoom.us/j/1234567890 {ZOOM}?pwd=x", "zoom", f"{ZOOM}?pwd=x"),
        (f"{ZOOM}?pwd=x {ZOOM}?pwd=y", "zoom", f"{ZOOM}?pwd=x"),
        (f"{ZOOM} https://acme.zoom.us/j/9876543210?pwd=x", "zoom", ZOOM),
        (
            f"{ZOOM} https://acme.zoom.us/wc/join/1234567890?pwd=x",
            "zoom",
            "https://acme.zoom.us/wc/join/1234567890?pwd=x",
        ),
        (f"{ZOOM}?pwd= {ZOOM}?pwd=x", "zoom", f"{ZOOM}?pwd=x"),
        (f"{MEET} {ZOOM}?pwd=x", "google-meet", MEET),
        (
            "https://a.webex.com/a/j.php?MTID=m1 https://a.webex.com/a/j.php?MTID=m2&pwd=x",
            "webex",
            "https://a.webex.com/a/j.php?MTID=m1",
        ),
        (f"{ZOOM}?p=1&t=2 {ZOOM}?pwd=x", "zoom", f"{ZOOM}?pwd=x"),
        ("https://a.daily.co/x https://a.daily.co/x?t=1", "daily", "https://a.daily.co/x?t=1"),
        (
            "https://bluejeans.com/12 https://bluejeans.com/12/34",
            "bluejeans",
            "https://bluejeans.com/12/34",
        ),
        (
            "https://teams.live.com/meet/9123456789012 https://teams.live.com/meet/9123456789012?p=a",
            "microsoft-teams",
            "https://teams.live.com/meet/9123456789012?p=a",
        ),
        (
            "https://call.element.io/room/#/a https://call.element.io/room/#/b?password=x",
            "element-call",
            "https://call.element.io/room/#/a",
        ),
        (
            "https://call.element.io/room/#/a https://call.element.io/room/#/a?password=x",
            "element-call",
            "https://call.element.io/room/#/a?password=x",
        ),
        (
            "https://app.vowel.com/#/g/a https://whereby.com/x?roomKey=1",
            "vowel",
            "https://app.vowel.com/#/g/a",
        ),
    ],
)
def test_the_first_meeting_counts_with_its_passcode_if_there_is_one(
    text: str, service: str, url: str
) -> None:
    assert find_link(text) == MeetingLink(service, url)


def test_the_longest_host_is_the_longest_that_can_be_looked_up() -> None:
    longest = "https://" + "a." * 123 + "zoom.us/j/1234567890"
    assert find_link(longest) == MeetingLink("zoom", longest)
    assert find_link(longest.replace("//a.", "//ab.")) is None
    assert find_link(longest.replace("//", "//a.")) is None


def test_a_plain_address_does_not_hide_the_odd_ones_around_it() -> None:
    odd = "msteams:/meet/1234567890123"
    for text in (f"{odd} {ZOOM} {MEET}", f"{ZOOM} {odd} {MEET}", f"<{ZOOM}>({odd})[{MEET}]"):
        services = {link.service for link in find_links(text)}
        assert services == {"microsoft-teams", "zoom", "google-meet"}


def test_every_meeting_of_a_text_is_offered_once_and_the_found_one_first() -> None:
    text = f"{ZOOM} {MEET} {ZOOM}?pwd=x https://zoom.us/pricing {MEET}"
    assert find_links(text) == [
        MeetingLink("zoom", f"{ZOOM}?pwd=x"),
        MeetingLink("google-meet", MEET),
    ]
    assert find_links("no link") == []
