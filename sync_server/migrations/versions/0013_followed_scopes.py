"""Whose bookings are followed at Cal.com, also while they have nothing that could have a webhook.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; whoever has a webhook already is known by that."""
    op.create_table(
        "calcom_followed",
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("scope_name", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope_kind", "scope_id", name="pk_calcom_followed"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("calcom_followed")
