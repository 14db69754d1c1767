"""Rows as text for whoever sees everything in them, put together from what is stored.

The sealed content of a record is JSON already, so a row that is shown whole need not be read and
written again.
"""

import json
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant
from sync_server.infra.crypto import Vault
from sync_server.models.records import records
from sync_server.sync.read import StoredRecord

# Whether the team sees a row of these depends on what it says and on who asks.
DEPENDING = frozenset({"rating_sheets", "evaluations", "conflicts"})

COLUMNS = (
    records.c.entity,
    records.c.id,
    records.c.ver,
    records.c.created_ver,
    records.c.shown_ver,
    records.c.deleted_at,
    records.c.interview_id,
    records.c.scope_id,
    records.c.fields,
    sa.cast(records.c.versions, sa.Text).label("versions"),
    records.c.updated_by,
    records.c.updated_at,
)


def line(vault: Vault, row: Any) -> str:
    """The row of COLUMNS as a member of the team reads it, in JSON."""
    deleted, fields, versions = "true", "{}", "{}"
    if row.deleted_at is None:
        deleted = "false"
        fields = vault.open(row.fields, table="records", row=row.id, column="fields")
        # The database driver writes spaces; names of fields have none.
        versions = row.versions.replace(" ", "")
    author = f'"{row.updated_by}"' if row.updated_by else "null"
    return (
        f'{{"entity":"{row.entity}","id":"{row.id}","ver":{row.ver},"deleted":{deleted},'
        f'"fields":{fields},"field_versions":{versions},"updated_by":{author},'
        f'"updated_at":"{format_instant(row.updated_at)}"}}'
    )


def stored(vault: Vault, row: Any) -> StoredRecord:
    """The record in a row of COLUMNS, without its writers: only a merge asks for them."""
    text = vault.open(row.fields, table="records", row=row.id, column="fields")
    return StoredRecord(
        entity=row.entity,
        id=row.id,
        ver=row.ver,
        created_ver=row.created_ver,
        shown_ver=row.shown_ver,
        deleted=row.deleted_at is not None,
        interview_id=row.interview_id,
        fields=json.loads(text),
        versions=json.loads(row.versions),
        writers={},
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )


def spelled(row: dict[str, Any]) -> str:
    """A row that was put together for one caller, in JSON."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
