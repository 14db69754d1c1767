"""What may still be asked of somebody else's service.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "call_budgets",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer()),
        sa.Column("window_until", _TIME),
        sa.Column("blocked_until", _TIME),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("resting_until", _TIME),
        sa.PrimaryKeyConstraint("key", name="pk_call_budgets"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("call_budgets")
