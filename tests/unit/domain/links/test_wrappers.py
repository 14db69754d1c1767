"""Links behind the redirectors of mail and chat programs."""

import base64
from urllib.parse import quote

import pytest

from interview_desk.domain.links import MeetingLink, find_link
from interview_desk.domain.links.unwrap import MOST_WRAPPERS

ZOOM = "https://acme.zoom.us/j/1234567890?pwd=a%2Fb.1"
ONCE = quote(ZOOM, safe="")
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d"
SAFE = "https://eur01.safelinks.protection.outlook.com"


@pytest.mark.parametrize(
    "wrapped",
    [
        f"{SAFE}/?url={ONCE}&data=05%7C02&reserved=0",
        f"{SAFE}/?data=05%7C02&url={ONCE}",
        f"{SAFE}/ap/t-59584e83/?url={ONCE}&data=x",
        f"{SAFE.upper()}/?url={ONCE}",
        f"http://nam.safelinks.protection.outlook.com/?url={ONCE}",
        f"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url={ONCE}&x=1",
        f"https://www.google.com/url?q={ONCE}&sa=D&usg=x",
        f"https://www.google.com/url?sa=t&url={ONCE}",
        f"https://www.google.com/url?q=search+words&url={ONCE}",
        f"https://www.google.com/url?q=&url={ONCE}",
        f"https://urldefense.com/v3/__{ONCE}__;!!tok!sig$",
        "https://urldefense.com/v3/__https://acme.zoom.us/j/1234567890?pwd=a*2Fb.1__;JQ!!tok!sig$",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__acme.zoom.us_j_1234567890-3Fpwd-3Da-252Fb.1&d=x",
        f"https://slack-redir.net/link?url={ONCE}&v=3",
        f"{SAFE}/?url={ONCE}%3E&data=x",
        f"{SAFE}/?url={ONCE}%20&data=x",
        f"<{SAFE}/?url={ONCE}&data=x>",
    ],
)
def test_a_known_wrapper_is_opened_and_its_parameter_decoded_once(wrapped: str) -> None:
    assert find_link(wrapped) == MeetingLink("zoom", ZOOM)


def test_percent_signs_of_the_link_itself_survive() -> None:
    assert find_link(f"{SAFE}/?url={quote(TEAMS, safe='')}") == MeetingLink(
        "microsoft-teams", TEAMS
    )
    starred = TEAMS.replace("%", "*")
    saved = base64.urlsafe_b64encode(b"%" * TEAMS.count("%")).decode().rstrip("=")
    defended = f"https://urldefense.com/v3/__{starred}__;{saved}!!tok!sig$"
    assert find_link(defended) == MeetingLink("microsoft-teams", TEAMS)


def test_a_run_of_signs_set_aside_is_put_back() -> None:
    saved = base64.urlsafe_b64encode(b"%%ab%").decode().rstrip("=")
    url = f"https://urldefense.com/v3/__https://meet.jit.si/R?x=**Ac*d__;{saved}!!t$"
    assert find_link(url) == MeetingLink("jitsi", "https://meet.jit.si/R?x=%%cad")


def test_a_star_with_nothing_set_aside_stays() -> None:
    url = "https://urldefense.com/v3/__https://meet.jit.si/R?x=*a__;!!t$"
    assert find_link(url) == MeetingLink("jitsi", "https://meet.jit.si/R?x=*a")


def nested(depth: int, url: str = ZOOM) -> str:
    for _ in range(depth):
        url = f"{SAFE}/?url={quote(url, safe='')}"
    return url


def test_wrappers_are_opened_a_few_times_and_no_more() -> None:
    assert find_link(nested(MOST_WRAPPERS)) == MeetingLink("zoom", ZOOM)
    assert find_link(nested(MOST_WRAPPERS + 1)) is None
    mixed = f"https://www.google.com/url?q={quote(nested(2), safe='')}"
    assert find_link(mixed) == MeetingLink("zoom", ZOOM)


def test_a_wrapper_that_names_itself_ends() -> None:
    assert find_link(f"{SAFE}/?url={quote(SAFE + '/?url=', safe='')}{quote(SAFE, safe='')}") is None


@pytest.mark.parametrize(
    "wrapped",
    [
        f"{SAFE}/?data=x",
        f"{SAFE}/?url=",
        f"{SAFE}/?url=zoom.us%2Fj%2F1234567890",
        f"{SAFE}/?url=%2F%2Fzoom.us%2Fj%2F1234567890",
        f"{SAFE}/?url=javascript%3Aalert(1)",
        f"{SAFE}/?url=https%3A%2F%2Fzoom.us%40evil.com%2Fj%2F1234567890",
        f"{SAFE}/?url=https%3A%2F%2Fzoom.us.evil.com%2Fj%2F1234567890",
        f"{SAFE}/?url={quote(ONCE, safe='')}",
        f"{SAFE}/?url=zoommtg%3A%2F%2Fzoom.us%2Fjoin%3Fconfno%3D1234567890",
        f"{SAFE}/#?url={ONCE}",
        f"https://safelinks.protection.outlook.com.evil.com/?url={ONCE}",
        f"https://xsafelinks.protection.outlook.com/?url={ONCE}",
        f"https://statics.teams.cdn.office.net/other.html?url={ONCE}",
        f"https://www.google.com/search?q={ONCE}",
        f"https://www.google.com.evil.com/url?q={ONCE}",
        f"https://maps.google.com/url?q={ONCE}",
        f"https://urldefense.com/v2/__{ZOOM}__;!!t$",
        "https://urldefense.com/v3/https://zoom.us/j/1234567890",
        "https://urldefense.com/v3/__https://zoom.us/j/1234567890__;_w!!t$",
        "https://urldefense.com/v3/__https://zoom.us/j/1234567890__;A!!t$",
        "https://urldefense.proofpoint.com/v2/url?d=x",
        "https://urldefense.proofpoint.com/v2/url?u=mailto-3Ajo",
        f"https://slack-redir.net/other?url={ONCE}",
        f"https://l.facebook.com/l.php?u={ONCE}",
        f"{SAFE}/?url=http%3A%2F%2Fjitsi.example.org%2FRoom",
    ],
)
def test_an_unknown_wrapper_or_a_bad_target_gives_nothing(wrapped: str) -> None:
    assert find_link(wrapped) is None
