"""Points in time as records carry them: RFC 3339, UTC, with Z; and the zones people live in."""

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

_RFC3339: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)

_MILLISECOND: Final = 1_000
# Nearer to the first and the last year of all, a zone or a quarter of an hour leads out of them.
_FIRST_YEAR, _LAST_YEAR = 1000, 9000


def is_rfc3339(text: str) -> bool:
    """Whether `text` is spelled as a time with an offset; there may be no such day or hour."""
    return _RFC3339.fullmatch(text) is not None


def parse_instant(text: str) -> datetime:
    """The aware UTC time that `text` names.

    ValueError for a time without an offset, and for one to which no span of time could be added.
    """
    # RFC 3339 lets T and Z be small, of which Python reads only the one.
    moment = datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"must lie between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    return moment.astimezone(UTC)


def instant_in(value: object) -> datetime | None:
    """The instant that a record's field names; None where it names none."""
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value)
    except ValueError:
        return None


def format_instant(moment: datetime) -> str:
    """`moment` as the wire and the records write it, to the millisecond where it has any."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone names no instant")
    moment = moment.astimezone(UTC)
    precision = "milliseconds" if moment.microsecond >= _MILLISECOND else "seconds"
    return moment.isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def zone_called(name: str | None) -> ZoneInfo | None:
    """The zone of that name; None for no name, and for what this computer does not know."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):  # malformed, a folder of the database, unknown
        return None


def no_zone_words(name: str) -> str:
    """What to say to somebody who typed it."""
    return f"There is no time zone \u201c{name}\u201d. Choose one from the list."
