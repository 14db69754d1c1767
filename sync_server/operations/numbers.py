"""The numbers at `/metrics` that are asked of the database."""

from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models.calcom import webhook_events


class Inbox(NamedTuple):
    """How many events stand where, and how long the oldest has waited."""

    states: dict[str, int]
    oldest_seconds: float


class Stored(NamedTuple):
    """What the database knows: its inbox, and how many mails to guests stand where."""

    inbox: Inbox
    mails: Mapping[str, int]


def inbox_of(tx: Tx) -> Inbox:
    """The inbox as it is now."""
    events = webhook_events.c
    states = tx.connection.execute(
        sa.select(events.state, sa.func.count().label("events")).group_by(events.state)
    )
    oldest = tx.connection.execute(
        sa.select(events.received_at).where(events.state == "waiting").order_by(events.id).limit(1)
    ).scalar_one_or_none()
    waited = (tx.now - oldest).total_seconds() if oldest else 0.0
    return Inbox({row.state: row.events for row in states}, max(0.0, waited))
