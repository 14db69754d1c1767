"""A server in memory, a live feed, and naps that end when a test says so.

`MemoryServer` keeps the contract of the `SyncApi` port; tests/remote/test_api_contract.py holds it
and the real server to the same expectations.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from interview_desk.domain.errors import DeskError
from interview_desk.domain.instants import format_instant
from interview_desk.domain.merge import Incoming, Standing, merge
from interview_desk.domain.records import ENTITIES
from interview_desk.domain.values import Json
from interview_desk.services.comparison import Fingerprint
from interview_desk.services.exchange import (
    LiveMessage,
    Mutation,
    NoteBatch,
    NotePage,
    NoteReceipt,
    Page,
    PushAnswer,
    Result,
    SequencedUpdate,
    ServerRow,
    Tokens,
    Verdict,
)
from interview_desk.services.ports import NoteAddress
from interview_desk.services.server_errors import (
    DeviceReusedError,
    EpochChangedError,
    MergedError,
    RefusedError,
    ResyncRequiredError,
    SequenceGapError,
)
from interview_desk.services.whole_copy import CopyPlace
from tests.helpers.copies import copy_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Row:
    """A record on the server."""

    ver: int = 0
    fields: dict[str, Json] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    writers: dict[str, str] = field(default_factory=dict)
    deleted: bool = False


@dataclass
class Device:
    """What the server has counted of one device."""

    counted: list[tuple[Mutation, Result]] = field(default_factory=list)
    notes: dict[str, list[bytes]] = field(default_factory=dict)

    @property
    def last_n(self) -> int:
        return len(self.counted)


class MemoryServer:
    """The whole server in memory, for any number of devices."""

    def __init__(self, epoch: str = "epoch-1") -> None:
        self.epoch = epoch
        self.seq = 0
        self.rows: dict[tuple[str, str], Row] = {}
        self.notes: dict[str, list[bytes]] = {}
        self.devices: dict[str, Device] = {}
        self.horizon = 0
        # (entity, id): its rejection, for tests of what may not be written.
        self.forbidden: dict[tuple[str, str], str] = {}
        self.refused_notes: dict[str, str] = {}
        # Document -> the interview that its own was merged into.
        self.merged: dict[str, str] = {}
        self.time = NOON

    def api(self, device_id: str) -> "MemoryApi":
        """The server as one device calls it."""
        self.devices.setdefault(device_id, Device())
        return MemoryApi(self, device_id)

    def put(self, entity: str, record_id: str, **fields: Json) -> None:
        """Somebody else writes, with the last word."""
        self.write(entity, record_id, Incoming(fields, writer="other", overrides=True))

    def write(self, entity: str, record_id: str, incoming: Incoming) -> tuple[Verdict, int | None]:
        """Merge a change; the verdict and the row's new version."""
        row = self.rows.get((entity, record_id))
        standing = (
            Standing(row.fields, row.versions, row.writers, row.deleted)
            if row is not None
            else None
        )
        outcome = merge(ENTITIES[entity], standing, incoming)
        row = self.rows.setdefault((entity, record_id), Row())
        if outcome.has_effect:
            self.seq += 1
            row.ver = self.seq
            row.deleted = outcome.deletes or (row.deleted and not outcome.revives)
            row.fields.update(outcome.changes)
            row.versions.update(dict.fromkeys(outcome.changes, self.seq))
            row.writers.update(dict.fromkeys(outcome.changes, incoming.writer))
        return ("conflict" if outcome.losses else "ok"), row.ver

    def add_note(self, note: NoteAddress, doc: str, update: bytes) -> int:
        """Append an update to a document; its sequence."""
        log = self.notes.setdefault(doc, [])
        log.append(update)
        fields: dict[str, Json] = {
            "interview_id": note.interview_id,
            "stage": note.stage,
            "seq": len(log),
        }
        self.write("note_documents", doc, Incoming(fields, writer="server", overrides=True))
        return len(log)

    def restore(self, epoch: str, rows: Mapping[tuple[str, str], Row]) -> None:
        """Go back to an old backup without any notes or devices' counts."""
        self.epoch = epoch
        self.rows = dict(rows)
        self.seq = max((row.ver for row in rows.values()), default=0)
        self.notes = {}
        self.devices = {device_id: Device() for device_id in self.devices}


class MemoryApi:
    """Implements `SyncApi`; `failures` are raised by the next calls, before or after the effect."""

    def __init__(self, server: MemoryServer, device_id: str) -> None:
        self.server = server
        self.device_id = device_id
        self.before: list[DeskError] = []
        self.after: list[DeskError] = []
        self.calls: list[str] = []
        self.page_rows: int | None = None
        self.part_bytes = 64 * 1024
        self.on_call: Callable[[str], None] | None = None

    async def push(
        self, mutations: Sequence[Mutation], *, device_id: str, epoch: str | None
    ) -> PushAnswer:
        self._begin("push")
        if epoch != self.server.epoch:
            raise EpochChangedError
        device = self.server.devices[device_id]
        if mutations[0].n > device.last_n + 1:
            raise SequenceGapError(device.last_n)
        for mutation in mutations[: device.last_n - mutations[0].n + 1]:
            if device.counted[mutation.n - 1][0] != mutation:
                raise DeviceReusedError
        results = [self._one(device, mutation) for mutation in mutations]
        self._end()
        return PushAnswer(device.last_n, self.server.epoch, tuple(results))

    def _one(self, device: Device, mutation: Mutation) -> Result:
        if mutation.n <= device.last_n:
            return device.counted[mutation.n - 1][1]
        key = (mutation.entity, mutation.id)
        if key in self.server.forbidden:
            result = Result(mutation.n, "rejected", code=self.server.forbidden[key])
        else:
            incoming = Incoming(
                mutation.fields, mutation.base, self.device_id, delete=mutation.op == "delete"
            )
            status, ver = self.server.write(*key, incoming)
            result = Result(mutation.n, status, ver)
        device.counted.append((mutation, result))
        return result

    async def pull(self, cursor: str | None, *, limit: int) -> Page:
        self._begin("pull")
        epoch, _, after = (cursor or f"{self.server.epoch}:0").rpartition(":")
        if epoch != self.server.epoch or (cursor and int(after) < self.server.horizon):
            raise ResyncRequiredError
        limit = self.page_rows or limit
        found = sorted(
            (row.ver, key) for key, row in self.server.rows.items() if row.ver > int(after)
        )
        reached = found[limit - 1][0] if len(found) > limit else self.server.seq
        page = Page(
            rows=tuple(self._row(*key) for _, key in found[:limit]),
            cursor=f"{self.server.epoch}:{reached}",
            more=len(found) > limit,
            last_n=self.server.devices[self.device_id].last_n,
            epoch=self.server.epoch,
            server_time=format_instant(self.server.time),
        )
        self._end()
        return page

    async def snapshot(self, place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        self._begin("snapshot")
        cursor = f"{self.server.epoch}:{self.server.seq}"
        if place is not None and place.cursor.rpartition(":")[0] != self.server.epoch:
            raise ResyncRequiredError
        rows = [
            self._row(*key)
            for key, row in sorted(self.server.rows.items())
            if not row.deleted and (place is None or "/".join(key) > place.after)
        ]
        head: dict[str, Json] = {} if place is None else {"counts": None}
        at = cursor if place is None else place.cursor
        body = copy_of(rows, cursor=at, epoch=self.server.epoch, **head)
        for start in range(0, len(body), self.part_bytes):
            yield body[start : start + self.part_bytes]
        self._end()

    async def digest(self, entity: str) -> Fingerprint:
        self._begin("digest")
        total = count = 0
        for (kind, record_id), row in self.server.rows.items():
            if kind == entity and not row.deleted:
                mark = hashlib.blake2b(f"{record_id}:{row.ver}".encode(), digest_size=8)
                total, count = total ^ int.from_bytes(mark.digest(), "big"), count + 1
        self._end()
        return Fingerprint(f"{self.server.epoch}:{self.server.seq}", count, f"{total:016x}")

    def _row(self, entity: str, record_id: str) -> ServerRow:
        row = self.server.rows[entity, record_id]
        return ServerRow(
            entity,
            record_id,
            row.ver,
            dict(row.fields),
            dict(row.versions),
            deleted=row.deleted,
        )

    async def fork(self) -> str:
        self._begin("fork")
        self.device_id = f"{self.device_id}-fork"
        self.server.devices[self.device_id] = Device()
        self._end()
        return self.device_id

    async def push_notes(
        self, batch: NoteBatch, *, device_id: str, epoch: str | None
    ) -> NoteReceipt:
        self._begin("push_notes")
        if epoch != self.server.epoch:
            raise EpochChangedError
        if batch.doc in self.server.merged:
            raise MergedError(self.server.merged[batch.doc])
        if batch.doc in self.server.refused_notes:
            raise RefusedError(self.server.refused_notes[batch.doc], "Refused.")
        counted = self.server.devices[device_id].notes.setdefault(batch.doc, [])
        if batch.updates[0].n > len(counted) + 1:
            raise SequenceGapError(len(counted))
        for number, update in batch.updates:
            if number > len(counted):
                counted.append(update)
                self.server.add_note(batch.note, batch.doc, update)
        self._end()
        return NoteReceipt(len(counted), len(self.server.notes[batch.doc]))

    async def pull_notes(self, docs: Mapping[str, int], *, epoch: str | None) -> Sequence[NotePage]:
        self._begin("pull_notes")
        pages = [self._note_page(doc, after) for doc, after in docs.items()]
        self._end()
        return [page for page in pages if page is not None]

    def _note_page(self, doc: str, after: int) -> NotePage | None:
        log = self.server.notes.get(doc)
        if log is None:
            return None
        updates = [SequencedUpdate(n, update) for n, update in enumerate(log, start=1)]
        return NotePage(doc, after, len(log), tuple(updates[after:]))

    def _begin(self, call: str) -> None:
        self.calls.append(call)
        if self.on_call is not None:
            self.on_call(call)
        if self.before:
            raise self.before.pop(0)

    def _end(self) -> None:
        if self.after:
            raise self.after.pop(0)


class MemoryFeed:
    """Implements `LiveFeed`: a test puts messages in, or an error that ends the connection."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[LiveMessage | DeskError | None] = asyncio.Queue()
        self.watched: list[list[str]] = []
        self.connections: list[tuple[str | None, str | None, list[str]]] = []
        self.connected = asyncio.Event()
        self.places: list[tuple[str, str | None, Json]] = []
        self.left: list[str] = []

    def watch(self, docs: Sequence[str]) -> None:
        self.watched.append(list(docs))

    def enter(self, interview_id: str, stage: str | None, cursor: Json) -> None:
        self.places.append((interview_id, stage, cursor))

    def leave(self, interview_id: str) -> None:
        self.left.append(interview_id)

    async def messages(
        self, *, cursor: str | None, epoch: str | None, docs: Sequence[str]
    ) -> AsyncGenerator[LiveMessage, None]:
        self.connections.append((cursor, epoch, list(docs)))
        self.connected.set()
        while (message := await self.said.get()) is not None:
            if isinstance(message, DeskError):
                raise message
            yield message


class Naps:
    """A `Nap` that lasts until its event or the test ends it; no real time passes."""

    def __init__(self) -> None:
        self.lengths: list[float | None] = []
        self._sleeping: list[tuple[float | None, asyncio.Event]] = []
        self._fell_asleep = asyncio.Event()

    async def __call__(self, event: asyncio.Event, seconds: float | None) -> None:
        self.lengths.append(seconds)
        if seconds == 0.0:
            return
        over = asyncio.Event()
        entry = (seconds, over)
        self._sleeping.append(entry)
        self._fell_asleep.set()
        waiters = {asyncio.ensure_future(event.wait()), asyncio.ensure_future(over.wait())}
        try:
            await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._sleeping.remove(entry)
            for waiter in waiters:
                waiter.cancel()

    async def asleep(self, seconds: float | None) -> None:
        """Wait until somebody naps for exactly so long."""
        while not any(length == seconds for length, _ in self._sleeping):
            self._fell_asleep.clear()
            await self._fell_asleep.wait()

    async def end(self, seconds: float | None) -> None:
        """End the nap of this length, once somebody takes it."""
        await self.asleep(seconds)
        for length, over in tuple(self._sleeping):
            if length == seconds:
                over.set()


class MemoryTokens:
    """Implements `TokenKeeper`."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens
        self.kept: list[Tokens] = []

    async def load(self) -> Tokens | None:
        return self.tokens

    async def keep(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.kept.append(tokens)

    async def forget(self) -> None:
        self.tokens = None
