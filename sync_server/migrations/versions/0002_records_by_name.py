"""Records in the order of their names, for whole copies and fingerprints.

Revision: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the order by name; nothing reads one kind by version."""
    op.drop_index("ix_records_workspace_id_entity_ver", "records")
    op.create_index(
        "ix_records_workspace_id_entity_id", "records", ["workspace_id", "entity", "id"]
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_records_workspace_id_entity_id", "records")
    op.create_index(
        "ix_records_workspace_id_entity_ver", "records", ["workspace_id", "entity", "ver"]
    )
