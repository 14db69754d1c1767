"""The inbox, the changes and what was made of them, as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.bookings import BookingChange
from sync_server.bookings import spelling, written
from sync_server.bookings.written import Written
from sync_server.infra.database import Tx
from sync_server.infra.inserting import inserting
from sync_server.models.calcom import (
    booked_interviews,
    booking_changes,
    booking_uids,
    webhook_events,
)
from sync_server.models.workspace import workspace

_events = webhook_events.c


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the inbox, opened."""

    id: str
    body: bytes
    state: str


def the_workspace(tx: Tx) -> str:
    """The one workspace of this server."""
    return str(tx.connection.execute(sa.select(workspace.c.id)).scalars().one())


def waiting(tx: Tx, limit: int) -> list[str]:
    """The events that can be read now, oldest first."""
    query = (
        sa.select(_events.id)
        .where(_events.state == "waiting")
        .where(sa.or_(_events.next_try_at.is_(None), _events.next_try_at <= tx.now))
        .order_by(_events.id)
        .limit(limit)
    )
    return list(tx.connection.execute(query).scalars())


def next_try(tx: Tx) -> datetime | None:
    """When the next event that failed before is tried again."""
    query = sa.select(sa.func.min(_events.next_try_at)).where(_events.state == "waiting")
    moment: datetime | None = tx.connection.execute(query).scalar_one()
    return moment


def event(tx: Tx, event_id: str) -> Event | None:
    """The event with its body."""
    row = tx.connection.execute(
        sa.select(webhook_events).where(_events.id == event_id)
    ).one_or_none()
    return None if row is None else _event(tx, row)


def _event(tx: Tx, row: Any) -> Event:
    body = tx.vault.open_bytes(row.body, table="webhook_events", row=row.id, column="body")
    return Event(row.id, body, row.state)


def attempts(tx: Tx, event_id: str) -> int:
    """How often the event was tried in vain; nothing of its content is needed for that."""
    query = sa.select(_events.attempts).where(_events.id == event_id)
    return int(tx.connection.execute(query).scalar_one())


def settle(tx: Tx, event_id: str, **values: Any) -> None:
    """Say what became of an event."""
    tx.connection.execute(sa.update(webhook_events).where(_events.id == event_id).values(**values))


def waiting_events(tx: Tx, event_ids: Iterable[str]) -> list[Event]:
    """Those of the events that still wait, with their bodies, oldest first."""
    query = (
        sa.select(webhook_events)
        .where(_events.id.in_(list(event_ids)), _events.state == "waiting")
        .order_by(_events.id)
    )
    return [_event(tx, row) for row in tx.connection.execute(query)]


def settle_all(tx: Tx, outcomes: Sequence[Mapping[str, Any]]) -> None:
    """Say what became of many events; each outcome names its event as `event`."""
    if outcomes:
        query = sa.update(webhook_events).where(_events.id == sa.bindparam("event"))
        tx.connection.execute(query, list(outcomes))


def first_with(tx: Tx, semantics: Iterable[str]) -> dict[str, str]:
    """The first event that brought each of these news, of those that were read."""
    query = (
        sa.select(_events.semantic, sa.func.min(_events.id).label("first"))
        .where(_events.semantic.in_(list(semantics)))
        .where(_events.state.in_(("done", "duplicate")))
        .group_by(_events.semantic)
    )
    return {row.semantic: row.first for row in tx.connection.execute(query)}


def keep_changes(tx: Tx, changes: Mapping[str, BookingChange]) -> None:
    """Keep what events say, by event; a replayed one says it anew."""
    rows = [
        {
            "id": change_id,
            "uid": change.uid,
            "previous_uid": change.previous_uid,
            "content": tx.vault.seal(
                spelling.spelled(change), table="booking_changes", row=change_id, column="content"
            ),
        }
        for change_id, change in changes.items()
    ]
    _upsert(tx, booking_changes, rows)


def changes_naming(tx: Tx, uids: Iterable[str]) -> dict[str, BookingChange]:
    """The changes that speak of any of these bookings, by event."""
    names = list(uids)
    linked = sa.or_(booking_changes.c.uid.in_(names), booking_changes.c.previous_uid.in_(names))
    rows = tx.connection.execute(sa.select(booking_changes).where(linked))
    return {row.id: _change(tx, row) for row in rows}


def _change(tx: Tx, row: Any) -> BookingChange:
    text = tx.vault.open(row.content, table="booking_changes", row=row.id, column="content")
    return spelling.read(text)


def interviews_of(tx: Tx, uids: Iterable[str]) -> dict[str, str]:
    """Which interview each of these bookings belongs to so far."""
    query = sa.select(booking_uids).where(booking_uids.c.uid.in_(list(uids)))
    return {row.uid: row.interview_id for row in tx.connection.execute(query)}


def bookings_of(tx: Tx, interview_ids: Iterable[str]) -> dict[str, str]:
    """All bookings of these interviews so far, each with its interview."""
    query = sa.select(booking_uids).where(booking_uids.c.interview_id.in_(list(interview_ids)))
    return {row.uid: row.interview_id for row in tx.connection.execute(query)}


def assign_all(tx: Tx, interviews: Mapping[str, str]) -> None:
    """Have bookings belong to interviews."""
    rows = [{"uid": uid, "interview_id": one} for uid, one in interviews.items()]
    _upsert(tx, booking_uids, rows)


def written_for(tx: Tx, interview_ids: Iterable[str]) -> dict[str, Written]:
    """What was last written to these interviews for Cal.com."""
    query = sa.select(booked_interviews).where(
        booked_interviews.c.interview_id.in_(list(interview_ids))
    )
    return {row.interview_id: _written(tx, row) for row in tx.connection.execute(query)}


def all_written(tx: Tx) -> dict[str, Written]:
    """What was last written to each booked interview."""
    rows = tx.connection.execute(sa.select(booked_interviews))
    return {row.interview_id: _written(tx, row) for row in rows}


def remember_all(tx: Tx, states: Mapping[str, Written]) -> None:
    """Keep what was written to interviews now."""
    rows = [
        {
            "interview_id": interview_id,
            "written": tx.vault.seal(
                state.spelled(), table="booked_interviews", row=interview_id, column="written"
            ),
        }
        for interview_id, state in states.items()
    ]
    _upsert(tx, booked_interviews, rows)


def forget_written(tx: Tx, interview_ids: Iterable[str]) -> None:
    """These interviews are no longer booked ones of their own."""
    gone = booked_interviews.c.interview_id.in_(list(interview_ids))
    tx.connection.execute(sa.delete(booked_interviews).where(gone))


def _written(tx: Tx, row: Any) -> Written:
    text = tx.vault.open(
        row.written, table="booked_interviews", row=row.interview_id, column="written"
    )
    return written.read(text)


def _upsert(tx: Tx, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert `rows`, in place of those with the same key."""
    if not rows:
        return
    insert = inserting(tx, table)
    values = {column.name: insert.excluded[column.name] for column in table.c}
    key = [column.name for column in table.primary_key]
    changed = {name: value for name, value in values.items() if name not in key}
    tx.connection.execute(insert.on_conflict_do_update(index_elements=key, set_=changed), rows)
