"""The inbox, the changes and what was made of them, as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from interview_desk.domain.bookings import BookingChange
from sync_server.bookings import spelling, written
from sync_server.bookings.written import Written
from sync_server.infra.among import among
from sync_server.infra.database import Tx
from sync_server.infra.inserting import replacing
from sync_server.infra.prepared import Prepared, PreparedChange
from sync_server.models.calcom import (
    booked_interviews,
    booking_changes,
    booking_uids,
    webhook_events,
)
from sync_server.models.workspace import workspace

_events = webhook_events.c
_changes = booking_changes.c
_READ = frozenset({"done", "duplicate"})

# What folding asks and writes with every group of events.
_WORKSPACE = Prepared(sa.select(workspace.c.id))
_next = (
    sa.select(_events.id)
    .where(_events.state == "waiting")
    .where(sa.or_(_events.next_try_at.is_(None), _events.next_try_at <= sa.bindparam("now")))
    .order_by(_events.id)
    .limit(sa.bindparam("limit"))
)
_WAITING = Prepared(_next)
_NEXT = Prepared(_next.add_columns(_events.body, _events.state))
_NEXT_TRY = Prepared(sa.select(sa.func.min(_events.next_try_at)).where(_events.state == "waiting"))
_THESE_WAITING = Prepared(
    sa.select(_events.id, _events.body, _events.state)
    .where(among(_events.id, "ids"), _events.state == "waiting")
    .order_by(_events.id)
)
_LIKE_THESE = Prepared(
    sa.select(_events.semantic, _events.id, _events.state).where(
        among(_events.semantic, "semantics")
    )
)
_SETTLED = PreparedChange(
    sa.update(webhook_events).where(_events.id == sa.bindparam("event")),
    ("semantic", "state", "reason", "duplicate_of", "next_try_at"),
)
_NAMING = Prepared(
    sa.select(_changes.id, _changes.content).where(
        sa.or_(among(_changes.uid, "uids"), among(_changes.previous_uid, "uids"))
    )
)
_PLACED = Prepared(
    sa.select(booking_uids.c.uid, booking_uids.c.interview_id).where(
        among(booking_uids.c.uid, "uids")
    )
)
_PLACED_WITH = Prepared(
    sa.select(booking_uids.c.uid, booking_uids.c.interview_id).where(
        among(booking_uids.c.interview_id, "interview_ids")
    )
)
_WRITTEN_FOR = Prepared(
    sa.select(booked_interviews.c.interview_id, booked_interviews.c.written).where(
        among(booked_interviews.c.interview_id, "interview_ids")
    )
)
_KEEP = replacing(booking_changes)
_ASSIGN = replacing(booking_uids)
_REMEMBER = replacing(booked_interviews)
_FORGET = PreparedChange(
    sa.delete(booked_interviews).where(booked_interviews.c.interview_id == sa.bindparam("of"))
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the inbox, opened."""

    id: str
    body: bytes
    state: str


def the_workspace(tx: Tx) -> str:
    """The one workspace of this server."""
    ((workspace_id,),) = _WORKSPACE.all(tx)
    return str(workspace_id)


def waiting(tx: Tx, limit: int) -> list[str]:
    """The events that can be read now, oldest first."""
    return [event_id for (event_id,) in _WAITING.all(tx, now=tx.now, limit=limit)]


def next_try(tx: Tx) -> datetime | None:
    """When the next event that failed before is tried again."""
    ((moment,),) = _NEXT_TRY.all(tx)
    return cast("datetime | None", moment)


def event(tx: Tx, event_id: str) -> Event | None:
    """The event with its body."""
    query = sa.select(_events.id, _events.body, _events.state).where(_events.id == event_id)
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else _event(tx, *row)


def _event(tx: Tx, event_id: str, sealed: str, state: str) -> Event:
    body = tx.vault.open_bytes(sealed, table="webhook_events", row=event_id, column="body")
    return Event(event_id, body, state)


def attempts(tx: Tx, event_id: str) -> int:
    """How often the event was tried in vain; nothing of its content is needed for that."""
    query = sa.select(_events.attempts).where(_events.id == event_id)
    return int(tx.connection.execute(query).scalar_one())


def settle(tx: Tx, event_id: str, **values: Any) -> None:
    """Say what became of an event."""
    tx.connection.execute(sa.update(webhook_events).where(_events.id == event_id).values(**values))


def next_events(tx: Tx, limit: int) -> list[Event]:
    """The events that can be read now, with their bodies, oldest first."""
    return [_event(tx, *row) for row in _NEXT.all(tx, now=tx.now, limit=limit)]


def waiting_events(tx: Tx, event_ids: Iterable[str]) -> list[Event]:
    """Those of the events that still wait, with their bodies, oldest first."""
    return [_event(tx, *row) for row in _THESE_WAITING.all(tx, ids=event_ids)]


def settle_all(tx: Tx, outcomes: Sequence[Mapping[str, Any]]) -> None:
    """Say what became of many events; each outcome names its event as `event`."""
    _SETTLED.run(tx, outcomes)


def first_with(tx: Tx, semantics: Iterable[str]) -> dict[str, str]:
    """The first event that brought each of these news, of those that were read."""
    firsts: dict[str, str] = {}
    for semantic, event_id, state in _LIKE_THESE.all(tx, semantics=semantics):
        if state in _READ:
            firsts[semantic] = min(event_id, firsts.get(semantic, event_id))
    return firsts


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
    _KEEP.run(tx, rows)


def changes_naming(tx: Tx, uids: Iterable[str]) -> dict[str, BookingChange]:
    """The changes that speak of any of these bookings, by event."""
    rows = _NAMING.all(tx, uids=tuple(uids))
    return {change_id: _change(tx, change_id, content) for change_id, content in rows}


def _change(tx: Tx, change_id: str, content: str) -> BookingChange:
    text = tx.vault.open(content, table="booking_changes", row=change_id, column="content")
    return spelling.read(text)


def interviews_of(tx: Tx, uids: Iterable[str]) -> dict[str, str]:
    """Which interview each of these bookings belongs to so far."""
    return dict(_PLACED.all(tx, uids=uids))


def bookings_of(tx: Tx, interview_ids: Iterable[str]) -> dict[str, str]:
    """All bookings of these interviews so far, each with its interview."""
    return dict(_PLACED_WITH.all(tx, interview_ids=interview_ids))


def assign_all(tx: Tx, interviews: Mapping[str, str]) -> None:
    """Have bookings belong to interviews."""
    rows = [{"uid": uid, "interview_id": one} for uid, one in interviews.items()]
    _ASSIGN.run(tx, rows)


def written_for(tx: Tx, interview_ids: Iterable[str]) -> dict[str, Written]:
    """What was last written to these interviews for Cal.com."""
    rows = _WRITTEN_FOR.all(tx, interview_ids=interview_ids)
    return {interview_id: _written(tx, interview_id, text) for interview_id, text in rows}


def all_written(tx: Tx) -> dict[str, Written]:
    """What was last written to each booked interview."""
    rows = tx.connection.execute(
        sa.select(booked_interviews.c.interview_id, booked_interviews.c.written)
    )
    return {interview_id: _written(tx, interview_id, text) for interview_id, text in rows}


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
    _REMEMBER.run(tx, rows)


def forget_written(tx: Tx, interview_ids: Iterable[str]) -> None:
    """These interviews are no longer booked ones of their own."""
    _FORGET.run(tx, [{"of": one} for one in interview_ids])


def _written(tx: Tx, interview_id: str, sealed: str) -> Written:
    text = tx.vault.open(sealed, table="booked_interviews", row=interview_id, column="written")
    return written.read(text)
