"""Records going up and coming down."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue

from interview_desk.wire.model import Count, Cursor, Instant, Number, WireModel

MAX_MUTATIONS = 500
MAX_BATCH_BYTES = 4 * 1024 * 1024
PULL_LIMIT_DEFAULT = 500
PULL_LIMIT_MAX = 1000
HISTORY_LIMIT_DEFAULT = 200
HISTORY_LIMIT_MAX = 1000


class Mutation(WireModel):
    """One change by a person; `base` says which version of each field they had seen."""

    n: Number
    op: Literal["put", "delete"]
    entity: str
    id: str
    fields: dict[str, JsonValue] = Field(default_factory=dict)
    base: dict[str, Count] = Field(default_factory=dict)


class PushRequest(WireModel):
    """Unsent changes of one device, in the order they were made."""

    device: str
    epoch: str
    mutations: list[Mutation]


def _known_status(value: object) -> object:
    """What this program does not know is for a person to look at, and holds up nothing else."""
    unknown = isinstance(value, str) and value not in {"ok", "conflict", "rejected"}
    return "rejected" if unknown else value


class PushResult(WireModel):
    """What became of one mutation; a rejection's code is a `domain.refusals.Rejection`."""

    n: Count
    status: Annotated[Literal["ok", "conflict", "rejected"], BeforeValidator(_known_status)]
    ver: Count | None = None
    code: str | None = None
    detail: str | None = None
    conflicts: list[str] | None = None


class PushResponse(WireModel):
    """The results of a batch and how far the server has counted this device."""

    last_n: Count
    epoch: str
    results: list[PushResult]


class Row(WireModel):
    """One record as the caller may see it; a `gone` row is to be forgotten.

    Of an `erased` one nothing may stay anywhere, also not what this device has not sent.
    """

    entity: str
    id: str
    ver: Count
    deleted: bool = False
    gone: bool = False
    erased: bool = False
    fields: dict[str, JsonValue] = Field(default_factory=dict)
    field_versions: dict[str, Count] = Field(default_factory=dict)
    updated_by: str | None = None
    updated_at: Instant | None = None


class PullResponse(WireModel):
    """One page of changes; `last_n` counts only where `more` is false."""

    rows: list[Row]
    cursor: Cursor
    more: bool
    last_n: Count
    epoch: str
    server_time: Instant


class SnapshotHead(WireModel):
    """The first line of a snapshot.

    `counts` per entity and the marks of what was `erased` (`domain.erasure.erased_mark`) are there
    only where it starts at the beginning.
    """

    cursor: Cursor
    epoch: str
    counts: dict[str, Count] | None = None
    erased: list[str] | None = None


class SnapshotEnd(WireModel):
    """The last line of a snapshot: the SHA-256 of all the bytes before it, in hex."""

    sha256: str


class DigestResponse(WireModel):
    """A fingerprint of the rows of one entity that the caller can see."""

    entity: str
    cursor: Cursor
    count: Count
    digest: str


class FieldChange(WireModel):
    """One step in the life of a field; `from` is written `before` in Python."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    field: str
    before: JsonValue = Field(default=None, alias="from")
    to: JsonValue = None
    by: str | None = None
    device: str | None = None
    at: Instant
    ver: int


class HistoryResponse(WireModel):
    """What happened to a record, newest first; `next` asks for the page after this one."""

    changes: list[FieldChange]
    next: str | None = None
