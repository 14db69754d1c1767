"""What several raters gave, and in what words values are told."""

from typing import Any

import pytest

from interview_desk.domain.answers import Answers
from interview_desk.domain.evaluation.computed import segment_name
from interview_desk.domain.evaluation.panel import panel_view
from interview_desk.domain.evaluation.rule_sets import Criterion, CriterionKind
from interview_desk.domain.evaluation.truth import explaining
from interview_desk.domain.evaluation.words import fact_words, value_words
from interview_desk.wire.results import seen_json, stored_trace
from tests.helpers.judging import (
    all_of,
    answers,
    any_of,
    inputs,
    judge,
    leaf,
    no,
    rated,
    rules,
    sheet,
)

YES, NO = True, False
FIT = rated("fit")
PAID = Criterion("paid", "Paid", CriterionKind.BOOLEAN)


def view(criterion, *sheets):
    return panel_view(criterion, [one.fields for one in sheets])


def test_only_submitted_sheets_with_a_level_count():
    found = view(FIT, sheet("a", fit=5), sheet("b", "draft", fit=1), sheet("c", fit=3), sheet("d"))
    assert found.levels == (3, 5)
    assert (found.median, found.spread, found.should_discuss) == (4, 2, True)


@pytest.mark.parametrize("value", [0, 6, 3.5, "4", None, YES, [4]])
def test_a_level_that_cannot_be_is_none(value):
    assert view(FIT, sheet("a", fit=value)).median is None


def test_nothing_given_has_no_median_and_nothing_to_discuss():
    found = view(FIT)
    assert (found.median, found.spread, found.should_discuss) == (None, None, False)


def test_a_level_apart_is_nothing_to_discuss():
    assert not view(FIT, sheet("a", fit=4), sheet("b", fit=5)).should_discuss


def test_yes_and_no_are_the_ends_of_the_scale():
    assert view(PAID, sheet("a", paid=YES), sheet("b", paid=NO)).levels == (1, 5)
    assert view(PAID, sheet("a", paid=1)).levels == ()


@pytest.mark.parametrize(
    "evidence", ["They pay.", ["They pay."], [{"quote": "We pay."}], {"quote": "We pay."}]
)
def test_evidence_is_anything_that_says_something(evidence):
    asked = rated("fit", evidence_required=True)
    assert view(asked, sheet("a", fit=(4, evidence))).levels == (4,)


@pytest.mark.parametrize("evidence", [None, "", "  ", [], [""], {"quote": ""}, 3])
def test_a_rating_without_the_evidence_asked_for_is_counted_apart(evidence):
    found = view(rated("fit", evidence_required=True), sheet("a", fit=(4, evidence)))
    assert (found.levels, found.without_evidence) == ((), 1)


@pytest.mark.parametrize("ratings", [[3], {"fit": 3}, None])
def test_a_sheet_of_another_shape_says_nothing(ratings):
    assert panel_view(FIT, [{"state": "submitted", "ratings": ratings}]).levels == ()


def test_half_and_half_is_neither_yes_nor_no():
    by = rules(PAID, rated("x", applies_when=leaf("ratings.paid", "is", YES)))
    given = inputs(sheets=[sheet("a", paid=YES), sheet("b", paid=NO)])
    assert judge(by, given).missing == ("ratings.paid", "ratings.x")
    agreed = inputs(sheets=[sheet("a", paid=YES, x=3)])
    assert judge(by, agreed).missing == ()
    assert judge(by, inputs()).missing[0] == "ratings.paid"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "unknown"),
        (YES, "yes"),
        (NO, "no"),
        (3, "3"),
        (2.5, "2.5"),
        ("seed", "seed"),
        (("a", "b"), "a, b"),
        ((), "none"),
    ],
)
def test_values_are_told_in_words(value, words):
    assert value_words(value) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("answers.deciding.must_haves", "Must haves (deciding)"),
        ("answers.context.startup.stage", "Stage (context, startup)"),
        ("guests.count", "Count (guests)"),
        ("ratings.fit.spread", "Spread (ratings, fit)"),
    ],
)
def test_facts_are_named_in_words(name, words):
    assert fact_words(name) == words


def test_a_trace_shows_values_and_not_whole_texts():
    condition = all_of(
        any_of(leaf("long", "contains", "x"), leaf("many", "contains_any", ("a",))),
        no(leaf("few", "at_least", 3)),
    )
    shown: Any = seen_json(
        explaining(condition)({"long": "y" * 500, "many": ("z" * 300,) * 50, "few": 2})
    )
    group, contrary = shown["all"]
    assert group["any"][0]["actual"] == "y" * 200 + "…"
    assert group["any"][1]["actual"] == ["z" * 200 + "…"] * 20
    assert contrary["not"] == {
        "fact": "few",
        "op": "at_least",
        "value": 3,
        "actual": 2,
        "truth": False,
    }
    assert (shown["truth"], group["truth"], contrary["truth"]) == (False, False, True)


def test_an_evaluation_without_a_trace_has_none():
    assert stored_trace({}) == []


@pytest.mark.parametrize(
    ("said", "segment"),
    [
        ({"segment": " B2B  SaaS "}, "b2b saas"),
        ({"segment": " "}, None),
        ({"segment": 3}, None),
        ({}, None),
    ],
)
def test_segments_are_compared_in_one_spelling(said, segment):
    assert segment_name(Answers(answers(context__startup=said))) == segment
    assert segment_name(Answers()) is None
