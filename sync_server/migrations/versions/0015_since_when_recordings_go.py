"""Since when recordings are kept for no longer than they are.

Revision: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("workspace", sa.Column("recordings_days", sa.Integer))
    op.add_column("workspace", sa.Column("recordings_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take them back."""
    op.drop_column("workspace", "recordings_since")
    op.drop_column("workspace", "recordings_days")
