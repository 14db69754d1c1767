"""Wall times where clocks are moved: none, one or two instants."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.wall_times import instants_of

BERLIN = ZoneInfo("Europe/Berlin")
HOWE = ZoneInfo("Australia/Lord_Howe")


def test_a_usual_time_is_one_instant():
    wall = datetime(2026, 11, 24, 10, 0)
    assert instants_of(wall, BERLIN) == (datetime(2026, 11, 24, 9, tzinfo=UTC),)


def test_a_time_the_clock_jumps_over_is_none():
    assert instants_of(datetime(2027, 3, 28, 2, 30), BERLIN) == ()


def test_a_time_that_comes_twice_is_two_the_earlier_first():
    wall = datetime(2026, 10, 25, 2, 30)
    early, late = instants_of(wall, BERLIN)
    assert late - early == timedelta(hours=1)
    assert [len(instants_of(datetime(2027, 4, 4, 1, m), HOWE)) for m in (15, 45)] == [1, 2]


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_every_instant_is_found_again_by_what_the_clock_shows(moment, name):
    zone = ZoneInfo(name)
    instant = moment.replace(tzinfo=UTC)
    assert instant in instants_of(instant.astimezone(zone).replace(tzinfo=None), zone)
