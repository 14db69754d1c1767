"""Where events stand in the columns of a calendar; pure, so that painting only paints.

The ruler shows wall-clock hours 0 to 24 in every column, also on days of 23 and 25 hours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

MINUTES_A_DAY = 24 * 60
# Shorter events are drawn, and kept apart, as if they took this long: they must hold one line.
_LEAST = 20.0
# Of three equal columns nothing can be read; a later event may lie over an earlier one's right.
_CASCADE = 1.7
_SIDE_BY_SIDE = 2
_LAST = 1.2
_INSTANT = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)
# What is dragged comes to rest on quarters of an hour.
SNAP = timedelta(minutes=15)


class Span(NamedTuple):
    """An event as the layout sees it; both ends aware."""

    key: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Box:
    """One piece of an event in one day's column.

    `top` and `bottom` are minutes of the wall clock; `left` and `width` are shares of the column.
    """

    key: str
    day: int
    top: float
    bottom: float
    left: float = 0.0
    width: float = 1.0
    begins: bool = True
    ends: bool = True


def lay_out(spans: Iterable[Span], days: Sequence[date], zone: tzinfo) -> list[Box]:
    """The boxes of all spans that touch `days`, in the order in which to paint them."""
    boxes: list[Box] = []
    for index, day in enumerate(days):
        pieces = [box for span in spans if (box := _piece(span, day, index, zone)) is not None]
        boxes.extend(_cascade(pieces))
    return boxes


def minute_of_day(moment: datetime, zone: tzinfo) -> float:
    """Where `moment` stands on the ruler of its local day."""
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute + local.second / 60


def moment_on(day: date, minutes: float, zone: tzinfo, *, snap: timedelta = _MINUTE) -> datetime:
    """The instant that stands at a place of the ruler, rounded to `snap`.

    A time that clocks skip is the one as long after the change; one that comes twice, the first.
    """
    step = snap / _MINUTE
    whole = min(max(round(minutes / step) * step, 0), MINUTES_A_DAY - step)
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=whole)
    return wall.astimezone(UTC)


def day_shifted(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time of day on another day; as `moment_on` where clocks change meanwhile."""
    return (moment.astimezone(zone) + timedelta(days=days)).astimezone(UTC)


def _piece(span: Span, day: date, index: int, zone: tzinfo) -> Box | None:
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    # An event until midnight has nothing on the day that begins then.
    last = max(span.start, span.end - _INSTANT).astimezone(zone).date()
    if not start.date() <= day <= last:
        return None
    begins, ends = start.date() == day, last == day
    top = minute_of_day(start, zone) if begins else 0.0
    bottom = minute_of_day(end, zone) if end.date() == day else float(MINUTES_A_DAY)
    if begins and ends:
        # Where clocks go back meanwhile, the wall shows less than what passes.
        bottom = max(bottom, top + (span.end - span.start) / _MINUTE)
    top, bottom = _readable(top, bottom)
    return Box(span.key, index, top, bottom, begins=begins, ends=ends)


def _readable(top: float, bottom: float) -> tuple[float, float]:
    bottom = min(max(bottom, top + _LEAST), float(MINUTES_A_DAY))
    return min(top, bottom - _LEAST), bottom


def _cascade(pieces: Sequence[Box]) -> list[Box]:
    placed: list[Box] = []
    for cluster in _clusters(pieces):
        placed.extend(_columns(cluster))
    return placed


def _clusters(pieces: Sequence[Box]) -> list[list[Box]]:
    clusters: list[list[Box]] = []
    reach = 0.0
    for box in sorted(pieces, key=lambda one: (one.top, -one.bottom, one.key)):
        if not clusters or box.top >= reach:
            clusters.append([])
            reach = 0.0
        clusters[-1].append(box)
        reach = max(reach, box.bottom)
    return clusters


def _columns(cluster: Sequence[Box]) -> list[Box]:
    columns: list[list[Box]] = []
    for box in cluster:
        free = next((column for column in columns if column[-1].bottom <= box.top), None)
        if free is None:
            columns.append([box])
        else:
            free.append(box)
    boxes = [
        replace(box, left=_left(number, len(columns)), width=_width(box, number, columns))
        for number, column in enumerate(columns)
        for box in column
    ]
    return sorted(boxes, key=lambda one: (one.left, one.top))


def _left(number: int, columns: int) -> float:
    if columns <= _SIDE_BY_SIDE:
        return number / columns
    # The last of many would be a sliver: it gets more, the others move together a little.
    return number * (1 - _LAST / columns) / (columns - 1)


def _width(box: Box, number: int, columns: Sequence[Sequence[Box]]) -> float:
    room = 1 - _left(number, len(columns))
    crowded = any(_overlap(box, other) for column in columns[number + 1 :] for other in column)
    return min(_CASCADE / len(columns), room) if crowded else room


def _overlap(one: Box, other: Box) -> bool:
    return one.top < other.bottom and other.top < one.bottom
