"""Where events stand: columns, the cascade, long events and days of 23 and 25 hours."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.calendar_layout import (
    SNAP,
    Box,
    Span,
    day_shifted,
    lay_out,
    minute_of_day,
    moment_on,
)

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 11, 18)


def at(hour: int, minute: int = 0, *, day: date = DAY, fold: int = 0) -> datetime:
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN, fold=fold)
    return local.astimezone(UTC)


def span(key: str, start: datetime, end: datetime) -> Span:
    return Span(key, start, end)


def boxes(*spans: Span, days: tuple[date, ...] = (DAY,)) -> dict[str, Box]:
    return {box.key: box for box in lay_out(spans, days, BERLIN)}


def test_an_event_alone_takes_the_whole_column() -> None:
    assert boxes(span("a", at(9), at(10))) == {"a": Box("a", 0, 540, 600)}


def test_events_that_touch_do_not_share() -> None:
    found = boxes(span("a", at(9), at(10)), span("b", at(10), at(11)))
    assert {box.width for box in found.values()} == {1.0}


def test_overlapping_events_cascade_so_that_the_first_stays_readable() -> None:
    found = boxes(span("a", at(9), at(11)), span("b", at(10), at(12)))
    assert found["a"].left == 0
    assert found["a"].width == pytest.approx(0.85)
    assert found["b"].left == pytest.approx(0.5)
    assert found["b"].width == pytest.approx(0.5)


def test_three_at_once_are_painted_left_to_right() -> None:
    spans = [span(key, at(9), at(10)) for key in "abc"]
    painted = lay_out(spans, [DAY], BERLIN)
    assert [box.key for box in painted] == ["a", "b", "c"]
    assert painted[0].width == pytest.approx(1.7 / 3)


def test_a_free_right_side_is_used() -> None:
    found = boxes(
        span("long", at(9), at(12)), span("early", at(9), at(10)), span("late", at(11), at(12))
    )
    assert found["early"].left == found["late"].left == pytest.approx(0.5)
    third = boxes(span("a", at(9), at(11)), span("b", at(9), at(10)), span("c", at(9), at(10)))
    assert third["c"].left + third["c"].width == pytest.approx(1)


def test_a_night_event_is_cut_at_midnight() -> None:
    tomorrow = DAY + timedelta(days=1)
    pieces = lay_out([span("a", at(23), at(1, day=tomorrow))], [DAY, tomorrow], BERLIN)
    assert [(p.day, p.top, p.bottom, p.begins, p.ends) for p in pieces] == [
        (0, 1380, 1440, True, False),
        (1, 0, 60, False, True),
    ]


def test_an_event_until_midnight_leaves_the_next_day_free() -> None:
    tomorrow = DAY + timedelta(days=1)
    pieces = lay_out([span("a", at(22), at(0, day=tomorrow))], [DAY, tomorrow], BERLIN)
    assert [(p.day, p.bottom, p.ends) for p in pieces] == [(0, 1440, True)]


def test_a_day_in_the_middle_is_filled() -> None:
    days = (DAY, DAY + timedelta(days=1), DAY + timedelta(days=2))
    pieces = lay_out([span("a", at(12), at(12, day=days[2]))], days, BERLIN)
    assert [(p.top, p.bottom) for p in pieces] == [(720, 1440), (0, 1440), (0, 720)]


def test_a_short_event_holds_one_line() -> None:
    found = boxes(span("a", at(9), at(9, 5)), span("b", at(9, 10), at(10)))
    assert found["a"].bottom - found["a"].top == 20
    assert found["b"].left > 0  # kept apart as drawn
    last = boxes(span("z", at(23, 55), at(23, 55)))["z"]
    assert (last.top, last.bottom) == (1420, 1440)


def test_an_event_over_the_spring_gap_stands_at_its_wall_times() -> None:
    spring = date(2026, 3, 29)
    box = boxes(span("a", at(1, 30, day=spring), at(3, 30, day=spring)), days=(spring,))["a"]
    assert (box.top, box.bottom) == (90, 210)


def test_an_event_in_the_repeated_hour_is_as_long_as_it_takes() -> None:
    autumn = date(2026, 10, 25)
    first, second = at(2, 30, day=autumn), at(2, 15, day=autumn, fold=1)
    box = boxes(span("a", first, second), days=(autumn,))["a"]
    assert (box.top, box.bottom) == (150, 195)
    both = boxes(
        span("a", at(2, day=autumn), at(2, 30, day=autumn)),
        span("b", at(2, day=autumn, fold=1), at(2, 30, day=autumn, fold=1)),
        days=(autumn,),
    )
    assert both["b"].left > 0  # an hour apart, but in the same place of the ruler


def test_other_days_are_left_out() -> None:
    assert boxes(span("a", at(9), at(10)), days=(DAY + timedelta(days=1),)) == {}


def test_a_moment_has_its_place_on_the_ruler() -> None:
    assert minute_of_day(at(11, 48), BERLIN) == 708


starts = st.integers(0, 1439)
lengths = st.integers(0, 600)


@given(st.lists(st.tuples(starts, lengths), max_size=14))
def test_no_event_is_lost_or_leaves_its_column(pairs: list[tuple[int, int]]) -> None:
    begin = at(0)
    spans = [
        Span(str(n), begin + timedelta(minutes=s), begin + timedelta(minutes=s + length))
        for n, (s, length) in enumerate(pairs)
    ]
    found = lay_out(spans, [DAY], BERLIN)
    assert sorted(box.key for box in found) == sorted(one.key for one in spans)
    for box in found:
        assert 0 <= box.left < 1
        assert 0 < box.width <= 1 - box.left + 1e-9
        assert 0 <= box.top < box.bottom <= 1440
    for one, other in combinations(found, 2):
        if one.left == other.left:
            assert one.bottom <= other.top or other.bottom <= one.top


def test_a_place_on_the_ruler_is_a_moment() -> None:
    day = date(2026, 11, 18)
    assert moment_on(day, 14 * 60 + 8, BERLIN, snap=SNAP) == at(14, 15)
    assert moment_on(day, -20, BERLIN) == at(0)
    assert moment_on(day, 5000, BERLIN, snap=SNAP) == at(23, 45)


def test_a_time_that_clocks_skip_is_the_one_after_the_change() -> None:
    skipped = moment_on(date(2026, 3, 29), 2 * 60 + 30, BERLIN)
    assert skipped.astimezone(BERLIN).strftime("%H:%M") == "03:30"


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    twice = moment_on(date(2026, 10, 25), 2 * 60 + 30, BERLIN)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_another_day_keeps_the_time_of_day_over_a_change_of_clocks() -> None:
    before = datetime(2026, 3, 28, 9, tzinfo=BERLIN)
    after = day_shifted(before.astimezone(UTC), 1, BERLIN)
    assert after.astimezone(BERLIN).strftime("%d %H:%M") == "29 09:00"
