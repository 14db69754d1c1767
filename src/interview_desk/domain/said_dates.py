"""Dates as guests say them: "last spring" stays as said, "March 2026" is known to the month."""

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NAMED = r"(?P<name>[a-z]{3,9})"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}-(?P<month>\d\d?)-(?P<day>\d\d?)",
        rf"(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?{_YEAR}",
        rf"(?P<day>\d\d?)\.?\s{_NAMED}\.?,?\s{_YEAR}",
        rf"{_NAMED}\.?\s(?P<day>\d\d?),?\s{_YEAR}",
        rf"{_YEAR}-(?P<month>\d\d?)",
        rf"(?P<month>\d\d?)[./]{_YEAR}",
        rf"{_NAMED}\.?,?\s{_YEAR}",
        _YEAR,
    )
)


@dataclass(frozen=True, slots=True)
class SaidDate:
    """What was said, the first day it can mean, and how exact that is."""

    said: str
    first: date | None = None
    precision: str = "as said"  # day, month, year or as said


def said_date(text: str) -> SaidDate:
    """What `text` says about a date; any text is kept, only some is understood."""
    said = " ".join(text.split())
    for pattern in _PATTERNS:
        found = pattern.fullmatch(said)
        understood = found and _understood(said, found.groupdict())
        if understood:
            return understood
    return SaidDate(said)


def _understood(said: str, parts: dict[str, str | None]) -> SaidDate | None:
    month = _month(parts)
    day = parts.get("day")
    if month == 0 or (parts.get("name") and month is None):
        return None
    try:
        first = date(int(parts["year"] or 0), month or 1, int(day or 1))
    except ValueError:
        return None
    return SaidDate(said, first, "day" if day else "month" if month else "year")


def _month(parts: dict[str, str | None]) -> int | None:
    name = (parts.get("name") or "").lower()
    if name:
        named = (number for number, month in enumerate(_MONTHS, 1) if month.startswith(name))
        return next(named, None)
    return int(parts["month"] or 0) if "month" in parts else None
