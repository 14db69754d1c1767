"""The connection to Cal.com, the inbox of its events, and slots that are held for a moment."""

from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, JsonValue

from interview_desk.wire.model import Count, Instant, Number, WireModel

# One page of the inbox.
MAX_INBOX_PAGE = 200

_Name: TypeAlias = Annotated[str, Field(max_length=200)]
_Minutes: TypeAlias = Annotated[int, Field(ge=1, le=24 * 60)]


class ScopeKind(StrEnum):
    """Whose bookings a webhook tells of."""

    USER = "user"
    TEAM = "team"
    ORGANIZATION = "organization"


class Scope(WireModel):
    """Somebody at Cal.com whose bookings can be followed; `id` is Cal.com's number."""

    kind: ScopeKind
    id: Number
    name: str


class Check(WireModel):
    """One thing that was looked at, and a sentence that says what to do where it is wrong."""

    key: str
    ok: bool
    says: str


class ConnectionState(WireModel):
    """How things stand with Cal.com: `GET /v1/calcom`, asked without calling Cal.com.

    `webhook_arrived_at` is when the last event came in through the door that Connect made;
    `paused_until` is set while Cal.com has asked us to wait. `waiting_scopes` are those followed
    that have nothing to book yet: their first event type is followed by itself.
    """

    has_key: bool
    is_on: bool
    base_url: str
    scopes: tuple[Scope, ...] = ()
    waiting_scopes: tuple[Scope, ...] = ()
    connected_at: Instant | None = None
    webhook_url: str | None = None
    webhook_arrived_at: Instant | None = None
    triggers: tuple[str, ...] = ()
    paused_until: Instant | None = None
    waiting_events: Count = 0
    failed_events: Count = 0
    problem: str | None = None


class TestResult(WireModel):
    """Who the key belongs to, what it may see, and what is missing: `POST /v1/calcom/test`."""

    ok: bool
    name: str | None = None
    email: str | None = None
    zone: str | None = None
    scopes: tuple[Scope, ...] = ()
    checks: tuple[Check, ...] = ()


class ConnectRequest(WireModel):
    """Which scopes to follow; none named: the widest that the key allows."""

    scopes: tuple[Scope, ...] | None = None


class ConnectResult(WireModel):
    """What Connect did; `says` is one sentence for the person, also where nothing can reach us."""

    connected: bool
    state: ConnectionState
    says: str


class InboxEntry(WireModel):
    """One event of the inbox, without its content."""

    id: str
    received_at: Instant
    trigger: str | None = None
    booking_uid: str | None = None
    state: str
    reason: str | None = None
    attempts: Count = 0
    body_sha256: str = ""
    duplicate_of: str | None = None


class InboxPage(WireModel):
    """A page of the inbox, newest first; `next` is given to `before` for the page after it."""

    events: tuple[InboxEntry, ...]
    counts: dict[str, Count]
    next: str | None = None


class InboxEvent(InboxEntry):
    """One event with its body; passwords, tokens and private links in it are hidden."""

    endpoint: str = ""
    body: JsonValue = None


class InboxFilter(WireModel):
    """Which events are meant; what is not named does not count. `until` is exclusive."""

    id: str | None = None
    state: Annotated[str | None, Field(max_length=20)] = None
    trigger: _Name | None = None
    booking_uid: _Name | None = None
    since: Instant | None = None
    until: Instant | None = None


class InboxQuery(InboxFilter):
    """A page of these events: those older than `before`, at most `limit`."""

    before: str | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_INBOX_PAGE)] = 50


class ReplayRequest(InboxFilter):
    """Read these events again; with `dry_run` only say which they are."""

    dry_run: bool = False


class ReplayResult(WireModel):
    """How many events were read again, and how many of them stand where now."""

    replayed: Count
    dry_run: bool = False
    counts: dict[str, Count] = Field(default_factory=dict)


class ReservationRequest(WireModel):
    """Hold a slot while somebody fills in the form; `event_type` is Cal.com's number."""

    event_type: Number
    start: Instant
    minutes: _Minutes | None = None


class Reservation(WireModel):
    """A slot that nobody else can book until `until`."""

    id: str
    event_type: Number
    start: Instant
    until: Instant


class RecordingLink(WireModel):
    """A recording behind a link that opens it for anybody, for a while; nothing may keep it."""

    url: Annotated[str, Field(repr=False)]
    seconds: Count = 0


class RecordingLinks(WireModel):
    """Everything that Cal.com has recorded of an interview, and how long that is offered."""

    recordings: tuple[RecordingLink, ...] = ()
    keep_until: Instant | None = None


class TranscriptsFetched(WireModel):
    """How many transcripts are new in the interview."""

    transcripts: Count
