"""What an evaluation came to as JSON: the records `evaluations` hold it for good."""

from typing import cast

from pydantic import Field, JsonValue

from interview_desk.domain.evaluation import results, truth
from interview_desk.domain.evaluation.conditions import Value
from interview_desk.domain.evaluation.results import Evaluation, Standing
from interview_desk.domain.evaluation.rule_sets import Action
from interview_desk.domain.values import Fields, Json
from interview_desk.wire.model import WireModel
from interview_desk.wire.rule_spelling import condition_json, effect_json

# A trace shows what was compared; whole texts are where they were written.
_LONGEST_TEXT = 200
_MOST_TEXTS = 20


class CriterionOutcome(WireModel):
    """What one criterion came to; `share` is how much of its weight it earned, 0 to 1."""

    id: str
    label: str
    weight: float
    must_have: bool
    standing: Standing
    level: float | None
    share: float | None
    levels: list[int]
    spread: int | None
    discuss: bool
    without_evidence: int
    missing: list[str]
    applies: JsonValue


class Advice(WireModel):
    """What to do next, and why."""

    action: Action
    because: str


class Result(WireModel):
    """The judgement; `effects` are what follows, each with its rule and its reason."""

    verdict: str
    label: str
    score: float | None
    coverage: float
    rules_name: str
    rules_version: int
    final: bool
    partial: bool
    criteria: list[CriterionOutcome]
    knock_outs: list[str]
    missing: list[str]
    recommendations: list[Advice]
    effects: list[dict[str, JsonValue]]


class RuleOutcome(WireModel):
    """What one rule came to: true, false or null, and `why` down to each comparison."""

    rule: str
    title: str
    truth: bool | None
    message: str
    missing: list[str] = Field(default_factory=list)
    why: JsonValue


def evaluation_fields(evaluation: Evaluation) -> dict[str, Json]:
    """What a record of this evaluation says, but for whose it is."""
    return {
        "inputs_hash": evaluation.inputs_hash,
        "score": evaluation.score,
        "coverage": evaluation.coverage,
        "result": result_of(evaluation).model_dump(mode="json"),
        "trace": [one.model_dump(mode="json") for one in trace_of(evaluation)],
    }


def result_of(evaluation: Evaluation) -> Result:
    """The judgement as it is kept."""
    return Result(
        verdict=evaluation.verdict,
        label=evaluation.label,
        score=evaluation.score,
        coverage=evaluation.coverage,
        rules_name=evaluation.rules.name,
        rules_version=evaluation.rules.version,
        final=evaluation.is_final,
        partial=evaluation.is_partial,
        criteria=[_criterion(one) for one in evaluation.criteria],
        knock_outs=list(evaluation.knock_outs),
        missing=list(evaluation.missing),
        recommendations=[
            Advice(action=one.action, because=one.because) for one in evaluation.recommendations
        ],
        effects=[_effect(one) for one in evaluation.effects],
    )


def trace_of(evaluation: Evaluation) -> list[RuleOutcome]:
    """Why each rule holds or not, as it is kept."""
    return [
        RuleOutcome(
            rule=one.rule.id,
            title=one.rule.title,
            truth=one.truth,
            message=one.message,
            missing=list(one.missing),
            why=_json(seen_json(one.seen)),
        )
        for one in evaluation.outcomes
    ]


def stored_result(fields: Fields) -> Result:
    """The judgement that a record of an evaluation holds."""
    return Result.model_validate(fields.get("result"))


def stored_trace(fields: Fields) -> list[RuleOutcome]:
    """What each rule came to, from a record of an evaluation."""
    trace = fields.get("trace")
    return [RuleOutcome.model_validate(one) for one in trace] if isinstance(trace, list) else []


def seen_json(seen: truth.Seen) -> dict[str, Json]:
    """An explanation as JSON: its condition, with the truth of each part and actual values."""
    match seen:
        case truth.LeafSeen(leaf, actual, holds):
            return {**condition_json(leaf), "actual": _shown(actual), "truth": holds}
        case truth.NotSeen(part, holds):
            return {"not": seen_json(part), "truth": holds}
        case truth.AllSeen(parts, holds):
            return {"all": [seen_json(part) for part in parts], "truth": holds}
        case _:
            return {"any": [seen_json(part) for part in seen.parts], "truth": seen.truth}


def _criterion(one: results.CriterionResult) -> CriterionOutcome:
    return CriterionOutcome(
        id=one.criterion.id,
        label=one.criterion.label,
        weight=one.criterion.weight,
        must_have=one.criterion.must_have,
        standing=one.standing,
        level=one.level,
        share=one.share,
        levels=list(one.panel.levels),
        spread=one.panel.spread,
        discuss=one.panel.should_discuss,
        without_evidence=one.panel.without_evidence,
        missing=list(one.missing),
        applies=_json(seen_json(one.applies)) if one.applies else None,
    )


def _effect(fired: results.Fired) -> dict[str, JsonValue]:
    said = {**effect_json(fired.effect), "rule": fired.rule_id, "because": fired.because}
    return cast("dict[str, JsonValue]", said)


def _json(value: Json) -> JsonValue:
    return cast(JsonValue, value)


def _shown(actual: Value) -> Json:
    if isinstance(actual, tuple):
        return [_cut(text) for text in actual[:_MOST_TEXTS]]
    return _cut(actual) if isinstance(actual, str) else actual


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
