"""The rule engine: facts and ratings go in, an explained judgement comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from interview_desk.domain.evaluation.conditions import Value
from interview_desk.domain.evaluation.facts import INSUFFICIENT, KNOCKED_OUT
from interview_desk.domain.evaluation.fingerprint import inputs_hash
from interview_desk.domain.evaluation.gathering import Inputs, gathered
from interview_desk.domain.evaluation.panel import NOTHING_GIVEN, PanelView, panel_view
from interview_desk.domain.evaluation.recommending import recommended
from interview_desk.domain.evaluation.results import (
    ENOUGH_COVERAGE,
    CriterionResult,
    Evaluation,
    RuleResult,
)
from interview_desk.domain.evaluation.rounds import is_round_over
from interview_desk.domain.evaluation.rule_sets import Criterion, RuleSet
from interview_desk.domain.evaluation.scoring import (
    band_of,
    coverage_of,
    judged,
    knock_outs_of,
    panel_facts,
    score_of,
)
from interview_desk.domain.evaluation.truth import Facts, Seen, Together, Truth, explaining
from interview_desk.domain.evaluation.words import value_words
from interview_desk.domain.status import Status


class Judge:
    """One version of the rules, ready to judge any number of interviews."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._names = rules.facts()
        self._rules = Together([rule.when for rule in rules.rules])
        self._applying = {
            one.id: explaining(one.applies_when)
            for one in rules.criteria
            if one.applies_when is not None
        }

    @property
    def asks_by_case(self) -> bool:
        """Whether what raters are asked depends on the interview."""
        return any(one.id in self._applying for one in self.rules.asked)

    def asked_about(self, inputs: Inputs) -> tuple[Criterion, ...]:
        """What raters are asked about an interview: all but what does not apply to it.

        What cannot be told yet is asked, and so is what depends on how others have rated: whoever
        is asked could tell their ratings by it.
        """
        blind = replace(inputs, sheets=())
        facts = self._facts(blind, self._panel(blind, {}))
        return tuple(one for one in self.rules.asked if self._may_apply(one, facts))

    def _may_apply(self, criterion: Criterion, facts: Facts) -> bool:
        applying = self._applying.get(criterion.id)
        return applying is None or applying(facts).truth is not False

    def truths(self, facts: Facts) -> list[Truth]:
        """Whether each rule holds, in their order: the quick answer, without reasons."""
        return self._rules.truths(facts)

    def reasons(self, facts: Facts) -> list[Seen]:
        """Whether each rule holds and why, in their order."""
        return self._rules.seen(facts)

    def evaluate(
        self,
        inputs: Inputs,
        *,
        is_partial: bool = False,
        instead: Mapping[str, int] | None = None,
    ) -> Evaluation:
        """Judge one interview; `instead` puts levels in the place of what the panel gave."""
        panel = self._panel(inputs, instead or {})
        facts = self._facts(inputs, panel)
        is_final = self._is_final(inputs)
        criteria = self._criteria(facts, panel)
        first = self._outcomes(facts, of_score=False)
        score, coverage = score_of(criteria, first.values()), coverage_of(criteria)
        knock_outs = tuple(knock_outs_of(criteria, first.values()))
        verdict = self._verdict(criteria, score, coverage, knocked_out=bool(knock_outs))
        known = {**facts, **_score_facts(score, coverage, verdict)}
        seen = first | self._outcomes(known, of_score=True)
        outcomes = tuple(seen[rule.id] for rule in self.rules.rules)
        missing = _missing(criteria, outcomes)
        return Evaluation(
            rules=self.rules,
            verdict=verdict,
            score=score,
            coverage=coverage,
            criteria=criteria,
            outcomes=outcomes,
            knock_outs=knock_outs,
            missing=missing,
            recommendations=recommended(
                verdict,
                score=score,
                bands=self.rules.bands,
                knock_outs=knock_outs,
                missing=missing,
                outcomes=outcomes,
            ),
            inputs_hash=inputs_hash(facts, panel, is_final=is_final),
            is_final=is_final,
            is_partial=is_partial,
        )

    def _panel(self, inputs: Inputs, instead: Mapping[str, int]) -> dict[str, PanelView]:
        sheets = [sheet.fields for sheet in inputs.sheets]
        return {
            one.id: PanelView((instead[one.id],)) if one.id in instead else panel_view(one, sheets)
            for one in self.rules.asked
        }

    def _facts(self, inputs: Inputs, panel: Mapping[str, PanelView]) -> dict[str, Value]:
        rated = dict(panel_facts(self.rules.asked, panel))
        found = gathered(self._names - rated.keys(), inputs)
        return {name: rated[name] if name in rated else found[name] for name in self._names}

    def _is_final(self, inputs: Inputs) -> bool:
        """Whether no rating is awaited any more."""
        if not self.rules.asked or inputs.status is Status.NO_SHOW:
            return True
        return is_round_over(
            inputs.interview.fields,
            assignments=[one.fields for one in inputs.assignments],
            sheets=[one.fields for one in inputs.sheets],
        )

    def _criteria(
        self, facts: Facts, panel: Mapping[str, PanelView]
    ) -> tuple[CriterionResult, ...]:
        found = []
        for one in self.rules.criteria:
            applying = self._applying.get(one.id)
            applies = applying(facts) if applying else None
            view = panel.get(one.id, NOTHING_GIVEN)
            found.append(judged(one, facts, panel=view, applies=applies))
        return tuple(found)

    def _outcomes(self, facts: Facts, *, of_score: bool) -> dict[str, RuleResult]:
        """What became of the rules that need the score, or of those that make it."""
        words = {name: value_words(value) for name, value in facts.items()}
        return {
            rule.id: RuleResult(rule, seen, rule.told(words))
            for rule, seen in zip(self.rules.rules, self._rules.seen(facts), strict=True)
            if rule.asks_for_score is of_score
        }

    def _verdict(
        self,
        criteria: Iterable[CriterionResult],
        score: float | None,
        coverage: float,
        *,
        knocked_out: bool,
    ) -> str:
        if knocked_out:
            return KNOCKED_OUT
        open_must = any(one.is_open_must for one in criteria)
        if score is None or coverage < ENOUGH_COVERAGE or open_must:
            return INSUFFICIENT
        return band_of(self.rules.bands, score).key


def _score_facts(score: float | None, coverage: float, verdict: str) -> dict[str, Value]:
    points = None if verdict == INSUFFICIENT else score
    return {
        "score.points": points,
        "score.coverage": round(coverage * 100, 2),
        "score.verdict": verdict,
    }


def _missing(
    criteria: Iterable[CriterionResult], outcomes: Iterable[RuleResult]
) -> tuple[str, ...]:
    """What would have to be found out, weightiest first; what the score leaves open is not it."""
    weightiest = sorted(criteria, key=lambda one: -one.criterion.weight)
    wanted = [name for one in weightiest for name in one.missing]
    wanted += [name for one in outcomes for name in one.missing]
    return tuple(dict.fromkeys(wanted))
