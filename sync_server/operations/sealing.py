"""Sealing what is stored with the current key, a little at a time beside normal work."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from sync_server.infra.database import Database, Tx
from sync_server.models import metadata

# Few enough that nobody else waits long for the writer.
_BATCH = 200


def sealed_columns() -> list[tuple[sa.Table, sa.Column[Any]]]:
    """Every column of every table that holds sealed values."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if "sealed_row" in column.info
    ]


async def reseal_all(database: Database) -> int:
    """Seal everything with the current key that another one has sealed; how many values."""
    total = 0
    for table, column in sealed_columns():
        batch = _Batch(table, column)
        while done := await database.write(batch.reseal):
            total += done
    return total


class _Batch:
    """The next values of one column that the current key has not sealed."""

    def __init__(self, table: sa.Table, column: sa.Column[Any]) -> None:
        self._table = table
        self._column = column
        self._row = table.columns[column.info["sealed_row"]]
        self._key: Sequence[sa.Column[Any]] = list(table.primary_key)

    def reseal(self, tx: Tx) -> int:
        """Seal one batch anew; how many values that were."""
        rows = tx.connection.execute(
            sa.select(self._column, self._row, *self._key)
            .where(sa.not_(self._column.startswith(tx.vault.current_prefix, autoescape=True)))
            .limit(_BATCH)
            .with_for_update()
        ).all()
        for row in rows:
            self._reseal_one(tx, row)
        return len(rows)

    def _reseal_one(self, tx: Tx, row: Sequence[Any]) -> None:
        sealed, place, *key = row
        where = {"table": self._table.name, "row": str(place), "column": self._column.name}
        anew = tx.vault.seal(tx.vault.open_bytes(sealed, **where), **where)
        tx.connection.execute(
            sa.update(self._table)
            .where(*(column == value for column, value in zip(self._key, key, strict=True)))
            .values({self._column.name: anew})
        )
