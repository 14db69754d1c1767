"""Inserting what may be there already, in the words of whichever database it is."""

from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sync_server.infra.database import Tx

Insert: TypeAlias = postgresql.Insert | sqlite.Insert


def inserting(tx: Tx, table: sa.Table) -> Insert:
    """An insert into `table` that can say what happens where the row is there already."""
    is_postgres = tx.connection.dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)
