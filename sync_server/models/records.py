"""The records of a workspace: what they say now, what they said before, who may see which."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata, only_where, sealed

_VERSION = sa.BigInteger
# Readers go by (version, entity, id), compared here and in Python: byte order in both.
_NAME = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
_ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")

# All kinds of records live in one table, so that one index gives a pull its order. What a record
# says is sealed as a whole: nothing personal can land unencrypted by accident.
records = sa.Table(
    "records",
    metadata,
    sa.Column("workspace_id", sa.String(36), primary_key=True),
    sa.Column("entity", _NAME, primary_key=True),
    sa.Column("id", _ID, primary_key=True),
    sa.Column("ver", _VERSION, nullable=False),
    sa.Column("created_ver", _VERSION, nullable=False),
    # The last version at which a rating sheet was submitted: only then others may have seen it.
    sa.Column("shown_ver", _VERSION),
    sa.Column("deleted_at", Instant),
    # Ids only, for look-up and permission; they are in the sealed fields as well.
    sa.Column("interview_id", sa.String(36)),
    sa.Column("member_id", sa.String(36)),
    sa.Column("startup_id", sa.String(36)),
    sa.Column("guide_id", sa.String(36)),
    # The interview, startup or guide through which an external member may be given the row: the
    # interview that it belongs to, if it belongs to one, which is how it is found by that.
    sa.Column("scope_id", sa.String(36)),
    sealed("fields"),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("writers", sa.JSON, nullable=False),
    sa.Column("updated_by", sa.String(36)),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Index(None, "workspace_id", "ver", unique=True),
    sa.Index(None, "workspace_id", "scope_id", "entity", "id"),
    sa.Index(None, "workspace_id", "member_id", "entity", **only_where("member_id IS NOT NULL")),
)

# One row per field and change: the history that people read, and how a status was seen. Records
# that are made together have neighbouring ids, so the key begins with these and not with the kinds.
field_changes = sa.Table(
    "field_changes",
    metadata,
    sa.Column("workspace_id", sa.String(36), primary_key=True),
    sa.Column("record_id", sa.String(36), primary_key=True),
    sa.Column("entity", sa.String(40), primary_key=True),
    sa.Column("ver", _VERSION, primary_key=True),
    sa.Column("field", sa.String(60), primary_key=True),
    # What a step is sealed for.
    sa.Column("id", sa.String(36), nullable=False),
    sealed("step"),
    sa.Column("member_id", sa.String(36)),
    sa.Column("device_id", sa.String(36)),
    sa.Column("author", sa.String(20), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

# Who has been given sight of what, and since which version; `member_id` "*" is the whole team
# (external members apart). A pull finds here what appeared and what to forget.
sights = sa.Table(
    "sights",
    metadata,
    sa.Column("workspace_id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("scope_id", sa.String(36), primary_key=True),
    sa.Column("ver", _VERSION, nullable=False),
    sa.Column("visible", sa.Boolean, nullable=False),
    sa.Index(None, "workspace_id", "member_id", "kind", "ver"),
)

# By these a record is found by an e-mail address that only the vault can read.
blind_index = sa.Table(
    "blind_index",
    metadata,
    sa.Column("workspace_id", sa.String(36), primary_key=True),
    sa.Column("entity", sa.String(40), primary_key=True),
    # In the order of the ids of records: in another PostgreSQL would not find one by the other.
    sa.Column("record_id", _ID, primary_key=True),
    sa.Column("field", sa.String(60), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Index(None, "workspace_id", "digest"),
    sqlite_with_rowid=False,
)

# Refused for ever, also from an old outbox or after a restore.
erased_ids = sa.Table(
    "erased_ids",
    metadata,
    sa.Column("workspace_id", sa.String(36), primary_key=True),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
