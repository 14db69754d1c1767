"""Sealing what is stored with the current key, a little at a time beside normal work."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

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
        pass_through = _Pass(table, column)
        # Somebody may have sealed with an older key behind our back: until there is none.
        while done := await pass_through.run(database):
            total += done
    return total


class _Batch(NamedTuple):
    """Values that were sealed anew: how many, and behind which row the next ones are."""

    values: int
    last: tuple[Any, ...]


class _Pass:
    """One way through a column, in the order of its rows: each is looked at once."""

    def __init__(self, table: sa.Table, column: sa.Column[Any]) -> None:
        self._table = table
        self._column = column
        self._row = table.columns[column.info["sealed_row"]]
        self._key: Sequence[sa.Column[Any]] = list(table.primary_key)

    async def run(self, database: Database) -> int:
        """Seal what the current key has not sealed; how many values that were."""
        total, batch = 0, await database.write(self._first)
        while batch is not None:
            total += batch.values
            batch = await database.write(partial(self._reseal, self._behind(batch.last)))
        return total

    def _first(self, tx: Tx) -> _Batch | None:
        return self._reseal(sa.true(), tx)

    def _behind(self, last: tuple[Any, ...]) -> sa.ColumnElement[bool]:
        return sa.tuple_(*self._key) > sa.tuple_(*map(sa.literal, last))

    def _reseal(self, where: sa.ColumnElement[bool], tx: Tx) -> _Batch | None:
        rows = tx.connection.execute(
            sa.select(self._column, self._row, *self._key)
            .where(sa.not_(self._column.startswith(tx.vault.current_prefix, autoescape=True)))
            .where(where)
            .order_by(*self._key)
            .limit(_BATCH)
            .with_for_update()
        ).all()
        for row in rows:
            self._reseal_one(tx, row)
        return _Batch(len(rows), tuple(rows[-1][2:])) if rows else None

    def _reseal_one(self, tx: Tx, row: Sequence[Any]) -> None:
        sealed, place, *key = row
        where = {"table": self._table.name, "row": str(place), "column": self._column.name}
        anew = tx.vault.seal(tx.vault.open_bytes(sealed, **where), **where)
        tx.connection.execute(
            sa.update(self._table)
            .where(*(column == value for column, value in zip(self._key, key, strict=True)))
            .values({self._column.name: anew})
        )
