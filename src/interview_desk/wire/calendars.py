"""Holidays where a guest lives, as far as their zone tells."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS_AHEAD = 400


def zone_named(*names: str | None) -> ZoneInfo:
    """The first of these zones that there is, or UTC."""
    for name in names:
        if name:
            # An unknown name, one that is no name, or one that is a folder.
            with suppress(ZoneInfoNotFoundError, ValueError, OSError):
                return ZoneInfo(name)
    return ZoneInfo("UTC")


def country_of(zone: ZoneInfo) -> str | None:
    """The country that `zone` lies in, None where it lies in none or in several."""
    return _countries().get(zone.key)


def holidays_near(zone: ZoneInfo, now: datetime) -> frozenset[date]:
    """The public holidays of the country that `zone` lies in, for the year to come."""
    country = country_of(zone)
    if country is None:
        return frozenset()
    first = (now - timedelta(days=2)).year
    years = range(first, (now + timedelta(days=_DAYS_AHEAD)).year + 1)
    return frozenset().union(*(holidays_in(country, year) for year in years))


@lru_cache(256)
def holidays_in(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (two letters) in a year; none of one that is not known."""
    # Loads its countries one by one, and only where somebody is to be written to.
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        # A country that the package does not know.
        return frozenset()


@lru_cache(1)
def _countries() -> Mapping[str, str]:
    """The country of each zone that lies in only one."""
    table = files("tzdata") / "zoneinfo" / "zone.tab"
    found: dict[str, str] = {}
    for line in table.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, name, *_ = line.split("\t")
            found[name] = country
    return found
