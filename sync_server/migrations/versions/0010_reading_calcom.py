"""How far Cal.com has been read, and which times were free there.

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reconcile_cursors",
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("seen_until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_reconcile_cursors"),
    )
    op.create_table(
        "free_days",
        sa.Column("event_type_id", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("fetched_at", _TIME, nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("event_type_id", "minutes", "day", name="pk_free_days"),
    )


def downgrade() -> None:
    """Take them back."""
    op.drop_table("free_days")
    op.drop_table("reconcile_cursors")
