"""Interviews to be judged, and rules to judge them by, in few words."""

from collections.abc import Mapping
from itertools import count

from interview_desk.domain.evaluation.computed import Peer
from interview_desk.domain.evaluation.conditions import AllOf, AnyOf, Condition, Leaf, Not, Operator
from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.evaluation.results import Evaluation
from interview_desk.domain.evaluation.rule_sets import (
    Criterion,
    CriterionKind,
    Effect,
    Flag,
    Rule,
    RuleSet,
)
from interview_desk.domain.evaluation.truth import Seen
from interview_desk.domain.records import Record
from interview_desk.domain.values import Fields, Json

INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"
_numbers = count(1)


def _record(entity: str, **fields: Json) -> Record:
    return Record(entity, f"{entity}-{next(_numbers):05d}", {"interview_id": INTERVIEW, **fields})


def answer(field: str, value: Json, *, item: str = "") -> Record:
    """One answer, or one item of a list."""
    return _record("interview_answers", field=field, item=item, value=value)


def answers(**fields: Json) -> list[Record]:
    """Answers by `stage__field`; a list is one row for each of its items."""
    found = []
    for name, value in fields.items():
        field = name.replace("__", ".", 1)
        if isinstance(value, list):
            found += [answer(field, one, item=f"a{place}") for place, one in enumerate(value)]
        else:
            found.append(answer(field, value))
    return found


def insight(kind: str, **fields: Json) -> Record:
    """One insight."""
    return _record("interview_insights", kind=kind, **fields)


def guest(**fields: Json) -> Record:
    """One guest; a consent is given as `consent_notes="yes"`."""
    said = {
        name: {"value": value} if name.startswith("consent_") else value
        for name, value in fields.items()
    }
    return _record("interview_guests", **said)


def sheet(member: str, state: str = "submitted", /, **ratings: Json) -> Record:
    """One member's sheet: `fit=4` without evidence, `fit=(4, "said so")` with it."""
    given: dict[str, Json] = {}
    for criterion, rating in ratings.items():
        value, evidence = rating if isinstance(rating, tuple) else (rating, None)
        given[criterion] = {"value": value, "evidence": evidence}
    return _record("rating_sheets", member_id=member, state=state, ratings=given)


def part(member: str, role: str = "lead", state: str = "accepted") -> Record:
    """One member's part in the interview."""
    return _record("interview_assignments", member_id=member, role=role, state=state)


def inputs(
    *,
    interview: Fields | None = None,
    startup: Fields | None = None,
    parts: list[Record] | None = None,
    guests: list[Record] | None = None,
    said: list[Record] | None = None,
    insights: list[Record] | None = None,
    sheets: list[Record] | None = None,
    peers: list[Peer] | None = None,
) -> Inputs:
    """An interview that was held, with what is given."""
    return Inputs(
        interview=Record("interviews", INTERVIEW, {"status": "held", **(interview or {})}),
        startup=None if startup is None else Record("startups", "startup-1", startup),
        assignments=parts or [],
        guests=guests or [],
        answers=said or [],
        insights=insights or [],
        sheets=sheets or [],
        peers=peers or [],
    )


def rated(criterion_id: str, weight: float = 1, **more: object) -> Criterion:
    """A criterion that is rated 1 to 5."""
    return Criterion(criterion_id, criterion_id.title(), weight=weight, **more)  # type: ignore[arg-type]  # whatever a test wants of it


def computed(criterion_id: str, fact: str, *levels: float, weight: float = 1) -> Criterion:
    """A criterion that is read from a fact."""
    kind = CriterionKind.COMPUTED
    return Criterion(criterion_id, criterion_id.title(), kind, weight, fact=fact, levels=levels)


def leaf(fact: str, op: str, value: object) -> Leaf:
    """One comparison."""
    return Leaf(fact, Operator(op), value)  # type: ignore[arg-type]  # also of a wrong kind


def all_of(*parts: Condition) -> AllOf:
    return AllOf(parts)


def any_of(*parts: Condition) -> AnyOf:
    return AnyOf(parts)


def no(part: Condition) -> Not:
    return Not(part)


def rule(rule_id: str, when: Condition, effect: Effect | None = None, message: str = "") -> Rule:
    """A rule; it flags where nothing else is said."""
    return Rule(rule_id, rule_id.title(), when, effect or Flag(rule_id), message)


def rules(*parts: Criterion | Rule, name: str = "Rules", version: int = 1) -> RuleSet:
    """A rule set of these criteria and rules, in their order."""
    return RuleSet(
        name,
        version,
        tuple(one for one in parts if isinstance(one, Criterion)),
        tuple(one for one in parts if isinstance(one, Rule)),
    )


def judge(rule_set: RuleSet, given: Inputs, **options: object) -> Evaluation:
    """What the interview comes to."""
    return Judge(rule_set).evaluate(given, **options)  # type: ignore[arg-type]  # passed through


def shares(evaluation: Evaluation) -> Mapping[str, float | None]:
    """How much of its weight each criterion earned."""
    return {one.criterion.id: one.share for one in evaluation.criteria}


def seen_again(seen: Seen) -> object:
    """The truth of an explanation, worked out anew from its own leaves."""
    name = type(seen).__name__
    if name == "LeafSeen":
        return seen.truth
    inner = (seen.part,) if name == "NotSeen" else seen.parts  # type: ignore[union-attr]  # told by name
    truths = [seen_again(one) for one in inner]
    if name == "NotSeen":
        return None if truths[0] is None else not truths[0]
    deciding = name == "AnySeen"
    if deciding in truths:
        return deciding
    return None if None in truths else not deciding
