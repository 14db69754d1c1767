"""Mail to guests: what was tried, what the provider told, and who is never written to.

Revision: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mail_effects",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("sequence_id", sa.String(length=36)),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("first_tried_at", _TIME, nullable=False),
        sa.Column("tried_at", _TIME, nullable=False),
        sa.Column("unclear", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("provider_id", sa.String(length=120)),
        sa.Column("unsubscribe", sa.String(length=64)),
        sa.PrimaryKeyConstraint("key", name="pk_mail_effects"),
    )
    for columns in (
        ["message_id"],
        ["provider_id"],
        ["unsubscribe"],
        ["person", "tried_at"],
        ["tried_at"],
    ):
        op.create_index(f"ix_mail_effects_{'_'.join(columns)}", "mail_effects", columns)
    op.create_table(
        "mail_events",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("provider_id", sa.String(length=120)),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_events"),
    )
    op.create_index("ix_mail_events_provider_id", "mail_events", ["provider_id"])
    op.create_table(
        "mail_suppressions",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("address", sa.Text()),
        sa.PrimaryKeyConstraint("person", name="pk_mail_suppressions"),
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("mail_suppressions", "mail_events", "mail_effects"):
        op.drop_table(table)
