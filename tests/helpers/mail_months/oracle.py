"""What is so of every guest, and whether a mail might be taken at a moment.

It keeps its own truth, knows nothing of how the server decides, and says of each mail that the
provider has taken what is wrong with it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

DAY = timedelta(hours=24)
ZONES = {
    "Europe/Berlin": "DE",
    "America/New_York": "US",
    "Asia/Tokyo": "JP",
    "Australia/Sydney": "AU",
}
OPENS, CLOSES, DAYS = 9, 16, frozenset({0, 1, 2, 3})
WINDOW = {"days": ["mon", "tue", "wed", "thu"], "from": "09:00", "to": "16:00", "holidays": "skip"}


@dataclass
class Person:
    """What is so of one address. `barred`: it is never to be written to again."""

    address: str
    zone: str
    consent: str
    barred: bool = False
    mailed: list[datetime] = field(default_factory=list)


@dataclass
class Course:
    """One enrolment of a person. `ended`: no mail of it may leave any more."""

    person: Person
    guest: str
    interview: str
    ended: str = ""
    paused_until: datetime | None = None


class Oracle:
    """The truth of all guests, and the mails that should not have been."""

    def __init__(self, *, per_day: int) -> None:
        self.people: dict[str, Person] = {}
        self.courses: dict[str, Course] = {}
        self.mistakes: list[str] = []
        self.taken: Counter[str] = Counter()
        self.is_on = True
        self._per_day = per_day
        self._lately: list[datetime] = []

    def courses_of(self, address: str) -> Iterator[Course]:
        """Every enrolment of the person with this address."""
        return (one for one in self.courses.values() if one.person.address == address)

    def end_all(self, address: str, why: str) -> None:
        """Nothing more may leave to the person by what they are enrolled in by now."""
        for course in self.courses_of(address):
            course.ended = course.ended or why

    def judge(self, mail: dict[str, Any], now: datetime) -> None:
        """Say what is wrong with a mail that was taken now."""
        key = str(mail["key"])
        course = self.courses[key.split("/")[1]]
        wrong = [*self._against_person(course.person, now), *self._against(course, mail, now)]
        self.mistakes += [f"{key} left at {now:%d %b %H:%M} {why}" for why in wrong]
        self.taken[key] += 1
        course.person.mailed.append(now)
        self._lately = [one for one in self._lately if now - one < DAY] + [now]

    def _against_person(self, person: Person, now: datetime) -> Iterator[str]:
        local = now.astimezone(ZoneInfo(person.zone))
        if local.weekday() not in DAYS or not OPENS <= local.hour < CLOSES:
            yield f"outside the hours of {person.zone}"
        if local.date() in _holidays(ZONES[person.zone], local.year):
            yield f"on a holiday in {person.zone}"
        if person.consent != "yes":
            yield f"although the guest said {person.consent}"
        if person.barred:
            yield "to somebody who is not to be written to"
        if any(now - one < DAY for one in person.mailed):
            yield "within 24 hours of another"

    def _against(self, course: Course, mail: dict[str, Any], now: datetime) -> Iterator[str]:
        if mail["to"] != [course.person.address]:
            yield "to another address"
        if course.ended:
            yield f"although {course.ended}"
        if course.paused_until is not None and now < course.paused_until:
            yield "while it was paused"
        if sum(now - one < DAY for one in self._lately) >= self._per_day:
            yield "above the cap"
        if not self.is_on:
            yield "while mail was turned off"


@lru_cache(20)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))
