"""Getting a person into the meeting: which link, in which program, once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from interview_desk.domain.interviews import Interview, interview_of
from interview_desk.domain.links import (
    MeetingLink,
    find_links,
    link_of_location,
    meeting_id,
    passcode,
    refusal,
)
from interview_desk.services.ports import Clock, Records

# A second press within this time is the same press: the program takes a while to appear.
_ONE_PRESS = timedelta(seconds=5)
_NOTHING = "This interview has no link to join. Add one to its place."


@dataclass(frozen=True, slots=True)
class JoinChoice:
    """One way into a meeting, with what somebody needs to join from another device."""

    link: MeetingLink
    # The link for the service's own program, where this computer has it.
    native: str | None = None

    @property
    def label(self) -> str:
        """What the choice is called: the service, and the host that will be opened."""
        return f"{self.link.name} ({self.link.host})"

    @property
    def number(self) -> str | None:
        """The meeting's number, for copying."""
        return meeting_id(self.link)

    @property
    def passcode(self) -> str | None:
        """The passcode, for copying."""
        return passcode(self.link)


@dataclass(frozen=True, slots=True)
class Opened:
    """The meeting was opened; `fallback` is the page to offer in case the program fails."""

    url: str
    host: str
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was opened, and why; `host` is set where allowing that host would help."""

    reason: str
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Nothing was opened yet: there are several meetings."""

    choices: tuple[JoinChoice, ...]


@dataclass(frozen=True, slots=True)
class JustOpened:
    """The same meeting was opened a moment ago; opening it twice would only confuse."""


JoinResult = Opened | Refused | Choose | JustOpened


class Opener(Protocol):
    """The only door through which a link leaves."""

    def open_link(
        self, link: MeetingLink, *, native: bool, allowed: frozenset[str]
    ) -> Opened | Refused:
        """Open the meeting's page, or its program where `native`."""
        ...


class AllowedHosts(Protocol):
    """Hosts of nobody's service that this person has seen and allowed."""

    async def all(self) -> frozenset[str]:
        """Every allowed host, lower case."""
        ...

    async def add(self, host: str) -> None:
        """Allow one more."""
        ...


class JoiningService:
    """Joins an interview with one press."""

    def __init__(
        self,
        records: Records,
        opener: Opener,
        *,
        clock: Clock,
        has_program: Callable[[str], Awaitable[bool]],
        allowed: AllowedHosts,
        on_joined: Callable[[str], None],
    ) -> None:
        self._records = records
        self._opener = opener
        self._clock = clock
        self._has_program = has_program
        self._allowed = allowed
        self._on_joined = on_joined
        self._last: dict[str, datetime] = {}

    async def choices(self, interview_id: str) -> tuple[JoinChoice, ...]:
        """The ways to join, the likeliest first; empty where there is nothing to join."""
        row = await self._records.get("interviews", interview_id)
        links = _links_of(interview_of(row)) if row else []
        return tuple([JoinChoice(link, await self._native(link)) for link in links])

    async def join(self, interview_id: str) -> JoinResult:
        """Open the meeting, or say what is in the way; several meetings are a question."""
        choices = await self.choices(interview_id)
        if not choices:
            return await self._nothing(interview_id)
        if len(choices) > 1 and not self._is_one_press(interview_id):
            return Choose(choices)
        return await self.join_with(interview_id, choices[0])

    async def join_with(
        self, interview_id: str, choice: JoinChoice, *, in_browser: bool = False
    ) -> JoinResult:
        """Open the chosen meeting; `in_browser` is for when the program has failed."""
        if self._is_one_press(interview_id) and not in_browser:
            return JustOpened()
        # Noted before anything is awaited: two presses in one moment are one.
        before = self._last.get(interview_id)
        self._last[interview_id] = self._clock.now()
        result = await self._open(choice, native=not in_browser and choice.native is not None)
        if isinstance(result, Opened):
            self._on_joined(interview_id)
        elif before is None:
            self._last.pop(interview_id)
        else:
            self._last[interview_id] = before
        return result

    async def allow(self, host: str) -> None:
        """Open links to `host` from now on; a person who has seen the host says so."""
        await self._allowed.add(host.lower())

    async def _open(self, choice: JoinChoice, *, native: bool) -> Opened | Refused:
        allowed = await self._allowed.all()
        reason = refusal(choice.link.url, allowed)
        if reason:
            with_host = refusal(choice.link.url, allowed | {choice.link.host})
            return Refused(reason, choice.link.host if with_host is None else None)
        return self._opener.open_link(choice.link, native=native, allowed=allowed)

    async def _nothing(self, interview_id: str) -> Refused:
        row = await self._records.get("interviews", interview_id)
        written = interview_of(row).join_url if row else None
        reason = refusal(written, await self._allowed.all()) if written else None
        return Refused(reason or _NOTHING)

    async def _native(self, link: MeetingLink) -> str | None:
        native = link.native
        if native is None:
            return None
        scheme = native.partition(":")[0]
        return native if await self._has_program(scheme) else None

    def _is_one_press(self, interview_id: str) -> bool:
        last = self._last.get(interview_id)
        # A clock that was set back must not lock anybody out.
        return last is not None and abs(self._clock.now() - last) < _ONE_PRESS


def _links_of(interview: Interview) -> Sequence[MeetingLink]:
    found: dict[tuple[str, str], MeetingLink] = {}
    for place in (interview.join_url, interview.location):
        if place:
            exact = link_of_location(place)
            for link in [exact] if exact else find_links(place):
                found.setdefault(link.meeting, link)
    return list(found.values())
