"""Forgetting what Cal.com said about guests who were erased."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from interview_desk.domain.bookings import BookingChange, Person
from interview_desk.domain.erasure import names_one, normal_address
from sync_server.bookings import repository, spelling, written
from sync_server.infra.crypto import normal_email
from sync_server.infra.database import Tx
from sync_server.models.calcom import (
    booked_interviews,
    booking_changes,
    booking_uids,
    webhook_events,
)
from sync_server.sync.authors import Author
from sync_server.sync.history import Place, forget_steps
from sync_server.sync.read import read_record
from sync_server.sync.removal.erased import erased_among, remember_erased
from sync_server.sync.removal.memory import forget_everywhere
from sync_server.sync.write import write_record

# Events that are opened at once.
_AT_ONCE = 500
# Why an event of the inbox is empty.
REASON = "What it said was erased."


def forget_bookings(tx: Tx, interview_ids: Collection[str]) -> int:
    """Wipe what is known of the bookings of these interviews; how many rows that were.

    Which interview a booking belongs to is kept: what Cal.com still says of it makes no new one.
    """
    uids = _uids_of(tx, interview_ids)
    wiped = _wipe_events(tx, uids)
    said = sa.delete(booking_changes).where(
        sa.or_(booking_changes.c.uid.in_(uids), booking_changes.c.previous_uid.in_(uids))
    )
    last = sa.delete(booked_interviews).where(
        booked_interviews.c.interview_id.in_([*interview_ids])
    )
    return wiped + sum(tx.connection.execute(gone).rowcount for gone in (said, last))


def forget_guest(tx: Tx, interview_ids: Collection[str], emails: frozenset[str]) -> int:
    """Wipe one guest from bookings that others take part in; how many rows that were.

    A body names everybody, so no body of these bookings stays; what it meant to the others does.
    What belongs to no interview (forms, templates of one's own, bookings that nothing else is
    known of) goes where it names the guest.
    """
    uids = _uids_of(tx, interview_ids)
    of_these = booking_changes.c.uid.in_(uids)
    unplaced = booking_changes.c.uid.not_in(sa.select(booking_uids.c.uid))
    count = _wipe_events(tx, uids) + _wipe_unplaced(tx, emails)
    for row in tx.connection.execute(
        sa.select(booking_changes).where(sa.or_(of_these, unplaced))
    ).all():
        if _without_guest(tx, row, emails):
            uids.append(row.uid)
            count += 1
    refused = {guest_mark(tx, uid, email) for uid in uids for email in emails}
    remember_erased(tx, repository.the_workspace(tx), refused)
    for interview_id in interview_ids:
        count += _forget_written(tx, interview_id, emails)
        _forget_place(tx, interview_id)
    return count


def guest_mark(tx: Tx, uid: str, email: str) -> str:
    """By this it is known that a guest was erased from a booking, and not who that was."""
    digest = tx.vault.digest("index", f"{uid}|{normal_email(email)}")
    return str(UUID(bytes=digest[:16]))


def without_erased(tx: Tx, change: BookingChange, *, erased: Collection[str]) -> BookingChange:
    """What Cal.com says now of a booking, without the guests who were erased from it."""
    gone = [one for one in change.people if guest_mark(tx, change.uid, one.email or "") in erased]
    return _without(change, gone)


def erased_from(tx: Tx, workspace_id: str, changes: Iterable[BookingChange]) -> set[str]:
    """The marks of those who were erased from the bookings that these changes tell of."""
    marks = {
        guest_mark(tx, change.uid, person.email)
        for change in changes
        for person in change.people
        if person.email
    }
    return erased_among(tx, workspace_id, marks)


def empty_events(tx: Tx, event_ids: Iterable[str]) -> None:
    """Keep nothing of what these events said, here or in memory; a body names everybody."""
    ids = [*event_ids]
    if ids:
        forget_everywhere(tx)
    for event_id in ids:
        nothing = tx.vault.seal(b"", table="webhook_events", row=event_id, column="body")
        tx.connection.execute(
            sa.update(webhook_events)
            .where(webhook_events.c.id == event_id)
            .values(body=nothing, reason=REASON, next_try_at=None)
        )


def _without(change: BookingChange, gone: Collection[Person]) -> BookingChange:
    """The change without these people, whose names Cal.com writes into the title too.

    Nor with a number or an address at which they may be met, or with what was said in words.
    """
    if not gone:
        return change
    people = tuple(person for person in change.people if person not in gone)
    names = [person.name for person in gone if person.name]
    is_named = any(name in (change.title or "") for name in names)
    return replace(
        change,
        people=people,
        title=None if is_named else change.title,
        location=change.location if change.guests_place is False else None,
        reason=None,
    )


def bookings_of(tx: Tx) -> set[str]:
    """The interviews that any booking belongs to."""
    return set(tx.connection.execute(sa.select(booking_uids.c.interview_id).distinct()).scalars())


def _uids_of(tx: Tx, interview_ids: Collection[str]) -> list[str]:
    query = sa.select(booking_uids.c.uid).where(booking_uids.c.interview_id.in_([*interview_ids]))
    return [*tx.connection.execute(query).scalars()]


def _wipe_events(tx: Tx, uids: list[str]) -> int:
    # Also where no event is left: what reconcile heard was folded all the same.
    forget_everywhere(tx)
    events = tx.connection.execute(
        sa.select(webhook_events.c.id).where(
            webhook_events.c.booking_uid.in_(uids),
            sa.func.coalesce(webhook_events.c.reason, "") != REASON,
        )
    )
    ids = [*events.scalars()]
    _wipe(tx, ids)
    return len(ids)


def _wipe(tx: Tx, event_ids: list[str]) -> None:
    empty_events(tx, event_ids)
    tx.connection.execute(
        sa.update(webhook_events).where(webhook_events.c.id.in_(event_ids)).values(state="unusable")
    )


def _wipe_unplaced(tx: Tx, emails: frozenset[str]) -> int:
    """Wipe the events that belong to no interview and name one of these addresses."""
    uid = webhook_events.c.booking_uid
    unplaced = sa.select(webhook_events.c.id, webhook_events.c.body).where(
        sa.or_(uid.is_(None), uid.not_in(sa.select(booking_uids.c.uid))),
        sa.func.coalesce(webhook_events.c.reason, "") != REASON,
    )
    rows = tx.connection.execute(unplaced, execution_options={"yield_per": _AT_ONCE})
    ids = [row.id for row in rows if names_one(_text(tx, row), emails)]
    _wipe(tx, ids)
    return len(ids)


def _text(tx: Tx, row: Any) -> str:
    body = tx.vault.open_bytes(row.body, table="webhook_events", row=row.id, column="body")
    return body.decode("utf-8", "replace")


def _forget_place(tx: Tx, interview_id: str) -> None:
    """Where an interview with others was, as far as that may be the guest's number or address."""
    place = Place(repository.the_workspace(tx), "interviews", interview_id)
    interview = read_record(tx, place.workspace_id, place.entity, interview_id)
    if interview is None or not interview.fields.get("location"):
        return
    if interview.fields.get("location_is_guests") is False:
        return
    write_record(
        tx,
        workspace_id=place.workspace_id,
        entity=place.entity,
        id=interview_id,
        fields={"location": None, "location_is_guests": None},
        author=Author("calcom"),
    )
    forget_steps(tx, place, field="location")


def _without_guest(tx: Tx, row: Any, emails: frozenset[str]) -> int:
    text = tx.vault.open(row.content, table="booking_changes", row=row.id, column="content")
    change = spelling.read(text)
    gone = [person for person in change.people if _is_one(person.email, emails)]
    if not gone:
        return 0
    spelled = spelling.spelled(_without(change, gone))
    sealed = tx.vault.seal(spelled, table="booking_changes", row=row.id, column="content")
    tx.connection.execute(
        sa.update(booking_changes).where(booking_changes.c.id == row.id).values(content=sealed)
    )
    return 1


def _forget_written(tx: Tx, interview_id: str, emails: frozenset[str]) -> int:
    where = booked_interviews.c.interview_id == interview_id
    row = tx.connection.execute(sa.select(booked_interviews).where(where)).one_or_none()
    if row is None:
        return 0
    place = {"table": "booked_interviews", "row": interview_id, "column": "written"}
    state = written.read(tx.vault.open(row.written, **place))
    if state.fields.get("location_is_guests") is not False:
        state.fields |= {"location": None, "location_is_guests": None}
    for known in (state.guests, state.people):
        for key in [key for key in known if _is_one(key, emails)]:
            del known[key]
    sealed = tx.vault.seal(state.spelled(), **place)
    tx.connection.execute(sa.update(booked_interviews).where(where).values(written=sealed))
    return 1


def _is_one(address: str | None, emails: frozenset[str]) -> bool:
    # A guest who came twice is kept under a longer key that ends with the address.
    return bool(address) and normal_address(str(address).rpartition("|")[2]) in emails
