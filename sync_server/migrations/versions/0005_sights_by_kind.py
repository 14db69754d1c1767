"""Changes of sight are asked for by their kind: the other kind may be as many as interviews.

Revision: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OLD = ("ix_sights_workspace_id_member_id_ver", ["workspace_id", "member_id", "ver"])
_NEW = ("ix_sights_workspace_id_member_id_kind_ver", ["workspace_id", "member_id", "kind", "ver"])


def upgrade() -> None:
    """Make the order by kind and version."""
    op.drop_index(_OLD[0], "sights")
    op.create_index(_NEW[0], "sights", _NEW[1])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(_NEW[0], "sights")
    op.create_index(_OLD[0], "sights", _OLD[1])
