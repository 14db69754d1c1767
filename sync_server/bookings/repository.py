"""The inbox, the changes and what was made of them, as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from interview_desk.domain.bookings import BookingChange
from sync_server.bookings import spelling, written
from sync_server.bookings.written import Written
from sync_server.infra.database import Tx
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
    if row is None:
        return None
    body = tx.vault.open_bytes(row.body, table="webhook_events", row=row.id, column="body")
    return Event(row.id, body, row.state)


def attempts(tx: Tx, event_id: str) -> int:
    """How often the event was tried in vain; nothing of its content is needed for that."""
    query = sa.select(_events.attempts).where(_events.id == event_id)
    return int(tx.connection.execute(query).scalar_one())


def settle(tx: Tx, event_id: str, **values: Any) -> None:
    """Say what became of an event."""
    tx.connection.execute(sa.update(webhook_events).where(_events.id == event_id).values(**values))


def twin(tx: Tx, event_id: str, semantic: str) -> str | None:
    """The first event that brought the same news, where that is an older one."""
    query = (
        sa.select(_events.id)
        .where(_events.semantic == semantic, _events.id < event_id)
        .where(_events.state.in_(("done", "duplicate")))
        .order_by(_events.id)
        .limit(1)
    )
    return tx.connection.execute(query).scalar_one_or_none()


def keep_change(tx: Tx, change_id: str, change: BookingChange) -> None:
    """Keep what an event says; a replayed one says it anew."""
    sealed = tx.vault.seal(
        spelling.spelled(change), table="booking_changes", row=change_id, column="content"
    )
    values = {"uid": change.uid, "previous_uid": change.previous_uid, "content": sealed}
    _upsert(tx, booking_changes, {"id": change_id}, values)


def component(tx: Tx, uid: str) -> list[BookingChange]:
    """All changes of the bookings that are linked with `uid`, however far."""
    found: dict[str, Any] = {}
    known: set[str] = set()
    fresh = {uid}
    while fresh:
        known |= fresh
        rows = tx.connection.execute(_linked_with(fresh)).all()
        found |= {row.id: row for row in rows}
        named = {row.uid for row in rows} | {row.previous_uid for row in rows}
        fresh = {name for name in named if name} - known
    return [_change(tx, row) for row in found.values()]


def _linked_with(uids: set[str]) -> sa.Select[Any]:
    return sa.select(booking_changes).where(
        sa.or_(booking_changes.c.uid.in_(uids), booking_changes.c.previous_uid.in_(uids))
    )


def _change(tx: Tx, row: Any) -> BookingChange:
    text = tx.vault.open(row.content, table="booking_changes", row=row.id, column="content")
    return spelling.read(text)


def interviews_of(tx: Tx, uids: Iterable[str]) -> dict[str, str]:
    """Which interview each of these bookings belongs to so far."""
    query = sa.select(booking_uids).where(booking_uids.c.uid.in_(list(uids)))
    return {row.uid: row.interview_id for row in tx.connection.execute(query)}


def uids_of(tx: Tx, interview_id: str) -> set[str]:
    """The bookings of an interview so far."""
    query = sa.select(booking_uids.c.uid).where(booking_uids.c.interview_id == interview_id)
    return set(tx.connection.execute(query).scalars())


def assign(tx: Tx, uids: Iterable[str], interview_id: str) -> None:
    """Have these bookings belong to an interview."""
    for uid in uids:
        _upsert(tx, booking_uids, {"uid": uid}, {"interview_id": interview_id})


def last_written(tx: Tx, interview_id: str) -> Written:
    """What was last written to the interview for Cal.com."""
    row = tx.connection.execute(
        sa.select(booked_interviews).where(booked_interviews.c.interview_id == interview_id)
    ).one_or_none()
    return _written(tx, row) if row else Written()


def all_written(tx: Tx) -> dict[str, Written]:
    """What was last written to each booked interview."""
    rows = tx.connection.execute(sa.select(booked_interviews))
    return {row.interview_id: _written(tx, row) for row in rows}


def remember_written(tx: Tx, interview_id: str, state: Written) -> None:
    """Keep what was written now."""
    sealed = tx.vault.seal(
        state.spelled(), table="booked_interviews", row=interview_id, column="written"
    )
    _upsert(tx, booked_interviews, {"interview_id": interview_id}, {"written": sealed})


def forget_written(tx: Tx, interview_id: str) -> None:
    """The interview is no longer a booked one of its own."""
    tx.connection.execute(
        sa.delete(booked_interviews).where(booked_interviews.c.interview_id == interview_id)
    )


def _written(tx: Tx, row: Any) -> Written:
    text = tx.vault.open(
        row.written, table="booked_interviews", row=row.interview_id, column="written"
    )
    return written.read(text)


def _upsert(tx: Tx, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    dialect = postgresql if tx.connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).values(**key, **values)
    tx.connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=values))
