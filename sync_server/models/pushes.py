"""What each device has sent: counted once, answered the same way every time."""

import sqlalchemy as sa

from sync_server.models.base import metadata

# The highest `n` says how far a device is counted. `digest` is the vault's of what was sent: the
# same number with other content is a copied device. So an answer is kept for as long as its device:
# one that was put back to an old state must not send anew what was counted long ago.
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
    # One page of SQLite's log for each push instead of two.
    sqlite_with_rowid=False,
)
