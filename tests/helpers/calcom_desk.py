"""A server in memory that knows Cal.com, as the desk's screens ask it."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from interview_desk.services.availability import AvailabilityService, FreeTimes
from interview_desk.services.connection import (
    Connected,
    Connection,
    Events,
    Finding,
    InboxEvent,
    InboxPage,
    Replayed,
    Tested,
)
from interview_desk.services.event_types import EventTypeService
from interview_desk.services.holds import Hold, SlotTaken
from interview_desk.services.media import MediaService, MediaTools, Recording
from interview_desk.services.ports import Me
from interview_desk.system.transcript_files import transcript_in
from interview_desk.ui.calcom_parts import CalcomParts
from interview_desk.ui.opener import Launch, SafeOpener
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_ids

if TYPE_CHECKING:
    from interview_desk.domain.booking_requests import FreeTime
    from interview_desk.domain.errors import DeskError

CONNECTED = Connection(has_key=True, is_on=True, address="https://api.cal.com")


class MemoryText:
    """One text that is remembered."""

    def __init__(self) -> None:
        self.text: str | None = None

    async def load(self) -> str | None:
        return self.text

    async def save(self, text: str) -> None:
        self.text = text


def is_meant(event: InboxEvent, which: Events) -> bool:
    """Whether an event passes this filter."""
    return (
        which.id in {None, event.id}
        and which.state in {None, event.state}
        and (which.since is None or which.since <= event.at)
        and (which.until is None or event.at < which.until)
    )


class MemoryHosts:
    """The hosts that a person has allowed."""

    def __init__(self) -> None:
        self._hosts: set[str] = set()

    async def all(self) -> frozenset[str]:
        return frozenset(self._hosts)

    async def add(self, host: str) -> None:
        self._hosts.add(host)


class MemoryCalcom:
    """Free times, holds, the connection and the inbox; `trouble` is raised by every call."""

    def __init__(self, clock: StoppedClock) -> None:
        self._clock = clock
        self.slots: list[FreeTime] = []
        self.taken: set[datetime] = set()
        self.held: dict[str, datetime] = {}
        self.asked: list[tuple[int, datetime, datetime]] = []
        self.lengths: list[int | None] = []
        self.connection = CONNECTED
        self.tested = Tested(
            ok=True,
            name="Ada Berg",
            email="ada@desk.test",
            findings=(Finding(ok=True, says="It may book."),),
        )
        self.events: list[InboxEvent] = []
        self.replayed: list[Events] = []
        self.recorded: tuple[Recording, ...] = ()
        self.transcripts = 0
        self.about: list[str] = []
        self.trouble: DeskError | None = None
        # While it is cleared, free times are on their way.
        self.answers = asyncio.Event()
        self.answers.set()

    async def free_times(
        self, event_type: int, start: datetime, end: datetime, minutes: int | None
    ) -> FreeTimes:
        self.asked.append((event_type, start, end))
        await self.answers.wait()
        self._check()
        self.lengths.append(minutes)
        long = timedelta(minutes=minutes or 0)
        found = tuple(one for one in self.slots if start <= one.start < end and fits(one, long))
        return FreeTimes(found, self._clock.now())

    async def hold(self, event_type: int, start: datetime, minutes: int | None) -> Hold:
        self._check()
        if start in self.taken:
            raise SlotTaken
        hold = Hold(f"hold-{event_type}-{len(self.held)}-{minutes}", NOW + timedelta(minutes=5))
        self.held[hold.id] = start
        return hold

    async def release(self, hold_id: str) -> None:
        self._check()
        self.held.pop(hold_id, None)

    async def state(self) -> Connection:
        self._check()
        return self.connection

    async def test(self) -> Tested:
        self._check()
        return self.tested

    async def connect(self) -> Connected:
        self._check()
        self.connection = self.connection._replace(connected_at=NOW, follows=("Ada Berg",))
        return Connected(
            connected=True,
            says="Connected. Cal.com's first message has arrived.",
            state=self.connection,
        )

    async def disconnect(self) -> None:
        self._check()
        self.connection = self.connection._replace(connected_at=None)

    async def inbox(self, which: Events, *, before: str | None) -> InboxPage:
        self._check()
        found = [one for one in self.events if is_meant(one, which)]
        first = int(before or 0)
        counts: dict[str, int] = {}
        for one in self.events:
            counts[one.state] = counts.get(one.state, 0) + 1
        more = str(first + 2) if len(found) > first + 2 else None
        return InboxPage(tuple(found[first : first + 2]), counts, more)

    async def event(self, event_id: str) -> InboxEvent:
        self._check()
        found = next(one for one in self.events if one.id == event_id)
        return found._replace(body={"triggerEvent": found.trigger})

    async def replay(self, which: Events, *, dry_run: bool) -> Replayed:
        self._check()
        if not dry_run:
            self.replayed.append(which)
        found = Counter(one.state for one in self.events if is_meant(one, which))
        return Replayed(found.total(), dict(found))

    async def recordings(self, interview_id: str) -> tuple[Recording, ...]:
        self._check()
        self.about.append(interview_id)
        return self.recorded

    async def fetch_transcripts(self, interview_id: str) -> int:
        self._check()
        self.about.append(interview_id)
        return self.transcripts

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble


def fits(slot: "FreeTime", long: timedelta) -> bool:
    """Whether a meeting of this length can be held in it."""
    return slot.end is None or slot.end - slot.start >= long


def calcom_parts(
    records: MemoryRecords,
    *,
    me: Me = ME,
    clock: StoppedClock | None = None,
    server: MemoryCalcom | None = None,
    launch: Launch = lambda _: True,
) -> CalcomParts:
    """The screens' use cases over these records and this server."""
    clock = clock or StoppedClock()
    server = server or MemoryCalcom(clock)
    kept: dict[int, MemoryText] = {}
    event_types = EventTypeService(records, me=me)
    times = AvailabilityService(
        server,
        lambda event_type: kept.setdefault(event_type, MemoryText()),
        clock,
        event_types=event_types,
    )
    tools = MediaTools(server, transcript_in, SafeOpener(launch), MemoryHosts())
    media = MediaService(records, tools, me=me, new_id=counted_ids(clock))
    return CalcomParts(
        times,
        event_types,
        connection=server,
        inbox=server,
        media=media,
        unsent=MemoryText(),
        holds=server,
    )
