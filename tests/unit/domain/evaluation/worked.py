"""What an interview judged by hand is given, and the rules that are used more than once."""

from dataclasses import dataclass, field

from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.evaluation.rule_sets import Action, Criterion, CriterionKind, RuleSet
from interview_desk.domain.records import Record
from tests.helpers.judging import answers, computed, inputs, leaf, part, rated, rules, sheet

YES, NO = True, False


@dataclass
class Example:
    """What is judged, by what, and what it must come to."""

    title: str
    by: RuleSet
    given: Inputs
    verdict: str
    score: float | None
    coverage: float
    actions: list[Action] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    knock_outs: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)


PAIN, FIT, MONEY = rated("pain", 3), rated("fit", 2), rated("money", 1)
BASIC = rules(PAIN, FIT, MONEY)
PAID = Criterion("paid", "Paid", CriterionKind.BOOLEAN, weight=1)
FEW = leaf("insights.count", "less_than", 2)
GOOD = leaf("score.verdict", "one_of", ("yes", "strong_yes"))
LONG = leaf("timing.talked_minutes", "at_least", 20)
FORCES = computed("forces", "computed.forces_balance", -2, 0, 2, 4)
OPPORTUNITY = computed("need", "computed.opportunity", 5, 10, 12, 15)


def one_sheet(**ratings: object) -> Inputs:
    return inputs(parts=[part("ada")], sheets=[sheet("ada", **ratings)])  # type: ignore[arg-type]  # short in a table


def strengths(push: int, pull: int, anxiety: int, habit: int) -> list[Record]:
    return answers(
        outcomes__push_strength=push,
        outcomes__pull_strength=pull,
        outcomes__anxiety_strength=anxiety,
        outcomes__habit_strength=habit,
    )


def applies(criterion_id: str, when: object, weight: float = 1) -> Criterion:
    return rated(criterion_id, weight, applies_when=when)
