"""The notes: updates in the server's order. A document itself is a record, `note_documents`."""

import sqlalchemy as sa

from sync_server.models.base import Instant, metadata, sealed

note_updates = sa.Table(
    "note_updates",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("workspace_id", sa.String(36), nullable=False),
    sa.Column("doc_id", sa.String(36), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sealed("content"),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("member_id", sa.String(36)),
    sa.Column("device_id", sa.String(36)),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "doc_id", "seq", unique=True),
)

# Outlives the updates it counts: a number is never taken twice, also after compaction.
note_counts = sa.Table(
    "note_counts",
    metadata,
    sa.Column("doc_id", sa.String(36), primary_key=True),
    sa.Column("device_id", sa.String(36), primary_key=True),
    sa.Column("n", sa.BigInteger, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
)

note_snapshots = sa.Table(
    "note_snapshots",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("workspace_id", sa.String(36), nullable=False),
    sa.Column("doc_id", sa.String(36), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sealed("content"),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "doc_id", "seq", unique=True),
)

# The updates that a snapshot has replaced, so that every earlier version can still be read.
# `edits` says of each when it came, who typed it and how many bytes of the content are its own.
note_archives = sa.Table(
    "note_archives",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("workspace_id", sa.String(36), nullable=False),
    sa.Column("doc_id", sa.String(36), nullable=False),
    sa.Column("first_seq", sa.BigInteger, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sealed("content"),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("edits", sa.JSON, nullable=False),
    sa.Index(None, "doc_id", "first_seq", unique=True),
)
