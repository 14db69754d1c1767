"""What a rule's message gives away."""

import pytest

from interview_desk.domain.evaluation.conditions import Leaf, Operator
from interview_desk.domain.evaluation.rule_sets import Flag, Rule


@pytest.mark.parametrize(
    ("message", "tells"),
    [
        ("Fit is {ratings.fit}.", True),
        ("They are {ratings.fit.spread} levels apart.", True),
        ("{score.verdict}", True),
        ("Priority is {interview.priority}.", False),
        ("Talk about ratings and the score.", False),
        ("", False),
    ],
)
def test_a_message_tells_ratings_where_it_names_them_or_the_score(
    message: str, *, tells: bool
) -> None:
    when = Leaf("interview.priority", Operator.AT_LEAST, 1)
    assert Rule("r", "Rule", when, Flag("Look"), message).tells_ratings is tells
