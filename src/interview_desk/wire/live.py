"""What travels over the live connection. Nothing in it is the truth: what counts is pulled."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue, TypeAdapter

from interview_desk.wire.model import Count, Instant, WireModel

MAX_MESSAGE_BYTES = 64 * 1024
MAX_WATCHED_DOCS = 200
# A cursor that takes more than this, as JSON, is not shown to others.
MAX_CURSOR_BYTES = 2048
# Close codes: 1013 is RFC 6455's "try again later"; 4xxx are ours.
CLOSE_TOO_SLOW = 1013
CLOSE_UNAUTHORIZED = 4401
CLOSE_REVOKED = 4403
CLOSE_EPOCH_CHANGED = 4410
CLOSE_NOT_UNDERSTOOD = 4422
CLOSE_PROTOCOL = 4426


class Hello(WireModel):
    """The client's first message: who it is, where it stands, which notes are open."""

    token: str
    cursor: str | None = None
    docs: list[str] = Field(default_factory=list)
    epoch: str | None = None


class Poke(WireModel):
    """Something has changed: pull."""

    type: Literal["poke"] = "poke"
    seq: Count


class LiveNote(WireModel):
    """A new update of a watched document, in the server's order; `by` and `at` as in a pull."""

    type: Literal["note"] = "note"
    doc: str
    seq: Count
    update: str
    by: str | None = None
    at: Instant | None = None


class PresentMember(WireModel):
    """Somebody who has the stage open, and where their cursor is (opaque to the server)."""

    member_id: str
    device_id: str
    name: str = ""
    cursor: JsonValue = None


class Presence(WireModel):
    """Who is in a stage of an interview now; cursors by device."""

    type: Literal["presence"] = "presence"
    interview: str
    stage: str | None = None
    members: list[PresentMember] = Field(default_factory=list)
    cursors: dict[str, JsonValue] = Field(default_factory=dict)


class Ping(WireModel):
    """Are you there? Answer with a pong."""

    type: Literal["ping"] = "ping"


class Watch(WireModel):
    """These are the documents that are open now."""

    type: Literal["watch"] = "watch"
    docs: list[str]


class Present(WireModel):
    """I am in this stage (None: in the interview only), with this cursor; `here` false: I left."""

    type: Literal["presence"] = "presence"
    interview: Annotated[str, Field(max_length=36)]
    stage: Annotated[str, Field(max_length=100)] | None = None
    cursor: JsonValue = None
    here: bool = True


class Pong(WireModel):
    """I am here."""

    type: Literal["pong"] = "pong"


FromServer: TypeAlias = Poke | LiveNote | Presence | Ping
FromClient: TypeAlias = Watch | Present | Pong

# A message of a type this program does not know fails here; the reader ignores it.
from_server: TypeAdapter[FromServer] = TypeAdapter(
    Annotated[FromServer, Field(discriminator="type")]
)
from_client: TypeAdapter[FromClient] = TypeAdapter(
    Annotated[FromClient, Field(discriminator="type")]
)
