"""Inserting what may be there already, in the words of whichever database it is."""

from functools import partial
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sync_server.infra.database import Tx
from sync_server.infra.prepared import PreparedChange

Insert: TypeAlias = postgresql.Insert | sqlite.Insert


def inserting(tx: Tx, table: sa.Table) -> Insert:
    """An insert into `table` that can say what happens where the row is there already."""
    return _insert(table, tx.connection.dialect.name)


def replacing(table: sa.Table, *columns: str) -> PreparedChange:
    """Inserts rows with these columns, all where none is named; those that are there get them."""
    named = columns or tuple(table.columns.keys())
    return PreparedChange(partial(_replacing, table, named), named)


def _replacing(table: sa.Table, columns: tuple[str, ...], dialect: str) -> Insert:
    insert = _insert(table, dialect)
    key = [column.name for column in table.primary_key]
    told = {name: insert.excluded[name] for name in columns if name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=told)


def _insert(table: sa.Table, dialect: str) -> Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
