"""Instants: one way to read and write a point in time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.instants import format_instant, parse_instant


@pytest.mark.parametrize(
    "text",
    ["2026-11-23T09:30:00Z", "2026-11-23T09:30:00.000Z", "2026-11-23T10:30:00+01:00"],
)
def test_every_form_of_the_same_instant_reads_equal(text: str) -> None:
    assert parse_instant(text) == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert parse_instant(text).tzinfo is UTC


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        parse_instant("2026-11-23T09:30:00")


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_time_that_nothing_can_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="between the years 1000 and 9000"):
        parse_instant(text)


def test_a_moment_is_written_in_utc_with_z() -> None:
    berlin = timezone(timedelta(hours=1))
    assert format_instant(datetime(2026, 11, 23, 10, 30, tzinfo=berlin)) == "2026-11-23T09:30:00Z"
    assert (
        format_instant(datetime(2026, 11, 23, 9, 30, 0, 250_000, tzinfo=UTC))
        == "2026-11-23T09:30:00.250Z"
    )


def test_less_than_a_millisecond_is_none() -> None:
    moment = datetime(2026, 11, 23, 12, 0, 0, 999, tzinfo=UTC)
    assert format_instant(moment) == "2026-11-23T12:00:00Z"
    again = parse_instant(format_instant(moment))
    assert format_instant(again) == format_instant(moment)


def test_a_moment_without_a_zone_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="names no instant"):
        format_instant(datetime(2026, 11, 23))


@given(
    st.datetimes(
        timezones=st.timezones(), min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)
    )
)
def test_writing_and_reading_keeps_the_millisecond(moment: datetime) -> None:
    exact = moment.replace(microsecond=moment.microsecond // 1000 * 1000).astimezone(UTC)
    assert parse_instant(format_instant(exact)) == exact
