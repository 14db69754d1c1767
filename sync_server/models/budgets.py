"""What may still be asked of somebody else's service, shared by all servers with the same key."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata

# `key` is a digest of the service and our key there. `tokens` may be below zero: then people are
# already promised a turn. `remaining` and `window_until` repeat what the service last said.
call_budgets = sa.Table(
    "call_budgets",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("tokens", sa.Float, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("most", sa.Integer, nullable=False),
    sa.Column("remaining", sa.Integer),
    sa.Column("window_until", Instant),
    sa.Column("blocked_until", Instant),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("resting_until", Instant),
)
