"""Events of one booking, with the usual details where they fit."""

from datetime import UTC, datetime, timedelta

from interview_desk.domain.bookings import (
    BookingChange,
    ChangeKind,
    FoldedInterview,
    Host,
    Person,
    fold,
)

K = ChangeKind
T0 = datetime(2026, 11, 20, 9, tzinfo=UTC)
START = datetime(2026, 12, 1, 10, tzinfo=UTC)
ADA = Person(name="Ada", email="ada@example.org", zone="Europe/Berlin")
BOB = Person(name="Bob", email="bob@example.org", zone="Europe/Paris")
HANA = Host("Hana", "hana@example.org")
OLGA = Host("Olga", "olga@example.org")


def said(kind: ChangeKind, uid: str = "u1", minute: float = 0, **fields) -> BookingChange:
    """One event, `minute` minutes after the first, with the usual details where they fit."""
    described = {
        "title": "Talk",
        "start": START,
        "end": START + timedelta(minutes=30),
        "zone": "Europe/Berlin",
        "event_type_id": 7,
        "hosts": (HANA,),
        "people": (ADA,),
    }
    if kind is K.NO_SHOW_UPDATED:
        described = {}
    values = {**described, "occurred_at": T0 + timedelta(minutes=minute), **fields}
    return BookingChange(kind=kind, uid=uid, **values)


def one(*changes: BookingChange) -> FoldedInterview:
    folded = fold(changes)
    assert len(folded) == 1
    return folded[0]


def absent(person: Person, minute: int, *, marked: bool = True, uid: str = "u1") -> BookingChange:
    mark = Person(email=(person.email or "").upper(), absent=marked)
    return said(K.NO_SHOW_UPDATED, uid, minute, people=(mark,))
