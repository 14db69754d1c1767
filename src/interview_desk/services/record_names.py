"""Which record is meant, in the words of the people who wrote it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from interview_desk.domain.field_words import field_words, kind_words
from interview_desk.domain.guides import COVERED, Guide
from interview_desk.domain.interviews import interview_of
from interview_desk.domain.records import Record
from interview_desk.domain.values import Fields, Json
from interview_desk.services.guide_shelf import default_guide, guide_for
from interview_desk.services.ports import Records

_NAMED: Final = ("poblysh_team_members", "guides")
_GONE: Final = "Somebody who left"
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class About:
    """A record as a person thinks of it; the interview is None where it belongs to none."""

    entity: str
    id: str
    words: str
    interview_id: str | None = None
    interview_title: str | None = None


class RecordNames:
    """Looks up what ids stand for; reads the names once and then keeps to them."""

    def __init__(self, records: Records, names: Mapping[str, str]) -> None:
        self._records = records
        self._guides: dict[str, Guide] = {}
        self.names = names

    @classmethod
    async def read(
        cls, records: Records, *, startups: Collection[str] | None = None
    ) -> "RecordNames":
        """With the names that the team's members, startups and guides have now.

        Of startups there may be very many: who knows which ones are spoken of says so.
        """
        rows = [row for entity in _NAMED for row in await records.all_of(entity)]
        if startups is None:
            rows += await records.all_of("startups")
        elif startups:
            rows += await records.some_of("startups", startups)
        names = {row.id: _text(row.fields, "name") or _text(row.fields, "email") for row in rows}
        return cls(records, {key: name for key, name in names.items() if name})

    def person(self, member_id: str | None) -> str | None:
        """The member's name; None where it was nobody of the team."""
        return self.names.get(member_id, _GONE) if member_id else None

    async def about(self, entity: str, record_id: str, fields: Fields | None = None) -> About:
        """What the record is; `fields` say it where the record itself is not here any more."""
        record = await self._records.get(entity, record_id)
        held: Fields = {**(fields or {}), **(record.fields if record else {})}
        interview_id = record_id if entity == "interviews" else _text(held, "interview_id")
        interview = await self._records.get("interviews", interview_id) if interview_id else None
        title = interview_of(interview).title if interview else None
        words = await self._words(entity, held, interview)
        return About(entity, record_id, words, interview.id if interview else None, title)

    async def stage(self, interview: Record | None, stage: str) -> str:
        """What the guide calls a stage."""
        guide = await self._guide(interview)
        return next((one.title for one in guide.stages if one.key == stage), stage)

    async def _words(self, entity: str, fields: Fields, interview: Record | None) -> str:
        if entity == "interview_answers":
            return await self._answer(interview, _text(fields, "field"))
        if entity == "note_documents":
            return f"Notes of {await self.stage(interview, _text(fields, 'stage'))}"
        kind = kind_words(entity)
        if entity in {"interview_assignments", "rating_sheets"}:
            return f"{kind} of {self.person(_text(fields, 'member_id') or None) or 'a member'}"
        said = _text(fields, "name") or _text(fields, "title") or _text(fields, "statement")
        return (
            f"{kind} \N{LEFT DOUBLE QUOTATION MARK}{_short(said)}\N{RIGHT DOUBLE QUOTATION MARK}"
            if said
            else kind
        )

    async def _answer(self, interview: Record | None, name: str) -> str:
        stage_key, _, key = name.partition(".")
        guide = await self._guide(interview)
        for stage in guide.stages:
            if stage.key == stage_key:
                if key == COVERED:
                    return f"{stage.title}: covered"
                title = next((one.title for one in stage.fields if one.key == key), None)
                return f"{title or field_words('', key)} ({stage.title})"
        return field_words("", key or name) or kind_words("interview_answers")

    async def _guide(self, interview: Record | None) -> Guide:
        if interview is None:
            return default_guide()
        if interview.id not in self._guides:
            self._guides[interview.id] = await guide_for(interview_of(interview), self._records)
        return self._guides[interview.id]


def _text(fields: Mapping[str, Json], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
