"""What is asked on a rating sheet, as the records `rating_forms` hold it for external members."""

from collections.abc import Sequence

from interview_desk.domain.evaluation.rule_sets import Criterion, RuleSet
from interview_desk.domain.values import Fields, Json
from interview_desk.wire.evaluation import rule_set_of


def form_fields(rules: RuleSet, asked: Sequence[Criterion]) -> Fields:
    """Texts and scales of what is `asked`; not its weight, when it counts, or any rule."""
    return {
        "name": rules.name,
        "version": rules.version,
        "criteria": [_asked(one) for one in asked],
    }


def form_of(fields: Fields) -> RuleSet:
    """The sheet that a record holds, as rules that ask the same and conclude nothing.

    RulesInvalid where it cannot be read.
    """
    return rule_set_of({name: fields.get(name) for name in ("name", "version", "criteria")})


def _asked(criterion: Criterion) -> Json:
    return {
        "id": criterion.id,
        "label": criterion.label,
        "kind": criterion.kind.value,
        "anchors": {str(level): words for level, words in criterion.anchors},
        "evidence_required": criterion.evidence_required,
    }
