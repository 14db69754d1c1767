"""Sequences as people write them: read, checked, tried out, put to use and taken out of it."""

from collections import Counter
from dataclasses import dataclass

from interview_desk.domain.errors import DeskError
from interview_desk.domain.evaluation.facts import Catalogue
from interview_desk.domain.overtaken import edit_of
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.sequences.messages import LIVE, EnrolmentState
from interview_desk.domain.sequences.plan import Sequence, SequenceState
from interview_desk.domain.values import Fields, Json
from interview_desk.services.ports import Me, NewId, Records
from interview_desk.wire.mail_conditions import mail_facts, sequence_mistakes
from interview_desk.wire.sequences import read_sequence

_SEQUENCES = "sequences"


class SequenceInvalid(DeskError):  # noqa: N818  - reads as what it says about the sequence
    """The sequence cannot be kept so; `mistakes` says why, each in a sentence with its place."""

    code = "sequence_invalid"

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        self.mistakes = mistakes
        super().__init__(" ".join(mistakes))


class MayNotWrite(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Only owners and admins write what the whole team sends."""

    code = "may_not_write"

    def __init__(self) -> None:
        super().__init__("Only an owner or admin can change sequences.")


@dataclass(frozen=True, slots=True)
class Shelved:
    """One sequence of the team. `sequence` is None where it cannot be read; `mistakes` says why.

    `running` is how many guests may still get mail from it.
    """

    id: str
    name: str
    state: SequenceState
    fields: Fields
    sequence: Sequence | None
    mistakes: tuple[str, ...]
    running: int


class SequenceService:
    """Reads and writes sequences through the outbox."""

    def __init__(
        self,
        records: Records,
        *,
        me: Me,
        new_id: NewId,
    ) -> None:
        self._records = records
        self._me = me
        self._new_id = new_id

    @property
    def may_write(self) -> bool:
        """Whether I can change them."""
        return self._me.role.runs_the_team

    async def shelf(self) -> list[Shelved]:
        """Every sequence, those in use first."""
        running = Counter(
            str(one.fields.get("sequence_id"))
            for one in await self._records.all_of("enrolments")
            if (one.fields.get("state") or EnrolmentState.ACTIVE) in LIVE
        )
        found = [_shelved(one, running[one.id]) for one in await self._records.all_of(_SEQUENCES)]
        order = [SequenceState.PUBLISHED, SequenceState.DRAFT, SequenceState.RETIRED]
        return sorted(found, key=lambda one: (order.index(one.state), one.name.casefold()))

    async def save(self, sequence_id: str | None, fields: Fields, *, was: Fields) -> str:
        """Keep what was written, as the next version; SequenceInvalid where it cannot be.

        Of `fields` only those are written that differ from what `was` there when they were begun.
        Returns the sequence's id. A new one begins as a draft.
        """
        self._check_may_write()
        record = await self._records.get(_SEQUENCES, sequence_id) if sequence_id else None
        now: Fields = record.fields if record else {}
        own = sequence_id or self._new_id()
        edit = edit_of(_SEQUENCES, own, shown=was if record else {}, made=fields, now=now)
        before = now.get("version")
        version = int(before) + 1 if isinstance(before, int | float) else 1
        beside: dict[str, Json] = {"version": version}
        if record is None:
            beside["state"] = SequenceState.DRAFT
        await self._check(own, {**now, **edit.fields, **beside})
        if edit.fields:
            await self._records.write([edit._replace(fields={**edit.fields, **beside})])
        return own

    async def publish(self, sequence_id: str) -> None:
        """Let guests be enrolled in it; SequenceInvalid where it is not complete."""
        self._check_may_write()
        record = await self._records.get(_SEQUENCES, sequence_id)
        if record is None:
            raise SequenceInvalid(("This sequence is no longer here.",))
        await self._check(sequence_id, record.fields)
        await self._move(sequence_id, SequenceState.PUBLISHED)

    async def retire(self, sequence_id: str) -> None:
        """Enrol nobody any more; who is in it goes on to the end."""
        self._check_may_write()
        await self._move(sequence_id, SequenceState.RETIRED)

    async def facts(self) -> Catalogue:
        """What a mail may depend on."""
        return mail_facts(one.fields for one in await self._records.all_of("guides"))

    async def _check(self, sequence_id: str, fields: Fields) -> None:
        """Raise SequenceInvalid with everything that is wrong with it."""
        found = sequence_mistakes(sequence_id, fields, await self.facts())
        if found:
            raise SequenceInvalid(found)

    async def _move(self, sequence_id: str, state: SequenceState) -> None:
        await self._records.write([Edit(_SEQUENCES, sequence_id, {"state": state})])

    def _check_may_write(self) -> None:
        if not self.may_write:
            raise MayNotWrite


def _shelved(record: Record, running: int) -> Shelved:
    read = read_sequence(record.id, record.fields)
    name, state = record.fields.get("name"), record.fields.get("state")
    known = state in {one.value for one in SequenceState}
    return Shelved(
        id=record.id,
        name=name if isinstance(name, str) and name else "A sequence without a name",
        state=SequenceState(str(state)) if known else SequenceState.DRAFT,
        fields=record.fields,
        sequence=read.sequence,
        mistakes=read.mistakes,
        running=running,
    )
