"""Rule sets written as JSON; `wire.evaluation` reads the same back."""

from interview_desk.domain.evaluation import conditions, rule_sets
from interview_desk.domain.evaluation.conditions import Condition
from interview_desk.domain.evaluation.rule_sets import Band, Criterion, Rule, RuleSet
from interview_desk.domain.values import Json


def rule_set_fields(rules: RuleSet) -> dict[str, Json]:
    """`rules` as a record holds them."""
    return {
        "name": rules.name,
        "version": rules.version,
        "criteria": [_criterion(one) for one in rules.criteria],
        "rules": [_rule(one) for one in rules.rules],
        "bands": [_band(one) for one in rules.bands],
    }


def condition_json(condition: Condition) -> dict[str, Json]:
    """A condition tree as JSON."""
    match condition:
        case conditions.Leaf(fact, op, value):
            said = list(value) if isinstance(value, tuple) else value
            return {"fact": fact, "op": op.value, "value": said}
        case conditions.Not(part):
            return {"not": condition_json(part)}
        case conditions.AllOf(parts):
            return {"all": [condition_json(part) for part in parts]}
        case _:
            return {"any": [condition_json(part) for part in condition.parts]}


def effect_json(effect: rule_sets.Effect) -> dict[str, Json]:
    """An effect as JSON."""
    match effect:
        case rule_sets.AddScore(points):
            return {"effect": "score", "points": points}
        case rule_sets.Flag(label):
            return {"effect": "flag", "label": label}
        case rule_sets.KnockOut():
            return {"effect": "knockout"}
        case rule_sets.Tag(tag):
            return {"effect": "tag", "tag": tag}
        case rule_sets.Recommend(action):
            return {"effect": "recommend", "action": action.value}
        case _:
            return {"effect": "enrol", "sequence": effect.sequence}


def _criterion(one: Criterion) -> dict[str, Json]:
    return {
        "id": one.id,
        "label": one.label,
        "kind": one.kind.value,
        "weight": one.weight,
        "anchors": {str(level): words for level, words in one.anchors},
        "must_have": one.must_have,
        "minimum": one.minimum,
        "evidence_required": one.evidence_required,
        "applies_when": condition_json(one.applies_when) if one.applies_when else None,
        "fact": one.fact,
        "levels": list(one.levels),
    }


def _rule(one: Rule) -> dict[str, Json]:
    return {
        "id": one.id,
        "title": one.title,
        "when": condition_json(one.when),
        "then": effect_json(one.effect),
        "message": one.message,
    }


def _band(one: Band) -> dict[str, Json]:
    recommend = one.recommend.value if one.recommend else None
    return {"key": one.key, "label": one.label, "lowest": one.lowest, "recommend": recommend}
