"""Free times as rows: one for each event type, length and day in UTC."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant, parse_instant
from sync_server.calcom.api.shapes import Slot
from sync_server.infra.among import among
from sync_server.infra.database import Tx
from sync_server.infra.inserting import inserting
from sync_server.infra.prepared import PreparedChange
from sync_server.models.reading import free_days
from sync_server.models.workspace import workspace
from sync_server.sync.read import records_of_kind

_rows = free_days.c
_DOUBT = PreparedChange(
    sa.update(free_days).where(among(_rows.day, "days"), ~_rows.is_doubtful), ["is_doubtful"]
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; `minutes` is 0 for the event type's usual length."""

    event_type_id: int
    minutes: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class KnownDay:
    """What Cal.com said of one day, and whether that may be wrong by now."""

    slots: tuple[Slot, ...]
    fetched_at: datetime
    is_doubtful: bool


def known_days(tx: Tx, wanted: Wanted) -> dict[date, KnownDay]:
    """What is known of the wanted days."""
    rows = tx.connection.execute(sa.select(free_days).where(*_these(wanted)))
    return {row.day: KnownDay(_slots(row.slots), row.fetched_at, row.is_doubtful) for row in rows}


def keep_days(tx: Tx, wanted: Wanted, *, slots: Sequence[Slot], fetched_at: datetime) -> None:
    """Keep what Cal.com said of the wanted days; days that are over go."""
    today = fetched_at.date()
    tx.connection.execute(sa.delete(free_days).where(_rows.day < today - timedelta(days=1)))
    by_day: dict[date, list[list[str | None]]] = {day: [] for day in wanted.days}
    for slot in slots:
        if slot.start.date() in by_day:
            end = format_instant(slot.end) if slot.end else None
            by_day[slot.start.date()].append([format_instant(slot.start), end])
    statement = inserting(tx, free_days)
    told = {name: statement.excluded[name] for name in ("slots", "fetched_at", "is_doubtful")}
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["event_type_id", "minutes", "day"], set_=told
        ),
        [
            {
                "event_type_id": wanted.event_type_id,
                "minutes": wanted.minutes,
                "day": day,
                "slots": found,
                "fetched_at": fetched_at,
                "is_doubtful": False,
            }
            for day, found in by_day.items()
        ],
    )


def doubt(tx: Tx, wanted: Wanted) -> None:
    """What is known of these days may be wrong: Cal.com could not be asked again."""
    tx.connection.execute(sa.update(free_days).where(*_these(wanted)).values(is_doubtful=True))


def doubt_around(tx: Tx, moments: Iterable[datetime]) -> None:
    """Something was booked or given up at these times: hosts may be free or busy otherwise."""
    days = {moment.date() + timedelta(days=step) for moment in moments for step in (-1, 0, 1)}
    if days:
        _DOUBT.run(tx, [{"days": days, "is_doubtful": True}])


def usual_minutes(tx: Tx, event_type_id: int) -> int | None:
    """How long a meeting of this event type is, as far as it is known."""
    workspace_id = str(tx.connection.execute(sa.select(workspace.c.id)).scalars().one())
    for record in records_of_kind(tx, workspace_id, "event_types"):
        minutes = record.fields.get("minutes")
        if record.fields.get("calcom_id") == event_type_id and isinstance(minutes, int):
            return minutes
    return None


def _these(wanted: Wanted) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _rows.event_type_id == wanted.event_type_id,
        _rows.minutes == wanted.minutes,
        _rows.day.in_(wanted.days),
    )


def _slots(said: Any) -> tuple[Slot, ...]:
    return tuple(
        Slot(start=parse_instant(start), end=parse_instant(end) if end else None)
        for start, end in said
    )
