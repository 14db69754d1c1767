"""The addresses at which Cal.com's webhooks come in, with their secrets.

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "calcom_doors",
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("scope_name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text()),
        sa.Column("webhook_id", sa.Text()),
        sa.Column("triggers", sa.JSON(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("endpoint", name="pk_calcom_doors"),
        sa.UniqueConstraint("place", name="uq_calcom_doors_place"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("calcom_doors")
