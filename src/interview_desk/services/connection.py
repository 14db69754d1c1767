"""The connection to Cal.com and what came in over it, as owners and admins see them."""

from datetime import datetime
from typing import NamedTuple, Protocol

from interview_desk.domain.values import Json


class Connection(NamedTuple):
    """How the team's server stands with Cal.com.

    `told_at` is when Cal.com last told of a change, `paused_until` until when it wants no calls.
    Of those it `follows`, it `waits_for` the ones that have nothing to book yet.
    """

    has_key: bool
    is_on: bool
    address: str
    connected_at: datetime | None = None
    told_at: datetime | None = None
    paused_until: datetime | None = None
    follows: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    waiting: int = 0
    failed: int = 0
    problem: str | None = None


class Finding(NamedTuple):
    """One thing that was looked at, and what to do where it is wrong."""

    ok: bool
    says: str


class Tested(NamedTuple):
    """Whose key it is, and what is missing."""

    ok: bool
    name: str
    email: str
    findings: tuple[Finding, ...]


class Connected(NamedTuple):
    """What Connect did."""

    connected: bool
    says: str
    state: Connection


class InboxEvent(NamedTuple):
    """One event that Cal.com sent; `body` only where it was asked for, its secrets hidden."""

    id: str
    at: datetime
    trigger: str
    booking: str
    state: str
    reason: str
    tries: int
    body: Json = None


class Events(NamedTuple):
    """Which events are meant; what is None does not count. `until` is exclusive, both UTC."""

    id: str | None = None
    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_chosen(self) -> bool:
        """Whether it leaves anything out."""
        return any(value is not None for value in self)


class Replayed(NamedTuple):
    """How many events are, or would be, read again, and how many of them stand where."""

    total: int
    counts: dict[str, int]


class InboxPage(NamedTuple):
    """Events, newest first; `before` asks for the page after it. Counts are by state."""

    events: tuple[InboxEvent, ...]
    counts: dict[str, int]
    before: str | None


class ConnectionDesk(Protocol):
    """The server, as far as it holds the key; each call raises a DeskError with a sentence."""

    async def state(self) -> Connection:
        """How it stands, without asking Cal.com."""
        ...

    async def test(self) -> Tested:
        """Ask Cal.com who the key belongs to and what is missing."""
        ...

    async def connect(self) -> Connected:
        """Have Cal.com tell the server of every change."""
        ...

    async def disconnect(self) -> None:
        """Have Cal.com tell nothing any more; all data stays."""
        ...


class InboxFeed(Protocol):
    """What came in from Cal.com; each call raises a DeskError with a sentence."""

    async def inbox(self, which: Events, *, before: str | None) -> InboxPage:
        """A page of it, newest first."""
        ...

    async def event(self, event_id: str) -> InboxEvent:
        """One event with its body."""
        ...

    async def replay(self, which: Events, *, dry_run: bool) -> Replayed:
        """Read these events again; with `dry_run` nothing is read, and only said which."""
        ...
