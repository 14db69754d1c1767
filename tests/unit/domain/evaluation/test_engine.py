"""What holds for every evaluation, whatever the rules and the interview are."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.evaluation.conditions import Leaf
from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.fingerprint import canonical
from interview_desk.domain.evaluation.gathering import Inputs
from interview_desk.domain.evaluation.results import Evaluation, Standing
from interview_desk.domain.evaluation.rule_sets import (
    Action,
    AddScore,
    Criterion,
    CriterionKind,
    Enrol,
    KnockOut,
    Recommend,
    RuleSet,
    Tag,
)
from interview_desk.wire.results import (
    evaluation_fields,
    result_of,
    stored_result,
    stored_trace,
    trace_of,
)
from tests.helpers.hurry import unhurried
from tests.helpers.judging import (
    answers,
    computed,
    guest,
    inputs,
    judge,
    leaf,
    no,
    part,
    rated,
    rule,
    rules,
    seen_again,
    sheet,
)

YES, NO = True, False
IDS = ("a", "b", "c", "d")
LEVELS = st.integers(1, 5)
SHEETS = st.lists(st.dictionaries(st.sampled_from(IDS), LEVELS), max_size=4)


def rated_from(key: str, level: int) -> Leaf:
    return leaf(f"ratings.{key}", "at_least", level)


WHEN = st.one_of(
    st.builds(rated_from, st.sampled_from(IDS), LEVELS),
    st.just(leaf("answers.wrap_up.follow_up_ok", "is", YES)),
    st.just(no(leaf("guests.no_show", "is", YES))),
)
EFFECTS = st.one_of(
    st.integers(-30, 30).filter(bool).map(AddScore),
    st.just(KnockOut()),
    st.just(Tag("seen")),
    st.just(Recommend(Action.ASK)),
)


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    criteria = [
        rated(
            key,
            draw(st.integers(0, 5)) or 1,
            must_have=draw(st.booleans()),
            applies_when=draw(st.none() | WHEN) if key == "d" else None,
        )
        for key in IDS
    ]
    wanted = draw(st.lists(st.tuples(WHEN, EFFECTS), max_size=4))
    return rules(*criteria, *(rule(f"r{place}", *given) for place, given in enumerate(wanted)))


@st.composite
def interviews(draw: st.DrawFn) -> Inputs:
    said = draw(
        st.sampled_from([[], answers(wrap_up__follow_up_ok=YES), answers(wrap_up__follow_up_ok=NO)])
    )
    given_sheets = [sheet(f"m{place}", **one) for place, one in enumerate(draw(SHEETS))]
    guests = draw(st.sampled_from([[], [guest(no_show=NO)], [guest(no_show=YES), guest()]]))
    return inputs(said=said, guests=guests, sheets=given_sheets)


def spelled(evaluation: Evaluation) -> bytes:
    return canonical(evaluation_fields(evaluation))


@unhurried
@given(rule_sets(), interviews())
def test_the_same_interview_by_the_same_rules_is_the_same_bytes(by, interview):
    assert spelled(judge(by, interview)) == spelled(judge(by, interview))


@unhurried
@given(rule_sets(), interviews(), st.randoms())
def test_the_order_of_records_criteria_and_rules_changes_no_judgement(by, interview, chance):
    def shuffled(parts):
        return tuple(chance.sample(list(parts), len(parts)))

    mixed = replace(
        interview,
        sheets=shuffled(interview.sheets),
        guests=shuffled(interview.guests),
        answers=shuffled(interview.answers),
    )
    assert spelled(judge(by, mixed)) == spelled(judge(by, interview))
    other = replace(by, criteria=shuffled(by.criteria), rules=shuffled(by.rules))
    first, second = judge(by, interview), judge(other, interview)
    assert (first.score, first.coverage, first.verdict) == (
        second.score,
        second.coverage,
        second.verdict,
    )
    assert set(first.knock_outs) == set(second.knock_outs)
    assert {one.rule_id for one in first.effects} == {one.rule_id for one in second.effects}


def with_level(interview: Inputs, criterion_id: str, level: int) -> Inputs:
    """Let every sheet say `level` of one criterion, and there be at least one sheet."""
    changed = []
    for one in interview.sheets or [sheet("m0")]:
        ratings: Any = one.fields["ratings"]
        said = {**ratings, criterion_id: {"value": level, "evidence": None}}
        changed.append(one._replace(fields={**one.fields, "ratings": said}))
    return replace(interview, sheets=changed)


@unhurried
@given(rule_sets(), interviews(), LEVELS, LEVELS)
def test_raising_a_must_have_never_knocks_anybody_out(by, interview, one, other):
    by = replace(
        by, rules=(), criteria=(replace(by.criteria[0], must_have=True), *by.criteria[1:3])
    )
    low, high = sorted((one, other))
    before = judge(by, with_level(interview, "a", low))
    after = judge(by, with_level(interview, "a", high))
    assert (after.score or 0) >= (before.score or 0)
    assert len(after.knock_outs) <= len(before.knock_outs)
    if before.verdict != "knocked_out":
        assert after.verdict != "knocked_out"


@unhurried
@given(rule_sets(), interviews())
def test_one_more_must_have_never_makes_a_judgement_better(by, interview):
    strict = replace(by, criteria=tuple(replace(one, must_have=True) for one in by.criteria))
    before, after = judge(by, interview), judge(strict, interview)
    assert len(after.knock_outs) >= len(before.knock_outs)
    assert after.score == before.score
    if before.verdict in {"knocked_out", "insufficient_evidence"}:
        assert after.verdict in {"knocked_out", "insufficient_evidence"}


@unhurried
@given(rule_sets(), interviews(), LEVELS)
def test_what_nobody_rated_is_never_counted_as_no(by, interview, level):
    """Not known is the same as not asked: it moves coverage and never the score."""
    by = replace(by, rules=())
    bare = replace(interview, sheets=[sheet("m0", b=level)])
    alone = replace(by, criteria=by.criteria[1:2])
    assert judge(by, bare).score == judge(alone, bare).score == (level - 1) * 25
    assert judge(by, bare).coverage < 1
    assert {"ratings.a", "ratings.c"} <= set(judge(by, bare).missing)


@unhurried
@given(rule_sets(), interviews())
def test_the_explanation_leads_back_to_the_result(by, interview):
    found = judge(by, interview)
    for outcome in found.outcomes:
        assert seen_again(outcome.seen) is outcome.truth
        assert bool(outcome.missing) is (outcome.truth is None)
    counted = [one for one in found.criteria if one.standing is Standing.KNOWN]
    weight = sum(one.criterion.weight for one in counted)
    if weight:
        earned = sum(one.criterion.weight * ((one.level or 0) - 1) / 4 for one in counted)
        base = earned / weight * 100
        extra = sum(
            one.rule.effect.points
            for one in found.outcomes
            if one.truth and isinstance(one.rule.effect, AddScore)
        )
        assert found.score == pytest.approx(min(max(base + extra, 0), 100), abs=0.006)
    else:
        assert found.score is None


@unhurried
@given(rule_sets(), interviews())
def test_what_is_stored_reads_the_same(by, interview):
    found = judge(by, interview)
    fields = evaluation_fields(found)
    assert stored_result(fields) == result_of(found)
    assert stored_trace(fields) == trace_of(found)
    assert canonical(fields) == canonical(evaluation_fields(found))


@unhurried
@given(rule_sets(), interviews(), st.text(min_size=1), LEVELS)
def test_the_hash_changes_with_what_rules_look_at_and_nothing_else(by, interview, price, level):
    before = judge(by, interview).inputs_hash
    unseen = replace(interview, answers=[*interview.answers, *answers(deciding__price=price)])
    assert judge(by, unseen).inputs_hash == before
    seen = replace(interview, sheets=[*interview.sheets, sheet("late", a=level)])
    assert judge(by, seen).inputs_hash != before


def test_a_round_is_final_when_all_who_were_asked_have_rated_or_the_lead_closed_it():
    by = rules(rated("a"), rule("thank", leaf("interview.held", "is", YES), Enrol("thanks")))
    parts = [
        part("ada"),
        part("ben", "observer"),
        part("cy", "observer", "declined"),
        part("di", "shadow"),
    ]
    open_round = inputs(parts=parts, sheets=[sheet("ada", a=4), sheet("ben", "draft", a=1)])
    assert not judge(by, open_round).is_final
    assert judge(by, open_round).effects == ()
    over = replace(open_round, sheets=[sheet("ada", a=4), sheet("ben", a=2)])
    assert [one.rule_id for one in judge(by, over).effects] == ["thank"]
    closed = replace(
        open_round,
        interview=open_round.interview._replace(
            fields={**open_round.interview.fields, "ratings_closed": True}
        ),
    )
    assert judge(by, closed).is_final


def test_nobody_rates_who_did_not_come_so_what_follows_need_not_wait():
    by = rules(rated("a"), rule("late", leaf("interview.no_show", "is", YES), Enrol("no show")))
    found = judge(by, inputs(interview={"status": "no_show"}, parts=[part("ada")]))
    assert found.is_final
    assert [one.rule_id for one in found.effects] == ["late"]
    assert found.verdict == "insufficient_evidence"


def test_rules_that_nobody_rates_for_need_not_wait():
    by = rules(
        Criterion("held", "Held", CriterionKind.COMPUTED, fact="interview.held"),
        rule("tag", leaf("interview.held", "is", YES), Tag("held")),
    )
    assert judge(by, inputs(parts=[part("ada")])).is_final


def test_levels_can_be_tried_out_in_the_place_of_the_panels():
    by = rules(rated("a"), rated("b"))
    given_sheets = inputs(sheets=[sheet("ada", a=1, b=3)])
    tried = judge(by, given_sheets, instead={"a": 5}, is_partial=True)
    assert tried.score == 75
    assert tried.is_partial
    assert judge(by, given_sheets).score == 25


def test_the_quick_answers_are_those_of_the_reasons():
    judged = Judge(
        rules(
            rated("a"),
            rule("r", leaf("ratings.a", "at_least", 4)),
            rule("s", no(leaf("x", "is", 1))),
        )
    )
    facts = {"ratings.a": 4}
    assert judged.truths(facts) == [True, None]
    assert [one.truth for one in judged.reasons(facts)] == [True, None]


def test_a_verdict_has_words_also_where_it_is_no_band():
    by = rules(rated("a", must_have=True))
    assert judge(by, inputs(sheets=[sheet("ada", a=5)])).label == "Strong yes"
    assert judge(by, inputs(sheets=[sheet("ada", a=1)])).label == "Knocked out"
    assert judge(by, inputs()).label == "Insufficient evidence"
    assert not judge(by, inputs()).has_verdict


def test_reasons_name_what_is_open_and_how_much_more_there_is():
    by = rules(*(rated(f"c{number}", 7 - number) for number in range(7)))
    (advice,) = judge(by, inputs()).recommendations
    assert advice.because == (
        "Still open: C0 (ratings), C1 (ratings), C2 (ratings), C3 (ratings), C4 (ratings) "
        "and 2 more."
    )


def test_a_band_that_recommends_nothing_leaves_it_to_the_rules():
    by = rules(
        rated("a"),
        rule("again", leaf("ratings.a", "at_least", 4), Recommend(Action.PASS), "Why not"),
    )
    silent = replace(by, bands=tuple(replace(one, recommend=None) for one in by.bands))
    found = judge(silent, inputs(sheets=[sheet("ada", a=5)]))
    assert [(one.action, one.because) for one in found.recommendations] == [
        (Action.PASS, "Why not")
    ]


def test_criteria_without_weight_that_alone_apply_leave_too_little():
    by = rules(rated("a", 0), rated("b", 1, applies_when=leaf("interview.no_show", "is", YES)))
    found = judge(by, inputs(sheets=[sheet("ada", a=5)]))
    assert (found.score, found.coverage, found.verdict) == (None, 0, "insufficient_evidence")
    assert found.recommendations[0].because == "Too little of what counts is known."


def test_a_score_below_every_band_lies_in_the_lowest():
    by = rules(rated("a"))
    high = replace(by, bands=tuple(one for one in by.bands if one.lowest >= 65))
    assert judge(high, inputs(sheets=[sheet("ada", a=1)])).verdict == "yes"


def test_raters_are_asked_what_may_apply_whatever_others_have_given() -> None:
    by = rules(
        rated("always"),
        rated("missed", applies_when=leaf("interview.no_show", "is", YES)),
        rated("paid", applies_when=leaf("ratings.always", "at_least", 3)),
        computed("counted", "insights.count", 1, 2, 3, 4),
    )
    asking = Judge(by)
    assert asking.asks_by_case
    held = inputs(interview={"status": "held"}, sheets=[sheet("a", always=1)])
    assert [one.id for one in asking.asked_about(held)] == ["always", "paid"]
    missed = inputs(interview={"status": "no_show"})
    assert [one.id for one in asking.asked_about(missed)] == ["always", "missed", "paid"]
    assert not Judge(rules(rated("always"))).asks_by_case
