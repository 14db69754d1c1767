"""Work that is due, and who holds it.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "due_work",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("holder", sa.String(length=80)),
        sa.Column("lease_until", _TIME),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_due_work"),
    )
    op.create_index("ix_due_work_kind_due_at", "due_work", ["kind", "due_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("due_work")
