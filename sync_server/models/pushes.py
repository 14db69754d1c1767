"""What each device has sent: counted once, answered the same way every time."""

import sqlalchemy as sa

from sync_server.models.base import metadata

push_state = sa.Table(
    "push_state",
    metadata,
    sa.Column("device_id", sa.String(36), primary_key=True),
    sa.Column("workspace_id", sa.String(36), nullable=False),
    sa.Column("last_n", sa.BigInteger, nullable=False),
)

# `digest` is the vault's of what was sent: the same number with other content is a copied device.
push_results = sa.Table(
    "push_results",
    metadata,
    sa.Column("device_id", sa.String(36), primary_key=True),
    sa.Column("n", sa.BigInteger, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("ver", sa.BigInteger),
    sa.Column("code", sa.String(40)),
    sa.Column("detail", sa.Text),
    sa.Column("conflicts", sa.JSON),
)
