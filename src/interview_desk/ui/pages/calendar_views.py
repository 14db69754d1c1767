"""The ways in which the calendar shows time: their names and keys, their days, their words."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from interview_desk.ui.bridge.dates import long_day, months_title, short_day

_WEEK = timedelta(days=7)
_AGENDA_DAYS = 28


class View(StrEnum):
    """How the calendar shows time."""

    DAY = "day"
    WORK_WEEK = "work_week"
    WEEK = "week"
    AGENDA = "agenda"


VIEWS = {
    View.DAY: ("Day", "D"),
    View.WORK_WEEK: ("Work week", "Shift+W"),
    View.WEEK: ("Week", "W"),
    View.AGENDA: ("Agenda", "A"),
}


def days_of(view: View, day: date, *, first: int) -> list[date]:
    """The days a view shows around `day`; `first` is the week's first weekday, Monday 0."""
    if view is View.DAY:
        return [day]
    if view is View.AGENDA:
        return [day + timedelta(days=number) for number in range(_AGENDA_DAYS)]
    if view is View.WORK_WEEK:
        monday = day - timedelta(days=day.weekday())
        return [monday + timedelta(days=number) for number in range(5)]
    start = day - timedelta(days=(day.weekday() - first) % 7)
    return [start + timedelta(days=number) for number in range(7)]


def stepped(view: View, day: date, by: int) -> date:
    """The day to show one period on or back."""
    if view is View.DAY:
        return day + timedelta(days=by)
    if view is View.AGENDA:
        return day + timedelta(days=_AGENDA_DAYS * by)
    return day + _WEEK * by


def view_of(said: str) -> View:
    """The view of this name, the week for any other."""
    return View(said) if said in set(View) else View.WEEK


def period_words(view: View, day: date, days: Sequence[date], *, short: bool = False) -> str:
    """What is shown: a day, a month or two, or from when to when; `short` for little room."""
    if view is View.DAY:
        return short_day(day) if short else long_day(day)
    if view is not View.AGENDA:
        return months_title(days[0], days[-1], short=short)
    begin, end = short_day(days[0]), short_day(days[-1])
    return begin if short else f"{begin} \N{EN DASH} {end}"
