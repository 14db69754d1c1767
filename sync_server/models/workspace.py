"""The team, its server's own keys, and who may sign in from which device."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata, sealed

workspace = sa.Table(
    "workspace",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    # The counter that gives every change its version; raised inside the writing transaction.
    sa.Column("seq", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    # Below this version tombstones are gone: whoever stands there must begin anew.
    sa.Column("horizon", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    # Changes when a backup is restored, so that clients notice that time went back.
    sa.Column("epoch", sa.String(36), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    # By which of the rules that come along everything was judged last; None before that.
    sa.Column("shipped_rules", sa.String(36)),
    # For how many days recordings are kept, since when they are kept for no longer than that, and
    # up to which end of an interview they were gone already then.
    sa.Column("recordings_days", sa.Integer),
    sa.Column("recordings_since", Instant),
    sa.Column("recordings_gone_before", Instant),
)

server_keys = sa.Table(
    "server_keys",
    metadata,
    sa.Column("purpose", sa.String(16), primary_key=True),
    sealed("material", row="purpose"),
    sa.Column("created_at", Instant, nullable=False),
)
