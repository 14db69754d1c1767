"""The one door through which links leave."""

import pytest
from PySide6.QtCore import QUrl

from interview_desk.domain.links import MeetingLink
from interview_desk.services.joining import Opened, Refused
from interview_desk.ui.opener import SafeOpener

ZOOM = MeetingLink("zoom", "https://zoom.us/j/1234567890?pwd=abc")
NOBODY = frozenset[str]()


class System:
    """Stands for the computer: remembers what it was asked to open."""

    def __init__(self, *, deaf_to: tuple[str, ...] = ()) -> None:
        self.opened: list[str] = []
        self._deaf_to = deaf_to

    def launch(self, url: QUrl) -> bool:
        if url.scheme() in self._deaf_to:
            return False
        self.opened.append(bytes(url.toEncoded().data()).decode())
        return True


def test_a_meetings_page_is_opened_as_it_is_written() -> None:
    system = System()
    result = SafeOpener(system.launch).open_link(ZOOM, native=False, allowed=NOBODY)
    assert result == Opened(ZOOM.url, "zoom.us")
    assert system.opened == [ZOOM.url]


def test_the_program_is_opened_with_the_page_to_fall_back_on() -> None:
    system = System()
    result = SafeOpener(system.launch).open_link(ZOOM, native=True, allowed=NOBODY)
    native = "zoommtg://zoom.us/join?action=join&confno=1234567890&pwd=abc"
    assert result == Opened(native, "zoom.us", fallback=ZOOM.url)
    assert system.opened == [native]


def test_the_page_is_opened_where_the_program_does_not_start() -> None:
    system = System(deaf_to=("zoommtg",))
    SafeOpener(system.launch).open_link(ZOOM, native=True, allowed=NOBODY)
    assert system.opened == [ZOOM.url]


def test_a_service_without_a_program_opens_its_page() -> None:
    system = System()
    meet = MeetingLink("google-meet", "https://meet.google.com/abc-defg-hij")
    SafeOpener(system.launch).open_link(meet, native=True, allowed=NOBODY)
    assert system.opened == [meet.url]


def test_a_computer_that_opens_nothing_is_told_in_words() -> None:
    system = System(deaf_to=("https",))
    result = SafeOpener(system.launch).open_link(ZOOM, native=False, allowed=NOBODY)
    assert isinstance(result, Refused)
    assert "Copy the link" in result.reason


@pytest.mark.parametrize(
    "url",
    [
        "http://zoom.us/j/1234567890",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://zoom.us@evil.example/j/1234567890",
        "https://zoom.us\\@evil.example/j/1234567890",
        "https://evil.example/j/1234567890",
        "https://zoom.us/j/1234567890\n",
        "",
    ],
)
def test_what_is_not_a_plain_page_of_a_known_service_is_refused(url: str) -> None:
    system = System()
    result = SafeOpener(system.launch).open_link(
        MeetingLink("zoom", url), native=True, allowed=NOBODY
    )
    assert isinstance(result, Refused)
    assert system.opened == []


def test_an_address_that_qt_reads_differently_is_refused() -> None:
    system = System()
    link = MeetingLink("link", "https://desk.example/room/%zz")
    result = SafeOpener(system.launch).open_link(
        link, native=False, allowed=frozenset({"desk.example"})
    )
    assert result == Refused("This link is not written as web addresses are.")


def test_an_allowed_host_is_opened() -> None:
    system = System()
    link = MeetingLink("link", "https://desk.example/room/1")
    SafeOpener(system.launch).open_link(link, native=True, allowed=frozenset({"desk.example"}))
    assert system.opened == [link.url]
