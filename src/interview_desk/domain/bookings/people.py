"""Who is expected at one booking, and who was marked absent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
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


class _Act(NamedTuple):
    """One guest took or left a seat."""

    when: datetime
    leaves: bool
    person: Person


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
    newest = (stating or mentions)[-1:]
    return _merged(person for change in newest for person in change.people)


def seated(changes: Sequence[BookingChange], movers: Sequence[BookingChange]) -> tuple[Person, ...]:
    """The guests who still have a seat, in the order in which they took it.

    Each event of a seated booking names only its own seat; `movers` are events of other bookings
    that took somebody away from this one. Somebody may come back after leaving.
    """
    acts = [act for change in changes for act in _acts(change)]
    acts += [_Act(change.when, leaves=True, person=p) for change in movers for p in change.people]
    present: dict[str, Person] = {}
    for act in sorted(acts, key=lambda act: (act.when, act.leaves)):
        if act.leaves:
            present.pop(act.person.key, None)
        else:
            present[act.person.key] = _joined(present.get(act.person.key), act.person)
    return tuple(present.values())


def _acts(change: BookingChange) -> list[_Act]:
    if change.request_reschedule or change.kind is ChangeKind.NO_SHOW_UPDATED:
        return []
    leaves = change.kind is ChangeKind.CANCELLED
    # A mention (a snapshot, a recording) says that somebody had a seat, not since when.
    when = change.when if change.kind in STATING else BEGINNING
    return [_Act(when, leaves=leaves, person=person) for person in change.people]


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
    marks: dict[str, tuple[datetime, bool]] = {}
    for change in changes:
        for person in _marked(people, change):
            mark = (change.when, bool(person.absent))
            marks[person.key] = max(marks.get(person.key, mark), mark)
    return {key: absent for key, (_, absent) in marks.items()}


def _marked(people: Sequence[Person], change: BookingChange) -> Sequence[Person]:
    if change.kind is ChangeKind.NO_SHOW_UPDATED:
        return [person for person in change.people if person.absent is not None]
    if change.kind is ChangeKind.GUESTS_ABSENT:
        named = [person for person in change.people if person.absent]
        everybody = people or change.people
        return named or [replace(person, absent=True) for person in everybody]
    # Elsewhere "not absent" is only the state a snapshot began with.
    return [person for person in change.people if person.absent]


def host_is_absent(hosts: Sequence[Host], changes: Sequence[BookingChange]) -> bool:
    """Whether the organizer (or the only host) was marked absent; another host may hold it."""
    absent = {change.absent_host.casefold() for change in changes if change.absent_host is not None}
    emails = [(host.email or "").casefold() for host in hosts]
    return bool(absent) and (len(emails) <= 1 or "" in absent or emails[0] in absent)
