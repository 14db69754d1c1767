"""By which of the rules that come along everything was judged last.

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("workspace", sa.Column("shipped_rules", sa.String(length=36)))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("workspace", "shipped_rules")
