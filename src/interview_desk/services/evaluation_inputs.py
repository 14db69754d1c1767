"""What interviews are judged by, read from the local database."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from interview_desk.domain.evaluation.computed import Segments
from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.evaluation.rounds import sees_ratings
from interview_desk.domain.evaluation.rule_sets import RuleSet
from interview_desk.domain.records import Record
from interview_desk.domain.roles import Role
from interview_desk.services.ports import Me, Records

_ANSWERS = "interview_answers"
_KINDS = {
    "assignments": "interview_assignments",
    "guests": "interview_guests",
    "answers": _ANSWERS,
    "insights": "interview_insights",
    "sheets": "rating_sheets",
}


async def inputs_for(interview: Record, records: Records, rules: RuleSet) -> Inputs:
    """Everything that `rules` may ask about one interview."""
    inputs = await inputs_about(interview, records)
    answers = await records.all_of(_ANSWERS) if rules.compares_segments else ()
    return replace(inputs, peers=Segments(answers).peers(interview.id))


async def inputs_about(interview: Record, records: Records) -> Inputs:
    """Everything that one interview says by itself, without those it is compared with."""
    startup_id = interview.fields.get("startup_id")
    startup = await records.get("startups", str(startup_id)) if startup_id else None
    own = partial(records.of_interview, interview_id=interview.id)
    found = {name: await own(entity) for name, entity in _KINDS.items()}
    return Inputs(interview, startup, **found, peers=())


async def inputs_of_all(records: Records, *, with_peers: bool) -> AsyncIterator[Inputs]:
    """The same for every interview, reading each kind of record once."""
    startups = {one.id: one for one in await records.all_of("startups")}
    kinds = {name: await records.all_of(entity) for name, entity in _KINDS.items()}
    segments = Segments(kinds["answers"] if with_peers else ())
    grouped = {name: _by_interview(found) for name, found in kinds.items()}
    for interview in await records.all_of("interviews"):
        startup = startups.get(str(interview.fields.get("startup_id")))
        own = {name: found.get(interview.id, ()) for name, found in grouped.items()}
        yield Inputs(interview, startup, **own, peers=segments.peers(interview.id))


def is_partial(inputs: Inputs, me: Me) -> bool:
    """Whether something counts that this person is not shown: what they compute is a part."""
    if me.role is Role.EXTERNAL:
        return True
    return not sees_ratings(
        me.member_id,
        inputs.interview.fields,
        assignments=[one.fields for one in inputs.assignments],
        sheets=[one.fields for one in inputs.sheets],
    )


def _by_interview(found: Sequence[Record]) -> Mapping[str, Sequence[Record]]:
    grouped: dict[str, list[Record]] = defaultdict(list)
    for one in found:
        grouped[str(one.fields.get("interview_id"))].append(one)
    return grouped
