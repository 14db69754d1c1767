"""How far a device is counted is the number of its last answer, and kept nowhere else.

Revision: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS = "device_id, n, digest, status, ver, code, detail, conflicts"
# A count whose answer is gone: whoever asks for it again hears that the device was copied.
_KEEP_COUNTS = """
    INSERT INTO push_results (device_id, n, digest, status)
    SELECT device_id, last_n, '', 'ok' FROM push_state WHERE last_n > 0 AND NOT EXISTS
        (SELECT 1 FROM push_results AS known
         WHERE known.device_id = push_state.device_id AND known.n = push_state.last_n)
"""
_COUNT_AGAIN = """
    INSERT INTO push_state (device_id, workspace_id, last_n)
    SELECT push_results.device_id, devices.workspace_id, max(push_results.n)
    FROM push_results JOIN devices ON devices.id = push_results.device_id
    GROUP BY push_results.device_id, devices.workspace_id
"""


def upgrade() -> None:
    """Count by the answers alone."""
    op.execute(_KEEP_COUNTS)
    op.drop_table("push_state")
    _make_answers_anew(with_rowid=False)


def downgrade() -> None:
    """Keep the count beside them again."""
    _make_answers_anew(with_rowid=True)
    op.create_table(
        "push_state",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("last_n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name="pk_push_state"),
    )
    op.execute(_COUNT_AGAIN)


def _make_answers_anew(*, with_rowid: bool) -> None:
    """The same table; SQLite alone lays rows out in one way or the other."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table("push_results", "push_results_before")
    op.create_table(
        "push_results",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("ver", sa.BigInteger()),
        sa.Column("code", sa.String(length=40)),
        sa.Column("detail", sa.Text()),
        sa.Column("conflicts", sa.JSON()),
        sa.PrimaryKeyConstraint("device_id", "n", name="pk_push_results"),
        sqlite_with_rowid=with_rowid,
    )
    op.execute(f"INSERT INTO push_results ({_COLUMNS}) SELECT {_COLUMNS} FROM push_results_before")  # noqa: S608  - our own names
    op.drop_table("push_results_before")
