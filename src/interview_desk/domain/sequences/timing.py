"""When a mail is due: delays in the guest's working time, and windows in their zone."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from interview_desk.domain.sequences.plan import After, Delay, Unit, Window

Holidays = AbstractSet[date]

_SATURDAY = 5
# A window that does not open for so long never does.
_FARTHEST_DAYS = 400


class NeverOpen(ValueError):  # noqa: N818  - names the state of the window
    """The window has no moment at which mail may leave."""


def due_at(
    base: datetime, delay: Delay, *, window: Window, zone: ZoneInfo, holidays: Holidays
) -> datetime:
    """When a mail with this delay after `base` leaves at the earliest, in UTC.

    Hours are real hours. Working days keep the time of day on the guest's wall. What falls
    outside the window waits for it to open. Raises NeverOpen.
    """
    if delay.unit is Unit.HOURS:
        moment = base + timedelta(hours=delay.amount)
    else:
        moment = working_days_after(base, delay.amount, zone=zone, holidays=holidays)
    return next_opening(moment, window=window, zone=zone, holidays=holidays)


def counted_from(delay: Delay, *, end: datetime, before: datetime | None) -> datetime:
    """From when a delay counts: the end of the interview, or when the mail before left, or will."""
    return before if before is not None and delay.after is After.PREVIOUS else end


def working_days_after(
    moment: datetime, days: int, *, zone: ZoneInfo, holidays: Holidays
) -> datetime:
    """The same time of day in `zone`, so many working days later."""
    local = moment.astimezone(zone)
    day = local.date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in holidays:
            left -= 1
    return _instant(day, local.time(), zone) if days else moment


def is_open(moment: datetime, *, window: Window, zone: ZoneInfo, holidays: Holidays) -> bool:
    """Whether mail may leave at this moment, by the guest's own clock and calendar."""
    local = moment.astimezone(zone)
    return (
        _is_open_day(local.date(), window=window, holidays=holidays)
        and window.opens <= local.time() < window.closes
    )


def next_opening(
    moment: datetime, *, window: Window, zone: ZoneInfo, holidays: Holidays
) -> datetime:
    """`moment`, or when the window opens next after it, in UTC; NeverOpen where it never does."""
    if is_open(moment, window=window, zone=zone, holidays=holidays):
        return moment.astimezone(UTC)
    day = moment.astimezone(zone).date()
    for offset in range(_FARTHEST_DAYS):
        opening = _opening_of(day + timedelta(days=offset), window.opens, zone)
        if opening > moment and is_open(opening, window=window, zone=zone, holidays=holidays):
            return opening
    raise NeverOpen("There is no day on which this mail may leave. Choose more days or hours.")


def _is_open_day(day: date, *, window: Window, holidays: Holidays) -> bool:
    return day.weekday() in window.days and not (window.skip_holidays and day in holidays)


def _opening_of(day: date, opens: time, zone: ZoneInfo) -> datetime:
    # Where the clock is put back, the later of the two is meant: the earlier one is followed by
    # an hour that the wall clock shows as before the opening.
    return _instant(day, opens.replace(fold=1), zone, fold=1)


def _instant(day: date, at: time, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    """The instant of a wall-clock time; where the clock jumps over it, the one after the jump."""
    moment = datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).time().replace(fold=0) == at.replace(fold=0):
        return moment
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)
