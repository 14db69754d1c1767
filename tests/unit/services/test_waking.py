"""Noticing that the computer slept or its clock was set."""

import pytest

from interview_desk.services.waking import Waking
from tests.helpers.desk import StoppedClock


@pytest.mark.parametrize(
    ("day", "counted", "jumped"),
    [
        (15, 15, False),
        (15.5, 16, False),
        (24, 24, False),  # a busy computer
        (3600, 15, True),  # slept, the counting clock stood still
        (3600, 3600, True),  # slept, it went on
        (-7200, 15, True),  # the clock was set back
    ],
)
def test_a_sleep_is_told_from_a_busy_moment(day: float, counted: float, jumped: bool) -> None:  # noqa: FBT001  - a value of the table
    clock, count = StoppedClock(), [100.0]
    waking = Waking(clock, lambda: count[0])
    clock.advance(seconds=day)
    count[0] += counted
    assert waking.jumped(15) is jumped
    clock.advance(seconds=15)
    count[0] += 15
    assert not waking.jumped(15)
