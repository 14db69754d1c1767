"""The updates that a snapshot of a note has replaced.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the archive."""
    op.create_table(
        "note_archives",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("doc_id", sa.String(length=36), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_note_archives"),
    )
    op.create_index(
        "ix_note_archives_doc_id_first_seq", "note_archives", ["doc_id", "first_seq"], unique=True
    )


def downgrade() -> None:
    """Take it back; earlier versions of compacted notes go with it."""
    op.drop_table("note_archives")
