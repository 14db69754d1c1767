"""When mail is due, and when the guest's window is open, by their own clock and calendar."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.sequences.plan import Delay, Unit, Window
from interview_desk.domain.sequences.timing import (
    NeverOpen,
    due_at,
    is_open,
    next_opening,
    working_days_after,
)

BERLIN = ZoneInfo("Europe/Berlin")
TUE_TO_THU = Window(frozenset({1, 2, 3}), time(9), time(16))
ALL_WEEK = Window(frozenset(range(7)), time(9), time(16))
NONE: frozenset[date] = frozenset()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_hours_are_real_hours_and_what_falls_outside_waits_for_the_window() -> None:
    two_hours = Delay(2, Unit.HOURS)
    ends = at("2026-11-24T11:00+01:00")  # a Tuesday
    assert due_at(ends, two_hours, window=TUE_TO_THU, zone=BERLIN, holidays=NONE) == at(
        "2026-11-24T13:00+01:00"
    )
    late = at("2026-11-26T15:00+01:00")  # Thursday, so the next day is Tuesday
    assert due_at(late, two_hours, window=TUE_TO_THU, zone=BERLIN, holidays=NONE) == at(
        "2026-12-01T09:00+01:00"
    )


def test_a_delay_in_working_days_also_waits_for_the_window() -> None:
    wednesday = at("2026-11-25T18:00+01:00")
    three = Delay(3, Unit.WORKING_DAYS)  # Monday, and then Tuesday morning
    assert due_at(wednesday, three, window=TUE_TO_THU, zone=BERLIN, holidays=NONE) == at(
        "2026-12-01T09:00+01:00"
    )


def test_working_days_leave_out_weekends_and_holidays_and_keep_the_time_of_day() -> None:
    friday = at("2026-12-18T10:30+01:00")
    christmas = frozenset({date(2026, 12, 25), date(2026, 12, 26)})
    found = working_days_after(friday, 5, zone=BERLIN, holidays=christmas)
    assert found == at("2026-12-28T10:30+01:00")
    assert working_days_after(friday, 0, zone=BERLIN, holidays=christmas) == friday


def test_working_days_across_a_change_of_clocks_keep_the_time_on_the_wall() -> None:
    friday = at("2026-03-27T10:00+01:00")
    found = working_days_after(friday, 1, zone=BERLIN, holidays=NONE)
    assert found == at("2026-03-30T10:00+02:00")
    assert found - friday == timedelta(days=3) - timedelta(hours=1)


def test_the_leap_day_is_a_day_like_others() -> None:
    monday = at("2028-02-28T09:00+01:00")
    assert working_days_after(monday, 1, zone=BERLIN, holidays=NONE) == at("2028-02-29T09:00+01:00")
    assert working_days_after(monday, 2, zone=BERLIN, holidays=NONE) == at("2028-03-01T09:00+01:00")


def test_a_holiday_closes_the_window_unless_it_is_told_to_ignore_them() -> None:
    day = frozenset({date(2026, 11, 25)})
    noon = at("2026-11-25T12:00+01:00")
    assert not is_open(noon, window=TUE_TO_THU, zone=BERLIN, holidays=day)
    open_always = Window(TUE_TO_THU.days, TUE_TO_THU.opens, TUE_TO_THU.closes, skip_holidays=False)
    assert is_open(noon, window=open_always, zone=BERLIN, holidays=day)


def test_the_window_is_closed_from_its_last_moment_on() -> None:
    assert is_open(at("2026-11-25T15:59:59+01:00"), window=TUE_TO_THU, zone=BERLIN, holidays=NONE)
    assert not is_open(at("2026-11-25T16:00+01:00"), window=TUE_TO_THU, zone=BERLIN, holidays=NONE)


def test_an_opening_that_the_clock_jumps_over_comes_after_the_jump() -> None:
    window = Window(frozenset({6}), time(2, 30), time(5))
    found = next_opening(at("2026-03-28T12:00+01:00"), window=window, zone=BERLIN, holidays=NONE)
    assert found == at("2026-03-29T03:30+02:00")


def test_an_opening_that_comes_twice_is_the_later_one() -> None:
    window = Window(frozenset({6}), time(2, 30), time(5))
    found = next_opening(at("2026-10-24T12:00+02:00"), window=window, zone=BERLIN, holidays=NONE)
    assert found == at("2026-10-25T02:30+01:00")


def test_a_window_without_any_day_never_opens() -> None:
    never = Window(frozenset(), time(9), time(16))
    with pytest.raises(NeverOpen, match="Choose more days"):
        next_opening(at("2026-11-25T12:00Z"), window=never, zone=BERLIN, holidays=NONE)


@given(
    moment=st.datetimes(
        min_value=datetime(2026, 1, 1), max_value=datetime(2028, 12, 31), timezones=st.just(UTC)
    ),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
    ),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens=st.times(max_value=time(20)),
    length=st.integers(61, 230),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=20),
)
def test_the_next_opening_is_open_and_nothing_before_it_was(
    moment: datetime,
    zone: str,
    days: frozenset[int],
    opens: time,
    length: int,
    holidays: frozenset[date],
) -> None:
    closes = (datetime.combine(date(2026, 1, 1), opens) + timedelta(minutes=length)).time()
    where: dict[str, Any] = {
        "window": Window(days, opens, closes),
        "zone": ZoneInfo(zone),
        "holidays": holidays,
    }
    found = next_opening(moment, **where)
    assert found >= moment
    assert is_open(found, **where)
    probe = moment
    while probe < min(found, moment + timedelta(days=3)):
        assert not is_open(probe, **where) or probe.astimezone(where["zone"]).fold
        probe += timedelta(minutes=47)
