"""Joining: the right link, in the right program, once."""

from dataclasses import dataclass, field

import pytest

from interview_desk.domain.links import MeetingLink
from interview_desk.domain.records import Record
from interview_desk.services.joining import (
    Choose,
    JoiningService,
    JustOpened,
    Opened,
    Refused,
)
from tests.helpers.desk import MemoryRecords, StoppedClock

ZOOM = "https://zoom.us/j/1234567890?pwd=abc"
MEET = "https://meet.google.com/abc-defg-hij"
ELSEWHERE = "https://talk.acme.example/room/7"


@dataclass
class Door:
    """Opens nothing, remembers everything."""

    works: bool = True
    opened: list[tuple[str, bool]] = field(default_factory=list)

    def open_link(
        self, link: MeetingLink, *, native: bool, allowed: frozenset[str]
    ) -> Opened | Refused:
        if not self.works:
            return Refused("Nothing here opens it.")
        self.opened.append((link.url, native))
        return Opened(link.url, link.host)


@dataclass
class Allowed:
    hosts: set[str] = field(default_factory=set)

    async def all(self) -> frozenset[str]:
        return frozenset(self.hosts)

    async def add(self, host: str) -> None:
        self.hosts.add(host)


class Desk:
    def __init__(self) -> None:
        self.records = MemoryRecords()
        self.door = Door()
        self.clock = StoppedClock()
        self.allowed = Allowed()
        self.programs: set[str] = set()
        self.joined: list[str] = []
        self.service = JoiningService(
            self.records,
            self.door,
            clock=self.clock,
            has_program=self.has_program,
            allowed=self.allowed,
            on_joined=self.joined.append,
        )

    async def has_program(self, scheme: str) -> bool:
        return scheme in self.programs

    def interview(self, *, join_url: str | None = None, location: str | None = None) -> str:
        fields = {"title": "Ada", "join_url": join_url, "location": location}
        self.records.rows["interviews", "ada"] = Record("interviews", "ada", fields)
        return "ada"


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_one_press_opens_the_link_and_says_so(desk: Desk) -> None:
    result = await desk.service.join(desk.interview(join_url=ZOOM))
    assert result == Opened(ZOOM, "zoom.us")
    assert desk.door.opened == [(ZOOM, False)]
    assert desk.joined == ["ada"]


async def test_the_same_link_in_both_places_is_no_question(desk: Desk) -> None:
    result = await desk.service.join(desk.interview(join_url=ZOOM, location=ZOOM))
    assert isinstance(result, Opened)


async def test_a_link_in_the_words_of_the_place_is_found(desk: Desk) -> None:
    interview = desk.interview(location=f"Please come to {MEET} on time")
    assert await desk.service.join(interview) == Opened(MEET, "meet.google.com")


async def test_two_meetings_are_a_question(desk: Desk) -> None:
    interview = desk.interview(join_url=ZOOM, location=MEET)
    result = await desk.service.join(interview)
    assert isinstance(result, Choose)
    assert [choice.label for choice in result.choices] == [
        "Zoom (zoom.us)",
        "Google Meet (meet.google.com)",
    ]
    assert desk.door.opened == []
    await desk.service.join_with(interview, result.choices[1])
    assert desk.door.opened == [(MEET, False)]
    assert await desk.service.join(interview) == JustOpened()


async def test_the_services_own_program_is_used_where_it_is_installed(desk: Desk) -> None:
    desk.programs = {"zoommtg"}
    interview = desk.interview(join_url=ZOOM)
    [choice] = await desk.service.choices(interview)
    assert choice.native is not None
    assert choice.native.startswith("zoommtg://zoom.us/join?")
    assert (choice.number, choice.passcode) == ("1234567890", "abc")
    await desk.service.join(interview)
    assert desk.door.opened == [(ZOOM, True)]
    await desk.service.join_with(interview, choice, in_browser=True)
    assert desk.door.opened[1:] == [(ZOOM, False)]


async def test_a_second_press_opens_nothing_and_a_later_one_does(desk: Desk) -> None:
    interview = desk.interview(join_url=MEET)
    await desk.service.join(interview)
    assert await desk.service.join(interview) == JustOpened()
    assert len(desk.door.opened) == 1
    desk.clock.advance(seconds=6)
    assert isinstance(await desk.service.join(interview), Opened)


async def test_a_press_that_failed_does_not_lock_the_next_one(desk: Desk) -> None:
    desk.door.works = False
    interview = desk.interview(join_url=MEET)
    assert isinstance(await desk.service.join(interview), Refused)
    desk.door.works = True
    assert isinstance(await desk.service.join(interview), Opened)
    desk.clock.advance(seconds=6)
    desk.door.works = False
    assert isinstance(await desk.service.join(interview), Refused)
    desk.door.works = True
    assert isinstance(await desk.service.join(interview), Opened)
    assert desk.joined == ["ada", "ada"]


async def test_a_host_of_nobodys_service_is_opened_only_when_allowed(desk: Desk) -> None:
    interview = desk.interview(join_url=ELSEWHERE)
    [choice] = await desk.service.choices(interview)
    assert choice.label.endswith("talk.acme.example)")
    result = await desk.service.join(interview)
    assert isinstance(result, Refused)
    assert result.host == "talk.acme.example"
    assert desk.door.opened == []
    await desk.service.allow("Talk.Acme.example")
    assert isinstance(await desk.service.join(interview), Opened)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "smb://host/share"])
async def test_an_unsafe_link_is_refused_with_a_reason(desk: Desk, url: str) -> None:
    result = await desk.service.join(desk.interview(join_url=url))
    assert result == Refused("Only secure web links (https) are opened.")
    assert desk.door.opened == []


async def test_an_interview_without_a_link_or_that_is_gone_says_so(desk: Desk) -> None:
    nothing = "This interview has no link to join. Add one to its place."
    assert await desk.service.join("unknown") == Refused(nothing)
    assert await desk.service.join(desk.interview(location="Room 4")) == Refused(nothing)
