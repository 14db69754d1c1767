"""The catalogue of facts: what rules can ask for, of which type, and how each type is compared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from interview_desk.domain.evaluation.conditions import Operator
from interview_desk.domain.evaluation.rule_sets import (
    HIGHEST,
    LOWEST,
    Band,
    Criterion,
    CriterionKind,
)
from interview_desk.domain.guides import COVERED, AnswerField, FieldType, Guide, Stage

_O = Operator


class FactType(StrEnum):
    """What kind of thing a fact is."""

    NUMBER = "number"
    YES_NO = "yes_no"
    TEXT = "text"
    CHOICE = "choice"
    TEXTS = "texts"  # several texts, such as tags
    DATE = "date"  # as precise as it was said; its first possible day is compared


# The comparisons that fit each type, in the order in which an editor offers them.
OPERATORS: Mapping[FactType, tuple[Operator, ...]] = {
    FactType.NUMBER: (
        _O.AT_LEAST,
        _O.AT_MOST,
        _O.MORE_THAN,
        _O.LESS_THAN,
        _O.IS,
        _O.IS_NOT,
    ),
    FactType.YES_NO: (_O.IS,),
    FactType.TEXT: (_O.CONTAINS, _O.CONTAINS_ANY, _O.IS, _O.IS_NOT, _O.ONE_OF),
    FactType.CHOICE: (_O.IS, _O.IS_NOT, _O.ONE_OF),
    FactType.TEXTS: (_O.CONTAINS, _O.CONTAINS_ANY),
    FactType.DATE: (_O.BEFORE, _O.AFTER),
}

# The kinds of insight that teams capture (DOMAIN.md, 2.5).
INSIGHT_KINDS = (
    "push",
    "pull",
    "anxiety",
    "habit",
    "struggling_moment",
    "trigger_event",
    "job_story",
    "functional_job",
    "emotional_job",
    "social_job",
    "desired_outcome",
    "workaround",
    "alternative",
    "hiring_criterion",
    "firing_reason",
    "trade_off",
    "barrier",
    "decision_role",
    "budget",
    "channel",
    "surprise",
    "contradiction",
    "hypothesis",
    "feature_request",
    "quote",
    "risk",
    "referral",
    "follow_up",
)
KNOCKED_OUT = "knocked_out"
INSUFFICIENT = "insufficient_evidence"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known of an interview; `choices` are all that it can be."""

    name: str
    title: str
    type: FactType
    choices: tuple[str, ...] = ()


Catalogue = Mapping[str, Fact]


def catalogue_of(
    guide: Guide, criteria: Iterable[Criterion] = (), bands: Iterable[Band] = ()
) -> Catalogue:
    """Every fact that rules for interviews held with `guide` can ask for, by name."""
    found = (
        *_FIXED,
        *_insights(),
        *_answers(guide),
        *_ratings(criteria),
        *_score(bands),
    )
    return {fact.name: fact for fact in found}


def _fact(name: str, title: str, kind: FactType = FactType.NUMBER, *choices: str) -> Fact:
    return Fact(name, title, kind, choices)


_FIXED = (
    _fact("interview.held", "The interview took place", FactType.YES_NO),
    _fact("interview.no_show", "Nobody came", FactType.YES_NO),
    _fact("interview.priority", "Priority"),
    _fact("interview.tags", "Tags of the interview", FactType.TEXTS),
    _fact("startup.name", "Startup", FactType.TEXT),
    _fact("startup.tags", "Tags of the startup", FactType.TEXTS),
    _fact("guests.count", "Guests"),
    _fact("guests.no_show", "A guest did not come", FactType.YES_NO),
    _fact("guests.consent_notes", "Guests allow notes", FactType.YES_NO),
    _fact("guests.consent_recording", "Guests allow recording", FactType.YES_NO),
    _fact("guests.consent_quotes", "Guests allow quotes", FactType.YES_NO),
    _fact("guests.consent_contact_again", "Guests may be contacted again", FactType.YES_NO),
    _fact("timing.planned_minutes", "Planned length in minutes"),
    _fact("timing.talked_minutes", "Minutes from start to finish of the conversation"),
    _fact("timing.days_since_switch", "Days from the switch to the interview"),
    _fact("ratings.sheets", "Submitted rating sheets"),
    _fact("computed.forces_balance", "Push and pull, less anxiety and habit (-6 to 6)"),
    _fact("computed.opportunity", "Largest opportunity of an outcome (0 to 20)"),
    _fact("segment.count", "Other interviews of the segment with a forces balance"),
    _fact("segment.balance", "Mean forces balance of the segment's other interviews"),
    _fact("segment.difference", "Forces balance above or below the segment's mean"),
)


def _insights() -> Iterator[Fact]:
    yield _fact("insights.count", "Insights")
    yield _fact("insights.quotes", "Insights with the guest's own words")
    yield _fact("insights.tags", "Tags of insights", FactType.TEXTS)
    for kind in INSIGHT_KINDS:
        words = kind.replace("_", " ")
        yield _fact(f"insights.{kind}.count", f"Insights of the kind {words}")
        yield _fact(f"insights.{kind}.strength", f"Strongest insight of the kind {words} (0 to 3)")


def _ratings(criteria: Iterable[Criterion]) -> Iterator[Fact]:
    for criterion in criteria:
        if not criterion.is_asked:
            continue
        how = "yes or no" if criterion.kind is CriterionKind.BOOLEAN else f"{LOWEST} to {HIGHEST}"
        title = f"{criterion.label}, as the panel rates it ({how})"
        if criterion.kind is CriterionKind.BOOLEAN:
            yield _fact(criterion.rated_fact, title, FactType.YES_NO)
        else:
            yield _fact(criterion.rated_fact, title)
            spread = f"{criterion.label}: levels between the lowest and the highest rating"
            yield _fact(f"{criterion.rated_fact}.spread", spread)


def _score(bands: Iterable[Band]) -> Iterator[Fact]:
    yield _fact("score.points", "Score (0 to 100)")
    yield _fact("score.coverage", "How much of the weight is known (0 to 100)")
    verdicts = (KNOCKED_OUT, INSUFFICIENT, *(band.key for band in bands))
    yield Fact("score.verdict", "Verdict", FactType.CHOICE, verdicts)


def _answers(guide: Guide) -> Iterator[Fact]:
    for stage in guide.stages:
        name = f"answers.{stage.key}"
        yield _fact(f"{name}.{COVERED}", f"{stage.title} was covered", FactType.YES_NO)
        for field in stage.fields:
            yield from _of_field(stage, field)


def _of_field(stage: Stage, field: AnswerField) -> Iterator[Fact]:
    name = f"answers.{stage.key}.{field.key}"
    title = f"{field.title} ({stage.title})"
    if field.is_list:
        yield _fact(f"{name}.count", f"How many: {title}")
    if field.type is FieldType.GROUP:
        for part in field.parts:
            yield from _typed(f"{name}.{part.key}", f"{part.title} of {title}", part, field)
        return
    yield from _typed(name, title, field, field)


def _typed(name: str, title: str, field: AnswerField, whole: AnswerField) -> Iterator[Fact]:
    kind = _TYPES.get(field.type)
    if kind is None:
        return
    if not whole.is_list:
        yield Fact(name, title, kind, field.choices if kind is FactType.CHOICE else ())
    elif kind is FactType.NUMBER:
        yield Fact(name, f"Highest: {title}", kind)
    else:
        yield Fact(name, title, FactType.TEXTS)


_TYPES: Mapping[FieldType, FactType] = {
    FieldType.TEXT: FactType.TEXT,
    FieldType.LONG_TEXT: FactType.TEXT,
    FieldType.QUOTE: FactType.TEXT,
    FieldType.DATE: FactType.DATE,
    FieldType.NUMBER: FactType.NUMBER,
    FieldType.SCALE: FactType.NUMBER,
    FieldType.YES_NO: FactType.YES_NO,
    FieldType.CHOICE: FactType.CHOICE,
}
