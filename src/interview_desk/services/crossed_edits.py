"""Two people changed the same thing: both values, who and when, and a person's decision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from interview_desk.domain.errors import DeskError
from interview_desk.domain.field_words import field_words
from interview_desk.domain.instants import parse_instant
from interview_desk.domain.merge import DELETED
from interview_desk.domain.records import ENTITIES, Edit, Field, Kind, Record
from interview_desk.domain.roles import Role
from interview_desk.domain.sequences.messages import MessageState
from interview_desk.domain.status import Status, may_move
from interview_desk.domain.values import Fields, Json, same_value
from interview_desk.services.interviews import MoveNotAllowed
from interview_desk.services.ports import Me, Records
from interview_desk.services.record_names import About, RecordNames
from interview_desk.services.timeline import HistoryFeed

_Kept = tuple[str, str]
_Author = tuple[str | None, datetime]
_MAILS = "follow_up_messages"
_ABOUT_ITSELF = Field(DELETED, Kind.FLAG)


class ReadItFirst(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Nobody approves a mail where its text cannot be read."""

    code = "read_it_first"

    def __init__(self) -> None:
        super().__init__("Approve this mail under Follow-ups, where you can read it.")


class AlreadySettled(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Somebody else has decided meanwhile."""

    code = "already_settled"

    def __init__(self) -> None:
        super().__init__("Somebody has decided this already.")


@dataclass(frozen=True, slots=True)
class Crossed:
    """A field that two people changed without seeing each other.

    `kept` is what everybody reads now, `lost` is what was set aside. The names are None where it
    was nobody of the team, or where only the server knows.
    """

    id: str
    about: About
    field: Field
    title: str
    kept: Json
    kept_by: str | None
    kept_at: datetime | None
    kept_is_mine: bool
    lost: Json
    lost_by: str | None
    lost_at: datetime | None
    lost_is_mine: bool

    @property
    def is_deletion(self) -> bool:
        """Whether one of the two deleted what the other one changed."""
        return self.field.name == DELETED


class CrossedEdits:
    """Shows what crossed and writes down the decision, which is an edit like any other."""

    def __init__(self, records: Records, *, me: Me, history: HistoryFeed | None = None) -> None:
        self._records = records
        self._me = me
        self._history = history
        self._authors: dict[_Kept, _Author] = {}

    @property
    def may_decide(self) -> bool:
        """Whether my role writes records at all."""
        return self._me.role is not Role.OBSERVER

    async def open_ones(self, interview_id: str | None = None) -> list[Crossed]:
        """What waits for a decision, oldest first; of one interview where it is named."""
        waiting = [row for row in await self._records.all_of("conflicts") if _is_open(row)]
        names = await RecordNames.read(self._records) if waiting else None
        found = [self._signed(await self._read(row, names), names) for row in waiting if names]
        return [
            one for one in found if interview_id is None or one.about.interview_id == interview_id
        ]

    async def with_authors(self, found: Sequence[Crossed]) -> list[Crossed]:
        """The same with who wrote what everybody reads, as far as the server remembers."""
        if not found:
            return []
        names = await RecordNames.read(self._records)
        for one in found:
            if one.kept_at is None and not one.is_deletion:
                await self._ask_author(one)
        return [self._signed(one, names) for one in found]

    async def by_interview(self) -> Counter[str | None]:
        """How many wait in each interview; under None those that belong to no interview."""
        return Counter(one.about.interview_id for one in await self.open_ones())

    async def keep(self, crossed_id: str) -> None:
        """Leave what everybody reads as it is."""
        row = await self._open_row(crossed_id)
        await self._records.write([_settled(row)])

    async def take(self, crossed_id: str) -> None:
        """Put what was set aside in its place."""
        row = await self._open_row(crossed_id)
        await self._decide(row, row.fields.get("lost"))

    async def write(self, crossed_id: str, value: Json) -> None:
        """Put a third value in place of both."""
        await self._decide(await self._open_row(crossed_id), value)

    async def _ask_author(self, one: Crossed) -> None:
        if self._history is None or _kept(one) in self._authors:
            return
        try:
            page = await self._history.history(one.about.entity, one.about.id, before=None)
        except DeskError:
            return
        steps = (step for step in page.steps if step.field == one.field.name)
        newest = next(steps, None)
        if newest is not None and same_value(newest.to, one.kept):
            self._authors[_kept(one)] = (newest.by, newest.at)

    def _signed(self, one: Crossed, names: RecordNames) -> Crossed:
        known = self._authors.get(_kept(one))
        if known is None:
            return one
        by, at = known
        mine = by == self._me.member_id
        return replace(one, kept_by=names.person(by), kept_at=at, kept_is_mine=mine)

    async def _decide(self, row: Record, value: Json) -> None:
        entity, record_id, name = _subject(row)
        if name == DELETED:
            edit = Edit(entity, record_id, {}, delete=True)
        else:
            await self._check_move(entity, record_id, name=name, value=value)
            edit = Edit(entity, record_id, _with_its_look(entity, name, value))
        # The edit goes first: where the server refuses it, it is in quarantine and seen there.
        await self._records.write([edit, _settled(row)])

    async def _check_move(self, entity: str, record_id: str, *, name: str, value: Json) -> None:
        if (entity, name, value) == (_MAILS, "state", MessageState.QUEUED):
            raise ReadItFirst
        record = await self._records.get(entity, record_id)
        if (entity, name) != ("interviews", "status") or record is None:
            return
        current, wanted = Status(str(record.fields.get("status"))), Status(str(value))
        if not may_move(current, wanted):
            raise MoveNotAllowed(current, wanted)

    async def _open_row(self, crossed_id: str) -> Record:
        row = await self._records.get("conflicts", crossed_id)
        if row is None or not _is_open(row):
            raise AlreadySettled
        return row

    async def _read(self, row: Record, names: RecordNames) -> Crossed:
        entity, record_id, name = _subject(row)
        record = await self._records.get(entity, record_id)
        by, at = _last_change(record, name)
        lost_by = row.fields.get("lost_by")
        lost_at = row.fields.get("lost_at")
        return Crossed(
            id=row.id,
            about=await names.about(entity, record_id),
            field=_field(entity, name),
            title=field_words(entity, name),
            kept=_now(record, name, otherwise=row.fields.get("kept")),
            kept_by=names.person(by),
            kept_at=at,
            kept_is_mine=by == self._me.member_id,
            lost=row.fields.get("lost"),
            lost_by=names.person(lost_by if isinstance(lost_by, str) else None),
            lost_at=parse_instant(lost_at) if isinstance(lost_at, str) else None,
            lost_is_mine=lost_by == self._me.member_id,
        )


def _with_its_look(entity: str, name: str, value: Json) -> Fields:
    """The look of a mail is made of its text, so that nobody reads two different ones."""
    return {name: value, "html": None} if (entity, name) == (_MAILS, "text") else {name: value}


def _kept(one: Crossed) -> _Kept:
    return one.id, repr(one.kept)


def _is_open(row: Record) -> bool:
    return row.fields.get("state") != "settled"


def _settled(row: Record) -> Edit:
    return Edit("conflicts", row.id, {"state": "settled"})


def _subject(row: Record) -> tuple[str, str, str]:
    entity, record_id, name = (str(row.fields.get(key)) for key in ("entity", "record_id", "field"))
    return entity, record_id, name


def _field(entity: str, name: str) -> Field:
    known = ENTITIES.get(entity)
    field = known.fields.get(name) if known else None
    return field or (_ABOUT_ITSELF if name == DELETED else Field(name, Kind.DATA))


def _now(record: Record | None, name: str, *, otherwise: Json) -> Json:
    """What everybody reads now; it may have been changed again since the two met."""
    if record is None or name == DELETED:
        return otherwise
    return record.fields.get(name)


def _last_change(record: Record | None, name: str) -> tuple[str | None, datetime | None]:
    """Who changed the field last, as far as the row itself tells."""
    versions = (record.field_versions or {}) if record else {}
    if record is None or versions.get(name) != record.ver:
        return None, None
    return record.updated_by, record.updated_at
