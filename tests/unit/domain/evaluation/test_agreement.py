"""Krippendorff's alpha against the examples that were published with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.evaluation.agreement import Scale, krippendorff_alpha
from tests.helpers.hurry import unhurried


def units(*raters: str) -> list[list[float]]:
    """Ratings by rater, one sign each, "." where a rater gave none."""
    return [
        [float(ord(sign)) for sign in unit if sign != "."] for unit in zip(*raters, strict=True)
    ]


# Computing Krippendorff's Alpha-Reliability (2011), section A: two raters, yes or no.
BINARY = units("0100000010", "1110010000")
# Section B: two raters, five names.
NAMES = units("aabbdcccedda", "babbbcccedda".replace("dda", "ddd"))
# Section C: four raters, five levels, with gaps.
GAPS = units(
    "123321412...",
    "1233224125.3",
    ".33323422 51.".replace(" ", ""),
    "1233244125 1.".replace(" ", ""),
)


@pytest.mark.parametrize(
    ("data", "scale", "published"),
    [
        (BINARY, Scale.NOMINAL, 0.095),
        (NAMES, Scale.NOMINAL, 0.692),
        (GAPS, Scale.NOMINAL, 0.743),
        (GAPS, Scale.ORDINAL, 0.815),
        (GAPS, Scale.INTERVAL, 0.849),
    ],
)
def test_alpha_is_what_was_published(data, scale, published):
    assert krippendorff_alpha(data, scale) == pytest.approx(published, abs=0.0006)


@pytest.mark.parametrize("scale", list(Scale))
def test_where_nothing_varies_there_is_no_agreement_to_measure(scale):
    assert krippendorff_alpha([[3, 3], [3, 3, 3]], scale) is None
    assert krippendorff_alpha([], scale) is None
    assert krippendorff_alpha([[1], [2], [5]], scale) is None


@pytest.mark.parametrize("scale", list(Scale))
def test_perfect_agreement_is_one(scale):
    assert krippendorff_alpha([[1, 1], [5, 5], [3, 3, 3]], scale) == 1


UNITS = st.lists(st.lists(st.integers(1, 5), max_size=4), min_size=1, max_size=8)


@unhurried
@given(UNITS, st.sampled_from(Scale), st.randoms())
def test_neither_the_order_of_raters_nor_of_interviews_matters(data, scale, chance):
    mixed = [chance.sample(unit, len(unit)) for unit in chance.sample(data, len(data))]
    before, after = krippendorff_alpha(data, scale), krippendorff_alpha(mixed, scale)
    assert after == (before if before is None else pytest.approx(before))
    assert before is None or before <= 1


@unhurried
@given(UNITS, st.sampled_from(Scale), st.integers(1, 5))
def test_what_only_one_rated_says_nothing(data, scale, level):
    before, after = krippendorff_alpha(data, scale), krippendorff_alpha([*data, [level]], scale)
    assert after == (before if before is None else pytest.approx(before))
