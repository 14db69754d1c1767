"""Work that is due, and who holds it."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata

# `fence` counts how often the work was taken: whoever comes back with an older one has lost it.
due_work = sa.Table(
    "due_work",
    metadata,
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("fence", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    sa.Column("holder", sa.String(80)),
    sa.Column("lease_until", Instant),
    sa.Index(None, "kind", "due_at"),
)
