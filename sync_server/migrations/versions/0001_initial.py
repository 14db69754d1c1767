"""All tables of the first version.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def _make_workspace() -> None:
    """Make the team and the server's own keys."""
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("horizon", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workspace"),
    )
    op.create_table(
        "server_keys",
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("purpose", name="pk_server_keys"),
    )


def _make_devices() -> None:
    """Make devices, tokens and pairing."""
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("nonce_digest", sa.String(length=64), nullable=False),
        sa.Column("forked_from", sa.String(length=36)),
        sa.Column("paired_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME),
        sa.Column("revoked_at", _TIME),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_devices_workspace_id"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
    )
    op.create_index("ix_devices_workspace_id_member_id", "devices", ["workspace_id", "member_id"])
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("parent", sa.String(length=64)),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME),
        sa.Column("confirmed_at", _TIME),
        sa.CheckConstraint("kind IN ('access', 'refresh')", name=op.f("ck_tokens_kind")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name="fk_tokens_device_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_tokens"),
    )
    op.create_index("ix_tokens_device_id_expires_at", "tokens", ["device_id", "expires_at"])
    op.create_table(
        "pairing_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_pairing_codes_workspace_id"
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_pairing_codes"),
    )
    op.create_table(
        "pairing_tries",
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("wrong_at", sa.JSON(), nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("address_digest", name="pk_pairing_tries"),
    )


def _make_records() -> None:
    """Make records, history, sight and look-up."""
    op.create_table(
        "records",
        sa.Column(
            "id",
            sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "entity",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("created_ver", sa.BigInteger(), nullable=False),
        sa.Column("shown_ver", sa.BigInteger()),
        sa.Column("deleted_at", _TIME),
        sa.Column("interview_id", sa.String(length=36)),
        sa.Column("member_id", sa.String(length=36)),
        sa.Column("startup_id", sa.String(length=36)),
        sa.Column("guide_id", sa.String(length=36)),
        sa.Column("scope_id", sa.String(length=36)),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("writers", sa.JSON(), nullable=False),
        sa.Column("updated_by", sa.String(length=36)),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", "entity", "workspace_id", name="pk_records"),
    )
    op.create_index(
        "ix_records_workspace_id_entity_ver", "records", ["workspace_id", "entity", "ver"]
    )
    op.create_index(
        "ix_records_workspace_id_interview_id_entity",
        "records",
        ["workspace_id", "interview_id", "entity"],
    )
    op.create_index(
        "ix_records_workspace_id_member_id_entity",
        "records",
        ["workspace_id", "member_id", "entity"],
    )
    op.create_index(
        "ix_records_workspace_id_scope_id_ver", "records", ["workspace_id", "scope_id", "ver"]
    )
    op.create_index("ix_records_workspace_id_ver", "records", ["workspace_id", "ver"], unique=True)
    op.create_table(
        "field_changes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("member_id", sa.String(length=36)),
        sa.Column("device_id", sa.String(length=36)),
        sa.Column("author", sa.String(length=20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_field_changes"),
    )
    op.create_index(
        "ix_field_changes_workspace_id_entity_record_id_ver_field",
        "field_changes",
        ["workspace_id", "entity", "record_id", "ver", "field"],
        unique=True,
    )
    op.create_table(
        "sights",
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("scope_id", sa.String(length=36), nullable=False),
        sa.Column("ver", sa.BigInteger(), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", "kind", "scope_id", name="pk_sights"),
    )
    op.create_index(
        "ix_sights_workspace_id_member_id_ver", "sights", ["workspace_id", "member_id", "ver"]
    )
    op.create_table(
        "blind_index",
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "entity", "record_id", "field", name="pk_blind_index"
        ),
    )
    op.create_index("ix_blind_index_workspace_id_digest", "blind_index", ["workspace_id", "digest"])
    op.create_table(
        "erased_ids",
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_erased_ids"),
    )


def _make_pushes() -> None:
    """Make what devices have sent."""
    op.create_table(
        "push_state",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("last_n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name="pk_push_state"),
    )
    op.create_table(
        "push_results",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("ver", sa.BigInteger()),
        sa.Column("code", sa.String(length=40)),
        sa.Column("detail", sa.Text()),
        sa.Column("conflicts", sa.JSON()),
        sa.PrimaryKeyConstraint("device_id", "n", name="pk_push_results"),
    )


def _make_notes() -> None:
    """Make notes."""
    op.create_table(
        "note_updates",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("doc_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.String(length=36)),
        sa.Column("device_id", sa.String(length=36)),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_note_updates"),
    )
    op.create_index("ix_note_updates_doc_id_seq", "note_updates", ["doc_id", "seq"], unique=True)
    op.create_table(
        "note_counts",
        sa.Column("doc_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("doc_id", "device_id", "n", name="pk_note_counts"),
    )
    op.create_table(
        "note_snapshots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.Column("doc_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_note_snapshots"),
    )
    op.create_index(
        "ix_note_snapshots_doc_id_seq", "note_snapshots", ["doc_id", "seq"], unique=True
    )


def _make_calcom() -> None:
    """Make the inbox and what was made of it."""
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("semantic", sa.Text()),
        sa.Column("trigger", sa.Text()),
        sa.Column("booking_uid", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("duplicate_of", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_events"),
        sa.UniqueConstraint("exact", name="uq_webhook_events_exact"),
    )
    op.create_index("ix_webhook_events_semantic", "webhook_events", ["semantic"])
    op.create_index("ix_webhook_events_state_id", "webhook_events", ["state", "id"])
    op.create_table(
        "booking_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("previous_uid", sa.Text()),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_booking_changes"),
    )
    op.create_index("ix_booking_changes_previous_uid", "booking_changes", ["previous_uid"])
    op.create_index("ix_booking_changes_uid", "booking_changes", ["uid"])
    op.create_table(
        "booking_uids",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("interview_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name="pk_booking_uids"),
    )
    op.create_index("ix_booking_uids_interview_id", "booking_uids", ["interview_id"])
    op.create_table(
        "booked_interviews",
        sa.Column("interview_id", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("interview_id", name="pk_booked_interviews"),
    )


def upgrade() -> None:
    """Make every table."""
    _make_workspace()
    _make_devices()
    _make_records()
    _make_pushes()
    _make_notes()
    _make_calcom()


_NEWEST_FIRST = (
    "booked_interviews",
    "booking_uids",
    "booking_changes",
    "webhook_events",
    "note_snapshots",
    "note_counts",
    "note_updates",
    "push_results",
    "push_state",
    "erased_ids",
    "blind_index",
    "sights",
    "field_changes",
    "records",
    "pairing_tries",
    "pairing_codes",
    "tokens",
    "devices",
    "server_keys",
    "workspace",
)


def downgrade() -> None:
    """Drop every table, and with them all data."""
    for table in _NEWEST_FIRST:
        op.drop_table(table)
