"""Thirty interviews judged by hand first; each number stands beside how it was worked out."""

import pytest

from tests.helpers.judging import judge
from tests.unit.domain.evaluation.worked import Example
from tests.unit.domain.evaluation.worked_rules import RULES
from tests.unit.domain.evaluation.worked_scores import SCORES

EXAMPLES = [*SCORES, *RULES]


def test_there_are_thirty():
    assert len(EXAMPLES) == 30


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.title)
def test_an_interview_comes_to_what_was_worked_out_by_hand(example: Example) -> None:
    found = judge(example.by, example.given)
    assert (found.verdict, found.score) == (example.verdict, example.score)
    assert found.coverage == example.coverage
    assert [one.action for one in found.recommendations] == example.actions
    assert list(found.missing) == example.missing
    assert list(found.knock_outs) == example.knock_outs
    assert [one.rule_id for one in found.effects] == example.effects
