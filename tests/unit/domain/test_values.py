"""When two values say the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.values import Json, same_value

LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("k"), inner)
)


@given(VALUES, VALUES)
def test_values_are_the_same_exactly_when_their_json_is(one: Json, other: Json) -> None:
    written = [json.dumps(value, sort_keys=True) for value in (one, other)]
    assert same_value(one, other) == (written[0] == written[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (0, False), ([1], [True]), ({"a": 0}, {"a": False}), ("", []), ("ab", ["a", "b"])],
)
def test_what_python_confuses_is_told_apart(one: Json, other: Json) -> None:
    assert not same_value(one, other)


def test_a_whole_number_is_the_same_however_it_was_written() -> None:
    assert same_value(1, 1.0)
    assert same_value({"a": [2.0]}, {"a": [2]})
