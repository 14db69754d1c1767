"""Rows as text for whoever sees everything in them, put together from what is stored.

The sealed content of a record is JSON already, so a row that is shown whole need not be read and
written again.
"""

import json
from typing import Any, NamedTuple

import sqlalchemy as sa

from interview_desk.domain.instants import parse_instant
from sync_server.infra.crypto import Vault
from sync_server.models.base import WireInstant
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
    sa.type_coerce(records.c.deleted_at.is_not(None), sa.Integer).label("is_deleted"),
    records.c.interview_id,
    records.c.scope_id,
    records.c.fields,
    sa.cast(records.c.versions, sa.Text).label("versions"),
    records.c.updated_by,
    sa.type_coerce(records.c.updated_at, WireInstant).label("updated_at"),
)


class Kept(NamedTuple):
    """A row of COLUMNS: `fields` still sealed, `versions` as JSON."""

    entity: str
    id: str
    ver: int
    created_ver: int
    shown_ver: int | None
    is_deleted: int
    interview_id: str | None
    scope_id: str | None
    fields: str
    versions: str
    updated_by: str | None
    updated_at: str

    @property
    def is_erased(self) -> bool:
        """Whether nothing is left of the record, and whoever may have had it is to forget it."""
        return bool(self.is_deleted) and self.versions == "{}"


def line(vault: Vault, row: Kept) -> str:
    """The row as a member of the team reads it, in JSON."""
    deleted, fields, versions = "true", "{}", "{}"
    erased = ',"erased":true' if row.is_erased else ""
    if not row.is_deleted:
        deleted = "false"
        fields = vault.open(row.fields, table="records", row=row.id, column="fields")
        # The database driver writes spaces; names of fields have none.
        versions = row.versions.replace(" ", "")
    author = f'"{row.updated_by}"' if row.updated_by else "null"
    return (
        f'{{"entity":"{row.entity}","id":"{row.id}","ver":{row.ver},"deleted":{deleted},'
        f'"fields":{fields},"field_versions":{versions},"updated_by":{author},'
        f'"updated_at":"{row.updated_at}"{erased}}}'
    )


def stored(vault: Vault, row: Kept) -> StoredRecord:
    """The record in the row, without its writers: only a merge asks for them."""
    text = vault.open(row.fields, table="records", row=row.id, column="fields")
    return StoredRecord(
        entity=row.entity,
        id=row.id,
        ver=row.ver,
        created_ver=row.created_ver,
        shown_ver=row.shown_ver,
        deleted=bool(row.is_deleted),
        interview_id=row.interview_id,
        fields=json.loads(text),
        versions=json.loads(row.versions),
        writers={},
        updated_by=row.updated_by,
        updated_at=parse_instant(row.updated_at),
    )


def spelled(row: dict[str, Any]) -> str:
    """A row that was put together for one caller, in JSON."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
