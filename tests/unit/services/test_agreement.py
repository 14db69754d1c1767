"""How far raters agree, with what the number rests on."""

import pytest

from interview_desk.domain.evaluation.rule_sets import Criterion, CriterionKind, RuleSet
from interview_desk.domain.values import Json
from interview_desk.services.agreement import Agreement, agreement_on
from tests.helpers.desk import MemoryRecords
from tests.helpers.judging import rated, rules

FIT, PAID = rated("fit"), Criterion("paid", "Paid", CriterionKind.BOOLEAN)


def rate(records: MemoryRecords, interview: str, *given: Json, state: str = "submitted") -> None:
    records.put("interviews", interview, title=interview)
    for place, value in enumerate(given):
        name = "paid" if isinstance(value, bool) else "fit"
        records.put(
            "rating_sheets",
            f"{interview}-{place}-{state}",
            interview_id=interview,
            ratings={name: {"value": value}},
            state=state,
        )


async def on(records: MemoryRecords, by: RuleSet) -> Agreement:
    (found,) = await agreement_on(by, records)
    return found


async def test_agreement_rests_on_interviews_that_two_have_rated():
    records = MemoryRecords()
    rate(records, "a", 1, 1)
    rate(records, "b", 5, 5, 5)
    rate(records, "c", 2)
    rate(records, "d", 3, 1, state="draft")
    found = await on(records, rules(FIT))
    assert (found.alpha, found.interviews, found.ratings) == (1, 2, 5)
    assert found.words == "1.00: good agreement (5 ratings of 2 interviews)"


async def test_where_nothing_varies_nothing_is_claimed():
    records = MemoryRecords()
    rate(records, "a", 4, 4)
    assert (await on(records, rules(FIT))).words == "Not to be said yet (2 ratings of 1 interview)"


async def test_yes_and_no_are_names_and_not_steps():
    records = MemoryRecords()
    for interview, given in (("a", (True, True)), ("b", (False, False)), ("c", (True, False))):
        rate(records, interview, *given)
    assert (await on(records, rules(PAID))).alpha == pytest.approx(1 - 5 / 9)


@pytest.mark.parametrize(
    ("alpha", "meaning"),
    [
        (0.8, "good agreement"),
        (0.667, "enough for tentative conclusions"),
        (0.66, "too little agreement to rely on"),
        (-0.2, "too little agreement to rely on"),
    ],
)
def test_the_number_is_said_in_words(alpha, meaning):
    assert meaning in Agreement(FIT, alpha, 3, 6).words
