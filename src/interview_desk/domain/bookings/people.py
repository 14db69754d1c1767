"""Who is expected at one booking, and who was marked absent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from interview_desk.domain.bookings.changes import (
    BEGINNING,
    STATING,
    BookingChange,
    ChangeKind,
    Host,
    Person,
)
from interview_desk.domain.bookings.folded import Guest


class _Step(IntEnum):
    """What happened to seats, in the order that counts at one instant."""

    TAKEN = 0
    LEFT = 1
    COUNTED = 2  # all who have a seat were named


class _Act(NamedTuple):
    """Guests took or left seats, or were counted."""

    when: datetime
    step: _Step
    people: tuple[Person, ...]


def listed(changes: Sequence[BookingChange]) -> tuple[Person, ...]:
    """The guests of a booking that is not seated: the newest full list counts."""
    stating = [change for change in changes if change.kind in STATING and change.people]
    mentions = [
        change
        for change in changes
        if change.kind not in STATING
        and change.kind is not ChangeKind.NO_SHOW_UPDATED
        and change.people
    ]
    told = stating or mentions
    if not told:
        return ()
    newest = max(enumerate(told), key=lambda place: (place[1].people_when, place[0]))[1]
    return _merged(newest.people)


def seated(changes: Sequence[BookingChange], movers: Sequence[BookingChange]) -> tuple[Person, ...]:
    """The guests who still have a seat, in the order in which they took it.

    Each event of a seated booking names only its own seat; `movers` are events of other bookings
    that took somebody away from this one. Somebody may come back after leaving.
    """
    acts = [act for change in changes for act in _acts(change)]
    acts += [_Act(change.when, _Step.LEFT, change.people) for change in movers]
    present: dict[str, Person] = {}
    for act in sorted(acts, key=lambda act: (act.when, act.step)):
        named = {person.key: person for person in act.people}
        if act.step is _Step.LEFT:
            present = {key: one for key, one in present.items() if key not in named}
            continue
        if act.step is _Step.COUNTED:
            present = {key: one for key, one in present.items() if key in named}
        present |= {key: _joined(present.get(key), person) for key, person in named.items()}
    return tuple(present.values())


def _acts(change: BookingChange) -> list[_Act]:
    if change.request_reschedule or not (change.people or _is_emptied(change)):
        return []
    match change.kind:
        case ChangeKind.NO_SHOW_UPDATED:
            return []
        case ChangeKind.SNAPSHOT:
            return [_Act(change.people_when, _Step.COUNTED, change.people)]
        case ChangeKind.CANCELLED:
            return [_Act(change.when, _Step.LEFT, change.people)]
        case kind:
            # A mention (of a recording, say) tells that somebody had a seat, not since when.
            when = change.when if kind in STATING else BEGINNING
            return [_Act(when, _Step.TAKEN, change.people)]


def _is_emptied(change: BookingChange) -> bool:
    """Whether Cal.com answered that the last seat was given up.

    While a booking is on, nobody in the list only means that guests are not shown.
    """
    return change.kind is ChangeKind.SNAPSHOT and change.status == "CANCELLED"


def _merged(people: Iterable[Person]) -> tuple[Person, ...]:
    merged: dict[str, Person] = {}
    for person in people:
        merged[person.key] = _joined(merged.get(person.key), person)
    return tuple(merged.values())


def _joined(known: Person | None, said: Person) -> Person:
    if known is None:
        return said
    return replace(
        said,
        name=said.name or known.name,
        email=said.email or known.email,
        zone=said.zone or known.zone,
        language=said.language or known.language,
        phone=said.phone or known.phone,
    )


def guests_of(people: Sequence[Person], changes: Sequence[BookingChange]) -> tuple[Guest, ...]:
    """`people` with the newest mark of each; where nobody was listed, those who were marked."""
    marks = _marks(people, changes)
    known = people or _merged(
        person
        for change in changes
        if change.kind is ChangeKind.NO_SHOW_UPDATED
        for person in change.people
    )
    return tuple(
        Guest(
            key=person.key,
            name=person.name,
            email=person.email,
            zone=person.zone,
            language=person.language,
            phone=person.phone,
            no_show=marks.get(person.key, False),
        )
        for person in known
    )


def _marks(people: Sequence[Person], changes: Sequence[BookingChange]) -> dict[str, bool]:
    """The newest mark per guest; a marked one outweighs an unmarked one of the same instant."""
    missed = _missed_calls(people, changes)
    marks: dict[str, tuple[datetime, bool]] = {}
    for change in changes:
        for person in _marked(people, change):
            # That somebody missed the call may stand in no list of Cal.com's.
            if change.kind is ChangeKind.SNAPSHOT and not person.absent and person.key in missed:
                continue
            mark = (change.people_when, bool(person.absent))
            marks[person.key] = max(marks.get(person.key, mark), mark)
    return {key: absent for key, (_, absent) in marks.items()}


def _missed_calls(people: Sequence[Person], changes: Sequence[BookingChange]) -> frozenset[str]:
    calls = [change for change in changes if change.kind is ChangeKind.GUESTS_ABSENT]
    return frozenset(person.key for change in calls for person in _marked(people, change))


def _marked(people: Sequence[Person], change: BookingChange) -> Sequence[Person]:
    if change.kind in {ChangeKind.NO_SHOW_UPDATED, ChangeKind.SNAPSHOT}:
        return [person for person in change.people if person.absent is not None]
    if change.kind is ChangeKind.GUESTS_ABSENT:
        named = [person for person in change.people if person.absent]
        everybody = people or change.people
        return named or [replace(person, absent=True) for person in everybody]
    # Elsewhere "not absent" is only the state an old description began with.
    return [person for person in change.people if person.absent]


def host_is_absent(hosts: Sequence[Host], changes: Sequence[BookingChange]) -> bool:
    """Whether the organizer (or the only host) was marked absent; another host may hold it."""
    absent: set[str] = set()
    for change in changes:
        if change.host_came:
            absent.clear()
        if change.absent_host is not None:
            absent.add(change.absent_host.casefold())
    emails = [(host.email or "").casefold() for host in hosts]
    return bool(absent) and (len(emails) <= 1 or "" in absent or emails[0] in absent)
