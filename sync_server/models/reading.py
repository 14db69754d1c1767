"""What has been read from Cal.com: how far, and which times were free."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata

# By scope: the time at Cal.com of the last change that was seen.
reconcile_cursors = sa.Table(
    "reconcile_cursors",
    metadata,
    sa.Column("scope", sa.String(80), primary_key=True),
    sa.Column("seen_until", Instant, nullable=False),
)

# The free times of an event type that begin on one day in UTC; `minutes` is 0 for its usual
# length. `is_doubtful`: something has been booked since, or Cal.com could not be asked again.
free_days = sa.Table(
    "free_days",
    metadata,
    sa.Column("event_type_id", sa.BigInteger, primary_key=True),
    sa.Column("minutes", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("slots", sa.JSON, nullable=False),
    sa.Column("fetched_at", Instant, nullable=False),
    sa.Column("is_doubtful", sa.Boolean, nullable=False),
)
