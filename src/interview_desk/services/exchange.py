"""What passes between this desk and the team's server, and the ports that carry it.

Plain values only: the wire's models stay in `remote`, so that the store starts without them.
"""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.values import Fields, Json
from interview_desk.services.comparison import ComparisonApi, ComparisonStore
from interview_desk.services.ports import NoteAddress
from interview_desk.services.whole_copy import CopyApi, CopyStore

Op = Literal["put", "delete"]
Verdict = Literal["ok", "conflict", "rejected"]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One numbered edit as the server counts it."""

    n: int
    op: Op
    entity: str
    id: str
    fields: Fields
    base: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mutation."""

    n: int
    status: Verdict
    ver: int | None = None
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """The server's word on a batch of mutations."""

    last_n: int
    epoch: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One row as the server has it.

    `gone` means that this user may no longer see it, `erased` that nothing of it may stay.
    """

    entity: str
    id: str
    ver: int
    fields: Fields = field(default_factory=dict)
    field_versions: Mapping[str, int] = field(default_factory=dict)
    deleted: bool = False
    gone: bool = False
    erased: bool = False
    updated_by: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; with `more` False everything up to `cursor` has been told."""

    rows: tuple[ServerRow, ...]
    cursor: str
    more: bool
    last_n: int
    epoch: str
    server_time: str | None = None


class NumberedUpdate(NamedTuple):
    """One own note update as the server counts it, per device and document."""

    n: int
    update: bytes


@dataclass(frozen=True, slots=True)
class NoteBatch:
    """Own updates of one document that the server has not acknowledged, in order."""

    doc: str
    note: NoteAddress
    updates: tuple[NumberedUpdate, ...]


class NoteReceipt(NamedTuple):
    """The server keeps every own update up to number `last_n`; the document is at `seq`."""

    last_n: int
    seq: int


class SequencedUpdate(NamedTuple):
    """One note update at its place in the server's order, and who typed it when."""

    seq: int
    update: bytes
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotePage:
    """What a document gained after `after`; `snapshot` stands for all up to `snapshot_seq`."""

    doc: str
    after: int
    seq: int
    updates: tuple[SequencedUpdate, ...] = ()
    snapshot: bytes | None = None
    snapshot_seq: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """How far this desk has come: `cursor` None means that it needs a whole copy first."""

    cursor: str | None
    epoch: str | None
    device_id: str | None
    # The epoch left behind while everything of the new one is pulled.
    restoring: bool = False
    # Whether nothing is sent before the person has seen what their new team will get.
    held: bool = False
    # Whether this is an earlier state of the desk, whose numbers the server may have counted.
    copied: bool = False
    # Whether anything made here has not been sent yet.
    unsent: bool = False

    @property
    def is_to_push(self) -> bool:
        """Whether something waits for nothing but to be sent."""
        return self.unsent and not self.held


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something a person wrote that the server did not take; nothing of it is dropped."""

    id: int
    kind: Literal["edit", "note"]
    entity: str
    record_id: str
    content: Json
    text: str
    code: str
    detail: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits: unsent edits and note updates, and what needs a person's attention."""

    edits: int
    notes: int
    attention: int
    # Whether all of it waits for a person's word.
    held: bool = False

    @property
    def unsent(self) -> int:
        """Everything that is so far only on this device."""
        return self.edits + self.notes


class SyncStore(CopyStore, ComparisonStore, Protocol):
    """The side of the local database that the exchange with the server works on."""

    async def position(self) -> Position:
        """Where the next push and pull begin."""
        ...

    async def pending(self) -> Pending:
        """How much waits, and how much needs attention."""
        ...

    async def next_batch(self, *, limit: int, size: int) -> Sequence[Mutation]:
        """The oldest waiting edits, numbered for good; at most `size` bytes, but at least one."""
        ...

    async def settle(self, results: Sequence[Result], now: datetime) -> None:
        """Take the server's results; what was rejected moves to quarantine."""
        ...

    async def apply_page(self, page: Page, now: datetime) -> bool:
        """Take a page of rows and its cursor in one transaction, under what is still pending.

        Whether the server now has more of any note than this desk.
        """
        ...

    async def start_over(self) -> None:
        """Fetch everything again beside the cache; the outbox and pending notes stay."""
        ...

    async def leave_epoch(self) -> None:
        """The server was restored: keep the own copies of notes to send, and pull everything."""
        ...

    async def enter_epoch(self, *, last_n: int, now: datetime) -> None:
        """The server was restored: send again what it may have lost, from `last_n + 1`.

        Called when everything of the new epoch has been pulled.
        """
        ...

    async def renumber(self, last_n: int) -> None:
        """Count the waiting edits from `last_n + 1`."""
        ...

    async def fork(self, device_id: str) -> None:
        """Be another device: everything that waits is counted from 1."""
        ...

    async def note_batches(self, *, limit: int, size: int) -> Sequence[NoteBatch]:
        """Own note updates that wait, for up to `limit` documents, numbered for good."""
        ...

    async def settle_notes(self, doc: str, receipt: NoteReceipt) -> None:
        """The server has the document's own updates up to the receipt's number."""
        ...

    async def renumber_notes(self, doc: str, last_n: int) -> None:
        """Count the document's waiting updates from `last_n + 1`."""
        ...

    async def set_note_aside(
        self, doc: str, *, code: str, detail: str | None, now: datetime
    ) -> None:
        """Move a document's waiting updates, which the server will never take, to quarantine."""
        ...

    async def move_note(self, doc: str, into: str) -> None:
        """Write what waits of a document at the end of the same stage of the interview `into`."""
        ...

    async def notes_behind(self, limit: int) -> Mapping[str, int]:
        """Documents the server has more of: document -> the sequence this desk has."""
        ...

    async def apply_notes(self, page: NotePage) -> bool:
        """Take updates strictly in order; False where one is missing, and nothing was taken."""
        ...


class QuarantineShelf(Protocol):
    """What the server did not take, until a person has decided."""

    async def quarantined(self) -> Sequence[Quarantined]:
        """Everything set aside, newest first."""
        ...

    async def discard(self, quarantined_id: int) -> None:
        """Forget one item for good; only a person asks for this."""
        ...


class SyncApi(CopyApi, ComparisonApi, Protocol):
    """The server's sync and note calls; every failure is a `DeskError` of `services.refusals`."""

    async def push(
        self, mutations: Sequence[Mutation], *, device_id: str, epoch: str | None
    ) -> PushAnswer:
        """Send a batch, oldest first."""
        ...

    async def pull(self, cursor: str | None, *, limit: int) -> Page:
        """The rows after `cursor`."""
        ...

    async def fork(self) -> str:
        """A new device id for a copied or restored profile."""
        ...

    async def push_notes(
        self, batch: NoteBatch, *, device_id: str, epoch: str | None
    ) -> NoteReceipt:
        """Send own updates of one document."""
        ...

    async def pull_notes(self, docs: Mapping[str, int], *, epoch: str | None) -> Sequence[NotePage]:
        """What each document gained after its sequence."""
        ...


class Poke(NamedTuple):
    """Something changed on the server."""

    seq: int


class LiveNote(NamedTuple):
    """One note update as it arrives."""

    doc: str
    update: SequencedUpdate


class Present(NamedTuple):
    """A device in a stage of an interview; the cursor means something to the editors only."""

    device_id: str
    member_id: str
    name: str
    cursor: Json = None


class LivePresence(NamedTuple):
    """Everybody who is in one stage now (None: in the interview, in no stage)."""

    interview_id: str
    stage: str | None
    members: tuple[Present, ...]


LiveMessage = Poke | LiveNote | LivePresence


class LiveFeed(Protocol):
    """The server's live connection; it carries no truth, only haste."""

    def messages(
        self, *, cursor: str | None, epoch: str | None, docs: Sequence[str]
    ) -> AsyncGenerator[LiveMessage, None]:
        """What happens from now on; ends or raises a `DeskError` when the connection does."""
        ...

    def watch(self, docs: Sequence[str]) -> None:
        """Receive note updates of these documents from now on, of very many the last ones."""
        ...

    def enter(self, interview_id: str, stage: str | None, cursor: Json) -> None:
        """Be seen in a stage from now on, also after the connection was lost and is back."""
        ...

    def leave(self, interview_id: str) -> None:
        """Not be seen in the interview any more."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """A device's keys to the server; the refresh token is used once."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


def tokens_to(tokens: Tokens) -> str:
    """The text form of tokens, for a place that keeps secrets."""
    kept = {"access": tokens.access, "refresh": tokens.refresh}
    return json.dumps({**kept, "expires_at": format_instant(tokens.expires_at)})


def tokens_from(text: str) -> Tokens:
    """What `tokens_to` made."""
    kept = json.loads(text)
    return Tokens(kept["access"], kept["refresh"], parse_instant(kept["expires_at"]))


class TokenKeeper(Protocol):
    """Where the device's tokens are safe on this computer."""

    async def load(self) -> Tokens | None:
        """The tokens, or None where this desk is not paired."""
        ...

    async def keep(self, tokens: Tokens) -> None:
        """Keep the tokens; they are safe when this returns."""
        ...

    async def forget(self) -> None:
        """Remove the tokens."""
        ...
