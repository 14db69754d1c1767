from datetime import timedelta

import pytest

from interview_desk.domain.guides import Guide, Stage
from interview_desk.domain.stage_timers import Pace, stage_timers

GUIDE = Guide(
    name="Three parts",
    version=1,
    variant="30",
    stages=(
        Stage("prepare", "Prepare"),
        Stage("open", "Open", minutes=10),
        Stage("dig", "Dig", minutes=12),
        Stage("close", "Close", minutes=8),
    ),
)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("spent", "pace"),
    [
        (0, Pace.ON_TIME),
        (9.9, Pace.ON_TIME),
        (10, Pace.OVER),
        (12.4, Pace.OVER),
        (12.5, Pace.WELL_OVER),
    ],
)
def test_a_stage_is_amber_at_all_of_its_time_and_red_at_a_quarter_more(spent: float, pace: Pace):
    assert stage_timers(GUIDE, {"open": minutes(spent)}, "open")["open"].pace is pace


def test_running_over_takes_time_evenly_from_the_stages_not_begun():
    timers = stage_timers(GUIDE, {"open": minutes(15)}, "dig")
    assert timers["dig"].allotted == minutes(12)
    timers = stage_timers(GUIDE, {"open": minutes(15)}, "open")
    assert timers["dig"].allotted == minutes(9)
    assert timers["close"].allotted == minutes(6)
    assert timers["open"].allotted == minutes(10)


def test_finishing_early_gives_nobody_more_than_planned():
    timers = stage_timers(GUIDE, {"open": minutes(1)}, "dig")
    assert timers["close"].allotted == minutes(8)


def test_when_all_the_time_is_gone_the_rest_has_none_and_is_not_blamed():
    timers = stage_timers(GUIDE, {"open": minutes(45)}, "open")
    assert timers["close"].allotted == timedelta()
    assert timers["close"].pace is Pace.ON_TIME
    assert timers["close"].share == 0


def test_a_stage_without_minutes_has_no_clock_and_costs_nobody_anything():
    timers = stage_timers(GUIDE, {"prepare": minutes(50)}, "prepare")
    assert timers["prepare"].pace is Pace.UNTIMED
    assert timers["prepare"].share == 0
    assert timers["dig"].allotted == minutes(12)


def test_the_last_stage_keeps_its_time_when_nothing_is_left_to_take_from():
    spent = {"open": minutes(20), "dig": minutes(3)}
    timers = stage_timers(GUIDE, spent, "close")
    assert timers["close"].allotted == minutes(8)
    assert timers["dig"].share == pytest.approx(0.25)
