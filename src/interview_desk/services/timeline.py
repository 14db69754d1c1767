"""Everything that happened to an interview: who, when, from what to what, newest first.

The rows on this computer tell the last change of each record, and what has not been sent yet; the
server's history tells the rest. Where it cannot be asked, the timeline says so and shows what is
known here.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.domain.field_words import field_words
from interview_desk.domain.merge import DELETED
from interview_desk.domain.records import ENTITIES, Field, Kind, Record
from interview_desk.domain.values import Json
from interview_desk.services.ports import Me, Records
from interview_desk.services.record_names import About, RecordNames

_PAGE: Final = 30
_AT_ONCE: Final = 4
_OF_INTERVIEW: Final = (
    "interview_guests",
    "interview_assignments",
    "interview_insights",
    "interview_answers",
    "booking_requests",
    "note_documents",
)
# The row says it all, or the server keeps no history of it.
_WITHOUT_HISTORY: Final = frozenset({"note_documents"})
_STARTUP: Final = "startup_id"
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_Key = tuple[str, str]


class Step(NamedTuple):
    """One change of one field; `by` is None where a part of the server wrote it."""

    entity: str
    record_id: str
    field: str
    before: Json
    to: Json
    by: str | None
    at: datetime
    ver: int
    # Whether `before` is known: a row on this computer tells only what it reads now.
    told: bool = True


class HistoryPage(NamedTuple):
    """A page of a record's history, newest first; `next` asks for the one after it."""

    steps: Sequence[Step]
    next: str | None = None


class HistoryFeed(Protocol):
    """The server's memory of every change."""

    async def history(self, entity: str, record_id: str, *, before: str | None) -> HistoryPage:
        """What happened to one record; a DeskError where it cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class FieldStep:
    """One field of an entry: its name and rule, what it held, and what it holds since."""

    title: str
    field: Field
    before: Json
    to: Json
    told: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `at` is None for what only this computer has so far."""

    about: About
    steps: tuple[FieldStep, ...]
    who: str | None
    is_me: bool
    at: datetime | None
    is_first: bool
    record: Record | None = None

    def step(self, name: str) -> FieldStep | None:
        """What happened to one field."""
        return next((one for one in self.steps if one.field.name == name), None)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The newest entries; `more` where there are older ones, `complete` where all were asked."""

    entries: tuple[Entry, ...]
    more: bool
    complete: bool
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Past:
    """What the server has told of one record so far."""

    ver: int
    steps: list[Step] = field(default_factory=list)
    next: str | None = None


class TimelineService:
    """Reads the timeline of one interview at a time, further back with each `older`."""

    def __init__(self, records: Records, *, me: Me, history: HistoryFeed | None) -> None:
        self._records = records
        self._me = me
        self._history = history
        self._past: dict[_Key, _Past] = {}
        self._interview: str | None = None
        self._shown = _PAGE
        self._complete = history is None

    async def known_here(self, interview_id: str) -> Timeline:
        """What this computer knows, at once and without a network."""
        if interview_id != self._interview:
            self._past, self._interview, self._shown = {}, interview_id, _PAGE
            self._complete = self._history is None
        return await self._timeline(interview_id)

    async def whole(self, interview_id: str) -> Timeline:
        """The same with what the server remembers, where it can be asked."""
        await self.known_here(interview_id)
        rows = await self._rows(interview_id)
        self._complete = await self._ask(rows)
        return await self._timeline(interview_id)

    async def older(self, interview_id: str) -> Timeline:
        """The same, one page further back."""
        self._shown += _PAGE
        self._complete = await self._ask_older()
        return await self._timeline(interview_id)

    async def _rows(self, interview_id: str) -> list[Record]:
        interview = await self._records.get("interviews", interview_id)
        rows = [interview] if interview else []
        for entity in _OF_INTERVIEW:
            rows += await self._records.of_interview(entity, interview_id)
        return rows

    async def _timeline(self, interview_id: str) -> Timeline:
        rows = await self._rows(interview_id)
        steps = [*_local_steps(rows), *self._told_steps()]
        names = await RecordNames.read(self._records, startups=_startups_in(rows, steps))
        groups = _grouped(steps)
        horizon = max((one.steps[-1].at for one in self._past.values() if one.next), default=None)
        visible = [group for group in groups if horizon is None or group[0].at >= horizon]
        held = {(row.entity, row.id): row for row in rows}
        waiting = [await self._unsent(row, names) for row in rows if row.pending]
        told = [
            await self._entry(group, names=names, row=held.get(_key(group[0])))
            for group in visible[: self._shown]
        ]
        more = len(visible) > self._shown or horizon is not None
        return Timeline((*waiting, *told), more, self._complete, names.names)

    def _told_steps(self) -> list[Step]:
        return [step for past in self._past.values() for step in past.steps]

    async def _entry(
        self, group: Sequence[Step], *, names: RecordNames, row: Record | None
    ) -> Entry:
        first = group[0]
        fields = {step.field: step.to for step in group}
        return Entry(
            about=await names.about(first.entity, first.record_id, fields),
            steps=tuple(_field_step(step) for step in group),
            who=names.person(first.by),
            is_me=first.by == self._me.member_id,
            at=first.at,
            is_first=_is_first(group, row),
            record=row,
        )

    async def _unsent(self, row: Record, names: RecordNames) -> Entry:
        steps = [
            Step(
                row.entity, row.id, name, None, row.fields.get(name), None, _EARLIEST, 0, told=False
            )
            for name in sorted(row.pending)
        ]
        return Entry(
            about=await names.about(row.entity, row.id),
            steps=tuple(map(_field_step, steps)),
            who=self._me.name,
            is_me=True,
            at=None,
            is_first=row.ver == 0,
            record=row,
        )

    async def _ask(self, rows: Iterable[Record]) -> bool:
        """Ask for every record that changed since it was made; False where not all answered."""
        if self._history is None:
            return True
        wanted = [row for row in rows if self._is_behind(row)]
        gate = asyncio.Semaphore(_AT_ONCE)
        asked = [self._first_page(row, gate, self._history) for row in wanted]
        return all(await asyncio.gather(*asked))

    def _is_behind(self, row: Record) -> bool:
        versions = set((row.field_versions or {}).values())
        changed_since = row.ver > 0 and (len(versions) > 1 or row.entity == "interviews")
        past = self._past.get((row.entity, row.id))
        is_old = past is None or past.ver < row.ver
        return changed_since and is_old and row.entity not in _WITHOUT_HISTORY

    async def _first_page(self, row: Record, gate: asyncio.Semaphore, feed: HistoryFeed) -> bool:
        key = (row.entity, row.id)
        page = await self._page(key, before=None, gate=gate, feed=feed)
        if page is not None:
            self._past[key] = _Past(row.ver, [*page.steps], page.next)
        return page is not None

    async def _ask_older(self) -> bool:
        if self._history is None:
            return True
        gate, feed = asyncio.Semaphore(_AT_ONCE), self._history
        asked = [
            self._next_page(key, past, gate=gate, feed=feed)
            for key, past in self._past.items()
            if past.next
        ]
        return all(await asyncio.gather(*asked))

    async def _next_page(
        self, key: _Key, past: _Past, *, gate: asyncio.Semaphore, feed: HistoryFeed
    ) -> bool:
        page = await self._page(key, before=past.next, gate=gate, feed=feed)
        if page is not None:
            past.steps += page.steps
            past.next = page.next
        return page is not None

    async def _page(
        self, key: _Key, *, before: str | None, gate: asyncio.Semaphore, feed: HistoryFeed
    ) -> HistoryPage | None:
        async with gate:
            try:
                return await feed.history(*key, before=before)
            except DeskError:
                return None


def _startups_in(rows: Sequence[Record], steps: Sequence[Step]) -> frozenset[str]:
    """The startups an interview belongs to or has belonged to."""
    said = [row.fields.get(_STARTUP) for row in rows]
    said += [value for one in steps if one.field == _STARTUP for value in (one.before, one.to)]
    return frozenset(value for value in said if isinstance(value, str))


def _local_steps(rows: Iterable[Record]) -> list[Step]:
    """The last change of each row, as far as the row tells it."""
    steps = []
    for row in rows:
        versions = row.field_versions or {}
        first = set(versions.values()) == {row.ver}
        for name, ver in versions.items():
            if ver == row.ver and row.updated_at is not None and name not in row.pending:
                to = row.fields.get(name)
                by, at = row.updated_by, row.updated_at
                steps.append(Step(row.entity, row.id, name, None, to, by, at, ver, told=first))
    return steps


def _grouped(steps: Iterable[Step]) -> list[list[Step]]:
    """Steps that were one change, newest first; what is told last is told best."""
    best: dict[tuple[str, str, str, int], Step] = {}
    for step in steps:
        key = (step.entity, step.record_id, step.field, step.ver)
        best[key] = step
    groups: dict[tuple[str, str, int], list[Step]] = {}
    for step in best.values():
        groups.setdefault((step.entity, step.record_id, step.ver), []).append(step)
    return sorted(groups.values(), key=lambda group: (group[0].at, group[0].ver), reverse=True)


def _is_first(group: Sequence[Step], row: Record | None) -> bool:
    """Whether the change made the record."""
    if any(step.before is not None or step.field == DELETED for step in group):
        return False
    versions = (row.field_versions or {}).values() if row else ()
    return all(step.told for step in group) and group[0].ver <= min(versions, default=group[0].ver)


def _field_step(step: Step) -> FieldStep:
    known = ENTITIES[step.entity].fields.get(step.field)
    title = field_words(step.entity, step.field)
    rule = known or Field(step.field, Kind.FLAG)
    return FieldStep(title, rule, step.before, step.to, step.told)


def _key(step: Step) -> _Key:
    return step.entity, step.record_id
