"""Debriefing an interview: my own ratings first, then the panel's and what follows from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interview_desk.domain.capture_kinds import is_held_back
from interview_desk.domain.errors import DeskError
from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.facts import Catalogue, catalogue_of
from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.evaluation.panel import (
    DRAFT,
    SUBMITTED,
    has_evidence,
    is_submitted,
    level_of,
    rating_in,
)
from interview_desk.domain.evaluation.results import Evaluation
from interview_desk.domain.evaluation.rounds import asked_raters, sees_ratings
from interview_desk.domain.evaluation.rule_sets import Criterion, RuleSet
from interview_desk.domain.flags import Flag, is_on
from interview_desk.domain.ids import sheet_id
from interview_desk.domain.interviews import Interview, guest_of, interview_of
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.roles import AssignmentRole, Role
from interview_desk.domain.values import Fields, Json
from interview_desk.services.evaluation_inputs import inputs_for, is_partial
from interview_desk.services.guide_shelf import guide_for
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.kept_results import KeptResult, kept_results
from interview_desk.services.ports import Me, Records
from interview_desk.services.rule_shelf import rules_for

_SHEETS = "rating_sheets"


class SheetNotReady(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Something is missing on the sheet that has to be there before it is handed in."""

    code = "sheet_not_ready"


class ReasonMissing(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Opening a sheet again is only done with a reason, which everybody can read later."""

    code = "reason_missing"

    def __init__(self) -> None:
        super().__init__("Say in a few words why you open your ratings again.")


@dataclass(frozen=True, slots=True)
class RaterSheet:
    """What one member gave, by criterion."""

    member_id: str
    name: str
    is_me: bool
    fields: Fields

    def rating(self, criterion: Criterion) -> tuple[int | None, str]:
        """The level they gave and what it rests on; None and nothing where they gave none."""
        rating = rating_in(self.fields, criterion.id)
        return level_of(criterion, rating), evidence_words(rating.get("evidence"))

    @property
    def reopened_because(self) -> str:
        """Why they opened it again after handing it in; empty where they did not."""
        return evidence_words(self.fields.get("reopened_because"))

    @property
    def is_after_seeing_others(self) -> bool:
        """Whether it was changed when the others' could be seen already."""
        return self.fields.get("after_seeing_others") is True


@dataclass(frozen=True, slots=True)
class Debrief:
    """Everything about judging one interview that this person may see now.

    `sheets` are the submitted ones, mine first, and empty as long as they are hidden from me;
    `result` likewise. Who `sees_no_others` is never shown them, nor who is still awaited.
    `kept` are the results that the server has kept so far, the newest first. `quotes` is what was
    captured, to take as evidence; `facts` names what rules ask for.
    """

    interview: Interview
    rules: RuleSet
    facts: Catalogue
    mine: Fields
    is_on: bool
    may_rate: bool
    may_close: bool
    sees_no_others: bool
    is_closed: bool
    awaited: tuple[str, ...]
    sheets: tuple[RaterSheet, ...]
    quotes: tuple[str, ...]
    inputs: Inputs
    result: Evaluation | None
    kept: tuple[KeptResult, ...]

    @property
    def is_submitted(self) -> bool:
        """Whether my own ratings are handed in."""
        return is_submitted(self.mine)

    @property
    def is_open_to_me(self) -> bool:
        """Whether the ratings of others are shown to me."""
        return self.result is not None


class DebriefService:
    """Reads and writes ratings through the outbox; the same with and without a network."""

    def __init__(self, records: Records, *, me: Me) -> None:
        self._records = records
        self._me = me
        self._judge: Judge | None = None

    async def read(self, interview_id: str) -> Debrief:
        """The debrief as it stands on this desk; InterviewGone without the interview."""
        record = await self._records.get("interviews", interview_id)
        if record is None:
            raise InterviewGone
        interview = interview_of(record)
        rules = await rules_for(record, self._records, me=self._me)
        inputs = await inputs_for(record, self._records, rules)
        guide = await guide_for(interview, self._records)
        mine = self._own(inputs.sheets)
        shown = self._shown(inputs)
        flags = [one.fields for one in await self._records.all_of("flags")]
        return Debrief(
            interview=interview,
            rules=rules,
            facts=catalogue_of(guide, rules.criteria, rules.bands),
            mine=mine,
            is_on=is_on(Flag.EVALUATION, flags),
            may_rate=self._may_rate(inputs),
            may_close=self._may_close(inputs),
            sees_no_others=self._me.role is Role.EXTERNAL,
            is_closed=record.fields.get("ratings_closed") is True,
            awaited=await self._awaited(inputs),
            sheets=await self._sheets(inputs.sheets) if shown else (),
            quotes=_quotes(inputs),
            inputs=inputs,
            result=self.judged(rules, inputs) if shown else None,
            kept=await kept_results(interview_id, self._records) if shown else (),
        )

    def judged(
        self, rules: RuleSet, inputs: Inputs, instead: Mapping[str, int] | None = None
    ) -> Evaluation:
        """What the rules make of the interview, with levels of mine `instead` of the panel's."""
        if self._judge is None or self._judge.rules != rules:
            self._judge = Judge(rules)
        partial = is_partial(inputs, self._me)
        return self._judge.evaluate(inputs, is_partial=partial, instead=instead)

    async def keep(self, interview_id: str, ratings: Mapping[str, Json]) -> None:
        """Keep my ratings as they are now, as a draft that nobody else sees."""
        await self._write(interview_id, {"ratings": ratings, "state": DRAFT})

    async def submit(self, interview_id: str, rules: RuleSet, ratings: Mapping[str, Json]) -> None:
        """Hand my ratings in; SheetNotReady where none is given or evidence is missing."""
        check_ready(rules, ratings)
        await self._write(interview_id, {"ratings": ratings, "state": SUBMITTED})

    async def reopen(self, interview_id: str, reason: str) -> None:
        """Take my ratings back to change them; the reason stays with them."""
        if not reason.strip():
            raise ReasonMissing
        fields: Fields = {"state": DRAFT, "reopened_because": reason.strip()}
        await self._write(interview_id, fields)

    async def close_round(self, interview_id: str) -> None:
        """Show the ratings to everybody, although some are still missing."""
        await self._records.write([Edit("interviews", interview_id, {"ratings_closed": True})])

    async def _write(self, interview_id: str, fields: Fields) -> None:
        own = sheet_id(interview_id, self._me.member_id)
        if await self._records.get(_SHEETS, own) is None:
            fields = {"interview_id": interview_id, "member_id": self._me.member_id, **fields}
        await self._records.write([Edit(_SHEETS, own, fields)])

    def _own(self, sheets: Sequence[Record]) -> Fields:
        own = (one.fields for one in sheets if one.fields.get("member_id") == self._me.member_id)
        return next(own, {})

    def _shown(self, inputs: Inputs) -> bool:
        return self._me.role is not Role.EXTERNAL and sees_ratings(
            self._me.member_id,
            inputs.interview.fields,
            assignments=[one.fields for one in inputs.assignments],
            sheets=[one.fields for one in inputs.sheets],
        )

    def _may_rate(self, inputs: Inputs) -> bool:
        """Who works in the team rates what they like; an external member what they are asked."""
        asked = asked_raters(one.fields for one in inputs.assignments)
        return self._me.role is not Role.EXTERNAL or self._me.member_id in asked

    def _may_close(self, inputs: Inputs) -> bool:
        leads = {
            one.fields.get("member_id")
            for one in inputs.assignments
            if one.fields.get("role") == AssignmentRole.LEAD
        }
        if self._me.role.runs_the_team:
            return True
        return self._me.role is Role.INTERVIEWER and self._me.member_id in leads

    async def _awaited(self, inputs: Inputs) -> tuple[str, ...]:
        """The names of those who were asked and, as far as can be seen, have not handed in."""
        if self._me.role is Role.EXTERNAL:
            return ()
        given = {
            str(one.fields.get("member_id")) for one in inputs.sheets if is_submitted(one.fields)
        }
        asked = asked_raters(one.fields for one in inputs.assignments)
        names = await self._names()
        return tuple(sorted(names.get(one, "A member") for one in asked - given))

    async def _sheets(self, sheets: Sequence[Record]) -> tuple[RaterSheet, ...]:
        names = await self._names()
        found = [
            RaterSheet(
                member_id,
                names.get(member_id, "Somebody who left"),
                is_me=member_id == self._me.member_id,
                fields=one.fields,
            )
            for one in sheets
            if is_submitted(one.fields)
            for member_id in [str(one.fields.get("member_id"))]
        ]
        return tuple(sorted(found, key=lambda one: (not one.is_me, one.name.casefold())))

    async def _names(self) -> dict[str, str]:
        members = await self._records.all_of("poblysh_team_members")
        return {one.id: str(one.fields.get("name") or one.fields.get("email")) for one in members}


def check_ready(rules: RuleSet, ratings: Mapping[str, Json]) -> None:
    """Raise SheetNotReady with a sentence that says what to do where a sheet is not complete."""
    sheet: Fields = {"ratings": ratings}
    given = [one for one in rules.asked if level_of(one, rating_in(sheet, one.id)) is not None]
    if not given:
        raise SheetNotReady("Rate at least one point before you hand in your ratings.")
    bare = without_evidence(rules, ratings)
    if bare:
        raise SheetNotReady(
            f"Say what your rating rests on: {', '.join(one.label for one in bare)}."
        )


def without_evidence(rules: RuleSet, ratings: Mapping[str, Json]) -> tuple[Criterion, ...]:
    """The criteria that were rated without the evidence they ask for."""
    sheet: Fields = {"ratings": ratings}
    return tuple(
        one
        for one in rules.asked
        if one.evidence_required
        and level_of(one, rating := rating_in(sheet, one.id)) is not None
        and not has_evidence(rating)
    )


def evidence_words(evidence: Json) -> str:
    """What a rating rests on, as one text."""
    if isinstance(evidence, str):
        return evidence.strip()
    if isinstance(evidence, Mapping):
        return " \N{MIDDLE DOT} ".join(filter(None, map(evidence_words, evidence.values())))
    if isinstance(evidence, list | tuple):
        return " \N{MIDDLE DOT} ".join(filter(None, map(evidence_words, evidence)))
    return ""


def _quotes(inputs: Inputs) -> tuple[str, ...]:
    guests = [guest_of(one) for one in inputs.guests]
    allowed = [
        one.fields
        for one in inputs.insights
        if one.fields.get("state") != "rejected" and not is_held_back(one.fields, guests)
    ]
    said = (str(one.get("statement") or "").strip() for one in allowed)
    return tuple(dict.fromkeys(filter(None, said)))
