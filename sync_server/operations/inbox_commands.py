"""Looking into the inbox, and having an event read again."""

import logging
from typing import Any

import sqlalchemy as sa

from sync_server.bookings import repository
from sync_server.bookings.tasks import read_all
from sync_server.calcom.endpoints import read_event
from sync_server.calcom.masking import masked
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.models.calcom import webhook_events
from sync_server.operations.commands import CommandFailed, Json, command
from sync_server.operations.exports import inbox_row

_log = logging.getLogger(__name__)
_LISTED = ("id", "received_at", "trigger", "booking_uid", "state", "reason")


@command("inbox.list")
async def list_inbox(parts: Parts, args: dict[str, Any]) -> Json:
    """Every event and where it stands, oldest first."""
    del args
    rows = await parts.database.read(lambda tx: list(tx.connection.execute(_all())))
    return [{name: inbox_row(row)[name] for name in _LISTED} for row in rows]


@command("inbox.show")
async def show_event(parts: Parts, args: dict[str, Any]) -> Json:
    """One event with what it says; passwords, tokens and private links are hidden."""
    shown = await parts.database.read(lambda tx: _shown(tx, str(args["id"])))
    if shown is None:
        raise CommandFailed(f"There is no event {args['id']} in the inbox.")
    return shown


@command("inbox.replay")
async def replay(parts: Parts, args: dict[str, Any]) -> Json:
    """Read one event, or all that failed, again; what was already right stays as it is."""
    event_id = None if args.get("failed") else str(args["id"])
    again = await parts.database.write(lambda tx: _wait_again(tx, event_id))
    if event_id is not None and not again:
        raise CommandFailed(f"There is no event {event_id} in the inbox.")
    _log.info("%d events are read again", len(again))
    await read_all(parts)
    return {"replayed": len(again), **await parts.database.read(lambda tx: _counts(tx, again))}


def _all() -> sa.Select[Any]:
    return sa.select(webhook_events).order_by(webhook_events.c.id)


def _shown(tx: Tx, event_id: str) -> Json:
    row = tx.connection.execute(_all().where(webhook_events.c.id == event_id)).one_or_none()
    event = repository.event(tx, event_id)
    if row is None or event is None:
        return None
    content, reason = read_event(event.body)
    body = masked(content) if reason is None else masked(event.body.decode("utf-8", "replace"))
    return {**inbox_row(row), "endpoint": row.endpoint, "attempts": row.attempts, "body": body}


def _wait_again(tx: Tx, event_id: str | None) -> list[str]:
    chosen = (
        webhook_events.c.state == "failed" if event_id is None else webhook_events.c.id == event_id
    )
    again = (
        sa.update(webhook_events)
        .where(chosen)
        .values(state="waiting", attempts=0, next_try_at=None, reason=None, duplicate_of=None)
        .returning(webhook_events.c.id)
    )
    return list(tx.connection.execute(again).scalars())


def _counts(tx: Tx, event_ids: list[str]) -> dict[str, int]:
    """How many of these events stand where now."""
    counts: dict[str, int] = {}
    for event_id in event_ids:
        event = repository.event(tx, event_id)
        if event is not None:
            counts[event.state] = counts.get(event.state, 0) + 1
    return counts
