"""Rows as text for whoever sees everything in them, put together from what is stored.

The sealed content of a record is JSON already, so a row that is shown whole need not be read and
written again.
"""

from typing import Any

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant
from sync_server.infra.crypto import Vault
from sync_server.models.records import records

# Whether the team sees a row of these depends on what it says and on who asks.
DEPENDING = frozenset({"rating_sheets", "evaluations", "conflicts"})

COLUMNS = (
    records.c.entity,
    records.c.id,
    records.c.ver,
    records.c.deleted_at,
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
