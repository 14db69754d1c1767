"""What holds for any text at all."""

from urllib.parse import quote, unquote

from hypothesis import example, given, settings
from hypothesis import strategies as st

from interview_desk.domain.links import (
    MeetingLink,
    find_link,
    find_links,
    link_of_location,
    meeting_id,
    passcode,
    refusal,
)
from interview_desk.domain.links.catalogue import SERVICES
from interview_desk.domain.links.unwrap import MOST_WRAPPERS

WRAPPER = "https://n.safelinks.protection.outlook.com/?url="
LINKS = (
    "https://zoom.us/j/1234567890?pwd=a.1",
    "http://acme.zoom.us/j/1234567890",
    "https://meet.google.com/abc-defg-hij",
    "meet.google.com/abc-defg-hij",
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d",
    "https://whereby.com/room",
    "https://jitsi.example.org/Room",
    "https://evil.com/redirect?url=https://zoom.us/j/1234567890",
    "https://zoom.us@evil.com/j/1234567890",
    "zoommtg://zoom.us/join?confno=1234567890",
    "msteams:/meet/1234567890123",
    "javascript:alert(1)",
)
GLUE = (
    " ", "\n", "\r\n ", "<", ">", '"', "'", "(", ")", "[", "]", "&amp;", "&", ";", ",",
    ".", ":", "/", "\\", "@", "%", "%2F", "|", "<a href=", "<a href='", "</a>", "<!--",
    "-->", "<script>", "<p>", "\u200b", "。", "\ud800", "BEGIN:VEVENT\n", "LOCATION:",
    "DESCRIPTION:", "CONFERENCE;FEATURE=VIDEO:", '{"location": "', '"}',
    "https://a.safelinks.protection.outlook.com/?url=", "https://www.google.com/url?q=",
    "https://urldefense.com/v3/__", "__;!!", "*", "**A", "https://", "zoom.us", "x",
)  # fmt: skip


HOSTILE = (
    "a", "a.", "a-", "a--", "a:", "/", "://", "https://", "https://a.", "<", "<a ", '<a "',
    "<a '", "<!--", "<script>", "&", "&#", "(", ")", "[(", "@", "%2F", "*", "a.b/", "a:b/",
    "zoom.us/", "zoom.us/j/", "1.1/", "https://zoom.us/j/1234567890?pwd=",
    "https://urldefense.com/v3/__", "https://www.google.com/url?q=", "LOCATION:", ';A="',
    "\n ", "\\n", "javascript:", "=&", "?u=", "..", "+", "a+", "a.b", "http://", " http://a.b/",
    "'http://a.b/", "%25", "%2525", "(((((", "<<<<", "<p>", "<a href='", "<x y='", "\nBEGIN:x",
)  # fmt: skip


@st.composite
def wrapped_links(draw: st.DrawFn) -> str:
    url = draw(st.sampled_from(LINKS))
    for _ in range(draw(st.integers(0, 8))):
        url = f"{WRAPPER}{quote(url, safe='')}&data=x"
    return url


pieces = st.one_of(
    st.sampled_from(LINKS), st.sampled_from(GLUE), wrapped_links(), st.text(max_size=5)
)
texts = st.one_of(st.text(), st.lists(pieces, max_size=12).map("".join))
locations = st.sampled_from(["https://wa.me/4915112345678", "https://example.org/room"])


def is_host_of(service: str, host: str) -> bool:
    """Say it again in other words than the detector does."""
    labels = host.split(".")
    if host.isascii() and service in {"jitsi", "bigbluebutton", "nextcloud-talk", "pexip", "link"}:
        return True
    if service == "skype-for-business" and labels[0] == "meet":
        return True
    patterns = [h for s in SERVICES if s.slug == service for site in s.sites for h in site.hosts]
    return any(
        host == p or (p.startswith("*.") and host.endswith("." + p[2:])) for p in patterns
    ) or (service == "livekit" and labels[0] == "meet" and labels[-2:] == ["livekit", "io"])


@given(texts)
@example("BEGIN:VEVENT\nLOCATION:")
@example("{")
@settings(max_examples=500)
def test_no_text_makes_it_fail_and_every_link_is_on_a_host_of_its_service(text: str) -> None:
    link = find_link(text)
    links = find_links(text)
    assert (links[0] if links else None) == link
    for each in links:
        assert each.url.startswith("https://")
        host = each.url.removeprefix("https://").split("/")[0].split("?")[0].split("#")[0]
        assert is_host_of(each.service, host.split(":")[0])
        assert "@" not in host
        assert meeting_id(each) is None or each.url
        assert passcode(each) is None or each.url
        assert each.native is None or "://" in each.native


@given(texts)
@settings(max_examples=500)
def test_a_found_link_is_found_again_and_may_be_opened(text: str) -> None:
    link = find_link(text)
    if link is None or "&" in link.url:
        # A reference that was itself written as a reference is decoded once more when read again.
        return
    again = (
        link_of_location(link.url) if link.service in {"link", "whatsapp"} else find_link(link.url)
    )
    assert again == link or link.service == "cal-video"
    assert refusal(link.url, [link.host]) is None


@given(st.lists(pieces, max_size=12).map("".join) | locations)
def test_a_location_is_read_without_failing(text: str) -> None:
    link = link_of_location(text)
    assert link is None or link == MeetingLink(link.service, link.url)


@given(wrapped_links())
def test_no_more_wrappers_are_opened_than_agreed(url: str) -> None:
    wrappers = 0
    inside = url
    while inside.startswith(WRAPPER):
        inside = unquote(inside.removeprefix(WRAPPER).removesuffix("&data=x"))
        wrappers += 1
    if wrappers > MOST_WRAPPERS:
        assert find_link(url) is None


def test_long_hostile_texts_cost_no_more_than_their_length() -> None:
    size = 50_000
    for piece in HOSTILE:
        text = piece * (size // len(piece)) + "/"
        for whole in (
            text,
            f"<b>{text}",
            f"BEGIN:VEVENT\nDESCRIPTION{text}\nX:{text}",
            f"https://{text}",
        ):
            find_link(whole)
