"""Times as the reader's locale writes them, in the reader's zone."""

from datetime import UTC, date, datetime, tzinfo

from PySide6.QtCore import QDate, QLocale, QTime

_LONG_DAY = "dddd d MMMM"
_SHORT_DAY = "ddd d MMM"


def desk_locale() -> QLocale:
    """The reader's locale; where the system names none, English with a week from Monday.

    The C locale would write days as numbers.
    """
    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    return locale


def clock_time(moment: datetime, zone: tzinfo) -> str:
    """`14:00` or `2:00 PM`, as the locale has it."""
    local = moment.astimezone(zone)
    return desk_locale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)


def clock_range(start: datetime, end: datetime, zone: tzinfo) -> str:
    """Both ends with a dash between; the end's day is named where it is another."""
    first = clock_time(start, zone)
    last = clock_time(end, zone)
    if start.astimezone(zone).date() != end.astimezone(zone).date():
        last = f"{short_day(end.astimezone(zone).date())} {last}"
    return f"{first} \N{EN DASH} {last}"


def long_day(day: date) -> str:
    """`Wednesday 18 November`."""
    return desk_locale().toString(_qdate(day), _LONG_DAY)


def short_day(day: date) -> str:
    """`Wed 18 Nov`."""
    return desk_locale().toString(_qdate(day), _SHORT_DAY)


def month_title(day: date, *, short: bool = False) -> str:
    """`November 2026`, or `Nov 2026`."""
    return desk_locale().toString(_qdate(day), "MMM yyyy" if short else "MMMM yyyy")


def months_title(first: date, last: date, *, short: bool = False) -> str:
    """`November 2026`, or both months of a week, short: there is room for one long name."""
    if (first.year, first.month) == (last.year, last.month):
        return month_title(first, short=short)
    begin = desk_locale().toString(_qdate(first), "MMM" if first.year == last.year else "MMM yyyy")
    return f"{begin} \N{EN DASH} {month_title(last, short=True)}"


def weekday_name(weekday: int, *, narrow: bool = False) -> str:
    """`Mon`, or `M`; Monday is 0."""
    form = QLocale.FormatType.NarrowFormat if narrow else QLocale.FormatType.ShortFormat
    return desk_locale().standaloneDayName(weekday + 1, form)


def first_weekday() -> int:
    """The locale's first day of the week; Monday is 0."""
    return desk_locale().firstDayOfWeek().value - 1


def zone_name(zone: tzinfo, at: datetime) -> str:
    """`Berlin, UTC+1`: the city with its offset then, because abbreviations mislead."""
    name = getattr(zone, "key", None) or str(zone)
    city = str(name).rsplit("/", 1)[-1].replace("_", " ")
    offset = offset_name(zone, at)
    return offset if city.upper() in {"UTC", "ETC"} else f"{city}, {offset}"


def offset_name(zone: tzinfo, at: datetime) -> str:
    """`UTC+1`, `UTC+5:30` or `UTC`."""
    offset = at.astimezone(zone).utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def differs_from(one: tzinfo, other: tzinfo, at: datetime) -> bool:
    """Whether clocks in the two zones show different times at that moment."""
    at = at.astimezone(UTC)
    return at.astimezone(one).utcoffset() != at.astimezone(other).utcoffset()


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
