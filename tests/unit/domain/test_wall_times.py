"""Wall times where clocks are moved: none, one or two instants."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.wall_times import day_length, instants_of, nearest_instant

BERLIN = ZoneInfo("Europe/Berlin")
HOWE = ZoneInfo("Australia/Lord_Howe")


def test_a_usual_time_is_one_instant():
    wall = datetime(2026, 11, 24, 10, 0)
    assert instants_of(wall, BERLIN) == (datetime(2026, 11, 24, 9, tzinfo=UTC),)


def test_a_time_the_clock_jumps_over_is_none_and_moves_on_by_the_jump():
    wall = datetime(2027, 3, 28, 2, 30)
    assert instants_of(wall, BERLIN) == ()
    assert nearest_instant(wall, BERLIN) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert nearest_instant(wall, BERLIN).astimezone(BERLIN).hour == 3


def test_a_time_that_comes_twice_is_two_and_the_earlier_is_meant():
    wall = datetime(2026, 10, 25, 2, 30)
    early, late = instants_of(wall, BERLIN)
    assert late - early == timedelta(hours=1)
    assert nearest_instant(wall, BERLIN) == early
    assert [len(instants_of(datetime(2027, 4, 4, 1, m), HOWE)) for m in (15, 45)] == [1, 2]


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (datetime(2026, 11, 24), BERLIN, 24),
        (datetime(2027, 3, 28), BERLIN, 23),
        (datetime(2026, 10, 25), BERLIN, 25),
        (datetime(2027, 4, 4), HOWE, 24.5),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(day, zone, hours):
    assert day_length(day, zone) == timedelta(hours=hours)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_every_instant_is_found_again_by_what_the_clock_shows(moment, name):
    zone = ZoneInfo(name)
    instant = moment.replace(tzinfo=UTC)
    assert instant in instants_of(instant.astimezone(zone).replace(tzinfo=None), zone)
