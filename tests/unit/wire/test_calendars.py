"""Holidays where a guest lives, as far as their zone tells."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import holidays
import pytest

from interview_desk.wire.calendars import country_of, holidays_in, holidays_near, zone_named

AUTUMN = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("Asia/Tokyo", "Europe/Berlin"), "Asia/Tokyo"),
        ((None, "", "Europe/Berlin"), "Europe/Berlin"),
        (("Mars/Olympus", "../etc/passwd", "Europe", "Europe/Berlin"), "Europe/Berlin"),
        (("Mars/Olympus", None), "UTC"),
        ((), "UTC"),
    ],
)
def test_the_first_zone_that_there_is_is_taken(names: tuple[str | None, ...], found: str) -> None:
    assert zone_named(*names).key == found


def test_a_zone_of_one_country_has_its_holidays_for_the_year_to_come() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert country_of(berlin) == "DE"
    found = holidays_near(berlin, AUTUMN)
    assert {date(2026, 10, 3), date(2026, 12, 25), date(2027, 3, 26)} <= found
    assert date(2026, 7, 4) not in found
    assert date(2026, 11, 23) in holidays_near(ZoneInfo("Asia/Tokyo"), AUTUMN)


def test_a_zone_of_no_country_has_none() -> None:
    assert country_of(ZoneInfo("UTC")) is None
    assert holidays_near(ZoneInfo("UTC"), AUTUMN) == frozenset()


def test_a_country_that_the_package_does_not_know_has_none() -> None:
    with pytest.raises(NotImplementedError):
        holidays.country_holidays("XX", years=2026)
    assert holidays_in("XX", 2026) == frozenset()
