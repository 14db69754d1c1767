"""The team's rules for judging interviews: versions, drafts, trying them out, publishing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from interview_desk.domain.errors import DeskError
from interview_desk.domain.evaluation.checking import RulesInvalid, mistakes_in
from interview_desk.domain.evaluation.checking_conditions import Mistake
from interview_desk.domain.evaluation.comparing import Preview, previewed
from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.facts import Catalogue, catalogue_of
from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.evaluation.results import Evaluation
from interview_desk.domain.evaluation.rule_sets import RuleSet
from interview_desk.domain.evaluation.versions import JUDGED, State, in_force, state_of
from interview_desk.domain.guides import Guide
from interview_desk.domain.overtaken import edit_of
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.values import Fields
from interview_desk.services.evaluation_inputs import inputs_of_all, is_partial
from interview_desk.services.ports import Me, NewId, Records
from interview_desk.wire.evaluation import publishable, rule_set_of
from interview_desk.wire.rule_spelling import rule_set_fields
from interview_desk.wire.shipped import guide_named, shipped_rules

_RULES = "evaluation_rules"
# So many interviews are judged before others get their turn.
_AT_ONCE = 10


class MayNotEditRules(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Only owners and admins change how interviews are judged."""

    code = "may_not_edit_rules"

    def __init__(self) -> None:
        super().__init__("Only an owner or admin changes how interviews are judged.")


class RulesGone(DeskError):  # noqa: N818  - reads as the sentence it shows
    """The version is not there any more."""

    code = "rules_gone"

    def __init__(self) -> None:
        super().__init__("These rules are not there any more; somebody has removed them.")


@dataclass(frozen=True, slots=True)
class Version:
    """One version as a list shows it; `rules` is None where it cannot be read."""

    id: str
    name: str
    number: int
    state: State
    replaces: str | None
    rules: RuleSet | None


@dataclass(frozen=True, slots=True)
class Editing:
    """What an editor needs: the rules, every fact they may ask for, and what is still wrong."""

    version: Version
    facts: Catalogue
    mistakes: tuple[Mistake, ...]


class RulesService:
    """Reads and writes rules through the outbox; trying them out changes nothing."""

    def __init__(self, records: Records, *, me: Me, new_id: NewId) -> None:
        self._records = records
        self._me = me
        self._new_id = new_id

    @property
    def may_edit(self) -> bool:
        """Whether I may change how interviews are judged."""
        return self._me.role.runs_the_team

    async def versions(self) -> tuple[Version, ...]:
        """All versions of the team, newest first; none while those that come along judge."""
        found = [_version(one) for one in await self._records.all_of(_RULES)]
        return tuple(reversed(found))

    async def begin(self, from_id: str | None = None) -> str:
        """Begin a draft from a version, or from the rules that come along; its id."""
        self._require_editor()
        fields: Fields = rule_set_fields(shipped_rules())
        if from_id is not None:
            source = (await self._get(from_id)).fields
            number = _number(source) + 1
            fields = {**source, "version": number, "replaces": from_id}
        draft_id = self._new_id()
        await self._write(draft_id, {**fields, "state": State.DRAFT})
        return draft_id

    async def open(self, version_id: str) -> Editing:
        """A version for the editor; RulesGone without it."""
        record = await self._get(version_id)
        version = _version(record)
        try:
            rules = rule_set_of(record.fields)
        except RulesInvalid as error:
            guide = await self._guide(record.fields)
            return Editing(version, catalogue_of(guide), error.mistakes)
        return Editing(version, *await self.checked(version_id, rules))

    async def checked(
        self, version_id: str, rules: RuleSet
    ) -> tuple[Catalogue, tuple[Mistake, ...]]:
        """The facts for rules that are being written, and everything still wrong with them."""
        guide = await self._guide((await self._get(version_id)).fields)
        catalogue = catalogue_of(guide, rules.criteria, rules.bands)
        return catalogue, mistakes_in(rules, catalogue)

    async def keep(self, draft_id: str, rules: RuleSet, *, was: RuleSet) -> None:
        """Keep a draft as it is now, with whatever is still wrong.

        Only what differs from what it `was` before is written.
        """
        self._require_editor()
        record = await self._get(draft_id)
        held = _readable(record)
        now = {**record.fields, **(rule_set_fields(held) if held else {})}
        made, shown = rule_set_fields(rules), rule_set_fields(was)
        edit = edit_of(_RULES, draft_id, shown=shown, made=made, now=now)
        await self._records.write([edit] if edit.fields else [])

    async def preview(self, draft_id: str, rules: RuleSet) -> Preview:
        """What these rules would change for interviews that took place; nothing is changed."""
        draft = await self._get(draft_id)
        # As if it were published now, later than every other.
        candidate = draft._replace(fields={**draft.fields, "state": State.PUBLISHED}, ver=_LATEST)
        pairs = [pair async for pair in self._compared(candidate, Judge(rules))]
        return previewed(pairs)

    async def publish(self, draft_id: str) -> None:
        """Judge by the draft from now on; RulesInvalid with every mistake where it cannot be.

        The version it follows is retired; what was judged by it stays as it was.
        """
        self._require_editor()
        fields = (await self._get(draft_id)).fields
        publishable(fields, await self._guide(fields))
        edits = [Edit(_RULES, draft_id, {"state": State.PUBLISHED})]
        replaces = fields.get("replaces")
        before = await self._records.get(_RULES, str(replaces)) if replaces else None
        if before is not None and state_of(before.fields) is State.PUBLISHED:
            edits.append(Edit(_RULES, before.id, {"state": State.RETIRED}))
        await self._records.write(edits)

    async def retire(self, version_id: str) -> None:
        """Judge nobody by a version any more; its results stay."""
        self._require_editor()
        await self._write(version_id, {"state": State.RETIRED})

    async def discard(self, draft_id: str) -> None:
        """Throw a draft away."""
        self._require_editor()
        await self._records.write([Edit(_RULES, draft_id, {}, delete=True)])

    async def _compared(
        self, candidate: Record, new: Judge
    ) -> AsyncIterator[tuple[str, Evaluation, Evaluation]]:
        """Each interview that the candidate would judge: its id, its result now and then."""
        event_types = await self._records.all_of("event_types")
        others = [one for one in await self._records.all_of(_RULES) if one.id != candidate.id]
        judges = _Judges()
        count = 0
        with_peers = new.rules.compares_segments
        async for inputs in inputs_of_all(self._records, with_peers=with_peers):
            fields = inputs.interview.fields
            if not _was_judged(inputs):
                continue
            chosen = in_force(fields, event_types=event_types, rule_sets=[*others, candidate])
            if chosen is not candidate:
                continue
            before = in_force(fields, event_types=event_types, rule_sets=others)
            partial = is_partial(inputs, self._me)
            yield (
                inputs.interview.id,
                judges.by(before).evaluate(inputs, is_partial=partial),
                new.evaluate(inputs, is_partial=partial),
            )
            count += 1
            if count % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _guide(self, fields: Fields) -> Guide:
        guide_id = fields.get("guide_id")
        found = await self._records.get("guides", str(guide_id)) if guide_id else None
        return guide_named(found.fields if found else None)

    async def _get(self, version_id: str) -> Record:
        record = await self._records.get(_RULES, version_id)
        if record is None:
            raise RulesGone
        return record

    async def _write(self, version_id: str, fields: Fields) -> None:
        await self._records.write([Edit(_RULES, version_id, fields)])

    def _require_editor(self) -> None:
        if not self.may_edit:
            raise MayNotEditRules


_LATEST = 2**53


class _Judges:
    """Those who judge now, each made once."""

    def __init__(self) -> None:
        self._made: dict[str | None, Judge] = {}

    def by(self, version: Record | None) -> Judge:
        """Who judges by `version`, or by the rules that come along."""
        key = version.id if version else None
        if key not in self._made:
            rules = rule_set_of(version.fields) if version else shipped_rules()
            self._made[key] = Judge(rules)
        return self._made[key]


def _was_judged(inputs: Inputs) -> bool:
    return inputs.status in JUDGED and not inputs.interview.fields.get("merged_into")


def _version(record: Record) -> Version:
    replaces = record.fields.get("replaces")
    return Version(
        id=record.id,
        name=str(record.fields.get("name") or "Untitled rules"),
        number=_number(record.fields),
        state=state_of(record.fields),
        replaces=replaces if isinstance(replaces, str) else None,
        rules=_readable(record),
    )


def _readable(record: Record) -> RuleSet | None:
    try:
        return rule_set_of(record.fields)
    except RulesInvalid:
        return None


def _number(fields: Fields) -> int:
    number = fields.get("version")
    return int(number) if isinstance(number, int | float) else 1
