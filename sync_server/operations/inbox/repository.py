"""Events of the inbox as rows: those that a filter means."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from interview_desk.wire.calcom import InboxFilter
from sync_server.bookings import repository as events_read
from sync_server.infra.database import Tx
from sync_server.models.calcom import webhook_events

_events = webhook_events.c
_ENTRY = (
    _events.id,
    _events.endpoint,
    _events.received_at,
    _events.trigger,
    _events.booking_uid,
    _events.state,
    _events.reason,
    _events.attempts,
    _events.body_sha256,
    _events.duplicate_of,
)


def listed(
    tx: Tx, chosen: InboxFilter, *, before: str | None = None, limit: int | None = None
) -> Sequence[Any]:
    """The events that are meant, newest first, without their bodies."""
    query = sa.select(*_ENTRY).where(*_meant(chosen)).order_by(_events.id.desc())
    if before is not None:
        query = query.where(_events.id < before)
    return tx.connection.execute(query.limit(limit)).all()


def body_of(tx: Tx, event_id: str) -> bytes | None:
    """What came in, in the clear; None where there is no such event."""
    event = events_read.event(tx, event_id)
    return None if event is None else event.body


def counted(tx: Tx, event_ids: Sequence[str] | None = None) -> dict[str, int]:
    """How many events stand where: all of them, or these."""
    query = sa.select(_events.state, sa.func.count().label("events")).group_by(_events.state)
    if event_ids is not None:
        query = query.where(_events.id.in_(event_ids))
    return {row.state: row.events for row in tx.connection.execute(query)}


def wait_again(tx: Tx, event_ids: Sequence[str]) -> None:
    """Have these events wait as if they had just come in."""
    again = sa.update(webhook_events).where(_events.id.in_(event_ids))
    fresh = {"state": "waiting", "attempts": 0}
    cleared = dict.fromkeys(("next_try_at", "reason", "duplicate_of"))
    tx.connection.execute(again.values(**fresh, **cleared))


def _meant(chosen: InboxFilter) -> list[sa.ColumnElement[bool]]:
    exact = {
        _events.id: chosen.id,
        _events.state: chosen.state,
        _events.trigger: chosen.trigger,
        _events.booking_uid: chosen.booking_uid,
    }
    meant = [column == value for column, value in exact.items() if value is not None]
    if chosen.since is not None:
        meant.append(_events.received_at >= chosen.since)
    if chosen.until is not None:
        meant.append(_events.received_at < chosen.until)
    return meant
