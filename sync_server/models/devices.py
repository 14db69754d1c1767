"""Devices, their tokens, and the codes by which new ones are paired. Digests, never secrets."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata

devices = sa.Table(
    "devices",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("workspace_id", sa.String(36), sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("member_id", sa.String(36), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("nonce_digest", sa.String(64), nullable=False),
    sa.Column("forked_from", sa.String(36)),
    sa.Column("paired_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Index(None, "workspace_id", "member_id"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("device_id", sa.String(36), sa.ForeignKey("devices.id"), nullable=False),
    sa.Column("kind", sa.String(7), nullable=False),
    # The refresh token that was exchanged for this one.
    sa.Column("parent", sa.String(64)),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    # When a successor was first used: from then on nobody has a reason to show this one again.
    sa.Column("confirmed_at", Instant),
    sa.CheckConstraint("kind IN ('access', 'refresh')", name="kind"),
    sa.Index(None, "device_id", "expires_at"),
)

pairing_codes = sa.Table(
    "pairing_codes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("workspace_id", sa.String(36), sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("member_id", sa.String(36), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

# One row per address, so that counting and adding a try is one locked step.
pairing_tries = sa.Table(
    "pairing_tries",
    metadata,
    sa.Column("address_digest", sa.String(64), primary_key=True),
    sa.Column("wrong_at", sa.JSON, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
)
