"""Mail to guests as it left the house: what was tried, what came back, who is never written to."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata, sealed

# One row for each mail that may have left, under the key of its effect. The letter is frozen
# with the first try: only the very same one may be repeated. It counts against every cap.
mail_effects = sa.Table(
    "mail_effects",
    metadata,
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("message_id", sa.String(36), nullable=False, index=True),
    # Whose mail it is, without the address: see Vault.blind_index.
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("sequence_id", sa.String(36)),
    sealed("letter", row="key"),
    sa.Column("gateway", sa.String(20), nullable=False),
    # The provider knows its key from the first try on; caps count from the last.
    sa.Column("first_tried_at", Instant, nullable=False),
    sa.Column("tried_at", Instant, nullable=False),
    # Some try has ended without an answer: it may have left.
    sa.Column("unclear", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("provider_id", sa.String(120), index=True),
    # The digest of the token in its unsubscribe link.
    sa.Column("unsubscribe", sa.String(64), index=True),
    sa.Index(None, "person", "tried_at"),
    sa.Index(None, "tried_at"),
)

# What the provider has told, by its own id: told twice, it counts once.
mail_events = sa.Table(
    "mail_events",
    metadata,
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("provider_id", sa.String(120), index=True),
    sealed("body"),
    # Waiting for the mail it is about, or done.
    sa.Column("state", sa.String(10), nullable=False),
)

# Who is never written to again, and why. The address stays, sealed, until the provider has heard.
mail_suppressions = sa.Table(
    "mail_suppressions",
    metadata,
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sealed("address", row="person", nullable=True),
)
