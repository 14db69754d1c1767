"""Records of a scope in the order in which they are read; a new version moves none of them.

Revision: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OLD = ("ix_records_workspace_id_scope_id_ver", ["workspace_id", "scope_id", "ver"])
_NEW = (
    "ix_records_workspace_id_scope_id_entity_id",
    ["workspace_id", "scope_id", "entity", "id"],
)


def upgrade() -> None:
    """Make the order by name."""
    op.drop_index(_OLD[0], "records")
    op.create_index(_NEW[0], "records", _NEW[1])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(_NEW[0], "records")
    op.create_index(_OLD[0], "records", _OLD[1])
