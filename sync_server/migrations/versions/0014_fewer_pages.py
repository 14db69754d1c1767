"""Keys and indexes of which a change writes fewer pages.

The key of a record is the order in which records are read, and that of a step begins with the ids,
which are neighbours where records were made together. What belongs to an interview is found by its
scope. A row that says nothing in an indexed column has no place in the index. Ids of records are
ordered alike wherever one is found by another.

Revision: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# By table: the key before, and the key now.
_KEYS = {
    "records": (["id", "entity", "workspace_id"], ["workspace_id", "entity", "id"]),
    "field_changes": (["id"], ["workspace_id", "record_id", "entity", "ver", "field"]),
}
# Short rows, which SQLite keeps in their key now.
_SHORT = ("blind_index", "booking_uids")
_BY_NAME = ("ix_records_workspace_id_entity_id", "records", ["workspace_id", "entity", "id"])
_BY_INTERVIEW = (
    "ix_records_workspace_id_interview_id_entity",
    "records",
    ["workspace_id", "interview_id", "entity"],
)
_BY_RECORD = (
    "ix_field_changes_workspace_id_entity_record_id_ver_field",
    "field_changes",
    ["workspace_id", "entity", "record_id", "ver", "field"],
)
_BY_MEMBER = (
    "ix_records_workspace_id_member_id_entity",
    "records",
    ["workspace_id", "member_id", "entity"],
)
_BY_NEWS = ("ix_webhook_events_semantic", "webhook_events", ["semantic"])
_BY_PREVIOUS = ("ix_booking_changes_previous_uid", "booking_changes", ["previous_uid"])
# Now of rows alone that say something in this column.
_PARTIAL = {"member_id": _BY_MEMBER, "semantic": _BY_NEWS, "previous_uid": _BY_PREVIOUS}


def upgrade() -> None:
    """Write less."""
    for name, table, _ in (_BY_NAME, _BY_INTERVIEW, _BY_RECORD, *_PARTIAL.values()):
        op.drop_index(name, table)
    for table, (_, columns) in _KEYS.items():
        _change_key(table, columns)
    _lay_out_anew(with_rowid=False)
    _order_like_records("C")
    for column, index in _PARTIAL.items():
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(*index, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Write as much as before."""
    for name, table, _ in _PARTIAL.values():
        op.drop_index(name, table)
    for table, (columns, _) in _KEYS.items():
        _change_key(table, columns)
    _lay_out_anew(with_rowid=True)
    _order_like_records(None)
    for index in (_BY_NAME, _BY_INTERVIEW, *_PARTIAL.values()):
        op.create_index(*index)
    op.create_index(*_BY_RECORD, unique=True)


def _change_key(table: str, columns: list[str]) -> None:
    """Give the table another key; SQLite copies its rows for that."""
    name = f"pk_{table}"
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="primary")
        batch.create_primary_key(name, columns)


def _lay_out_anew(*, with_rowid: bool) -> None:
    """The same tables; SQLite alone lays rows out in one way or the other."""
    if op.get_bind().dialect.name != "sqlite":
        return
    layout = {"sqlite_with_rowid": with_rowid}
    for table in _SHORT:
        with op.batch_alter_table(table, recreate="always", table_kwargs=layout):
            pass


def _order_like_records(collation: str | None) -> None:
    """Ids in the order of those of records, or in that of the database; SQLite has only one."""
    if op.get_bind().dialect.name == "postgresql":
        ids = sa.String(length=36, collation=collation)
        op.alter_column("blind_index", "record_id", type_=ids)
