"""What Cal.com sent, what each event means, and what was made of it."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata, only_where, sealed

# Every body that was ever received, before anything else happens with it.
webhook_events = sa.Table(
    "webhook_events",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("endpoint", sa.Text, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sealed("body"),
    sa.Column("body_sha256", sa.Text, nullable=False),
    # The same bytes at the same address: kept once.
    sa.Column("exact", sa.Text, nullable=False, unique=True),
    # The same news in other bytes: kept, and marked. Known once the event was read.
    sa.Column("semantic", sa.Text, nullable=True),
    sa.Column("trigger", sa.Text, nullable=True),
    sa.Column("booking_uid", sa.Text, nullable=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=True),
    sa.Column("duplicate_of", sa.Text, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", Instant, nullable=True),
    sa.Index(None, "semantic", **only_where("semantic IS NOT NULL")),
    sa.Index("ix_webhook_events_state_id", "state", "id"),
)

# The addresses at which Cal.com's webhooks come in, each with a secret of its own; a place at
# Cal.com (a user, an event type of a team, an organisation) has one.
calcom_doors = sa.Table(
    "calcom_doors",
    metadata,
    sa.Column("endpoint", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False, unique=True),
    sa.Column("scope_kind", sa.Text, nullable=False),
    sa.Column("scope_id", sa.BigInteger, nullable=False),
    sa.Column("scope_name", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sealed("secret", row="endpoint"),
    # Taken as well, because Cal.com may not have heard of the newer one yet.
    sealed("previous", row="endpoint", nullable=True),
    sa.Column("webhook_id", sa.Text),
    sa.Column("triggers", sa.JSON, nullable=False),
    sa.Column("connected_at", Instant),
)

# Whose bookings Connect was pressed for, also where there is nothing yet that has a webhook.
calcom_followed = sa.Table(
    "calcom_followed",
    metadata,
    sa.Column("scope_kind", sa.Text, primary_key=True),
    sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("scope_name", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
)

# What an event says about a booking; the interviews are folded from these, again and again.
booking_changes = sa.Table(
    "booking_changes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("uid", sa.Text, nullable=False, index=True),
    sa.Column("previous_uid", sa.Text, nullable=True),
    sealed("content"),
    sa.Index(None, "previous_uid", **only_where("previous_uid IS NOT NULL")),
)

# Which interview each booking belongs to.
booking_uids = sa.Table(
    "booking_uids",
    metadata,
    sa.Column("uid", sa.Text, primary_key=True),
    sa.Column("interview_id", sa.Text, nullable=False, index=True),
    sqlite_with_rowid=False,
)

# What was last written to each booked interview, so that only Cal.com's own news is written.
booked_interviews = sa.Table(
    "booked_interviews",
    metadata,
    sa.Column("interview_id", sa.Text, primary_key=True),
    sealed("written", row="interview_id"),
)
