"""The few questions that are asked with every call, put together once.

Most of what a short statement costs is its way through SQLAlchemy. These go from their text
straight to the driver, on the connection of the transaction, and come back with the types of their
columns.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from sync_server.infra.database import Tx

_Convert = Callable[[Any], Any]


class _Plan(NamedTuple):
    """A statement as one database wants it; `names` where its parameters go by their place."""

    sql: str
    defaults: Mapping[str, Any]
    names: tuple[str, ...] | None
    converts: tuple[tuple[int, _Convert], ...]


class Prepared:
    """A SELECT whose parameters are texts and numbers, each a `bindparam` of its own."""

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement
        self._plans: dict[str, _Plan] = {}

    def all(self, tx: Tx, **values: str | int) -> list[tuple[Any, ...]]:
        """The rows."""
        dialect = tx.connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _planned(self.statement, dialect)
        rows = _fetched(tx.connection, plan, {**plan.defaults, **values})
        return [_converted(row, plan.converts) for row in rows] if plan.converts else rows

    def one_or_none(self, tx: Tx, **values: str | int) -> tuple[Any, ...] | None:
        """The only row there can be, if there is one."""
        rows = self.all(tx, **values)
        return rows[0] if rows else None


def _planned(statement: sa.Select[Any], dialect: sa.Dialect) -> _Plan:
    compiled = cast("Any", statement.compile(dialect=dialect))
    converts = []
    for place, column in enumerate(statement.selected_columns):
        convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            converts.append((place, convert))
    names = tuple(compiled.positiontup) if compiled.positional else None
    return _Plan(str(compiled), compiled.params, names, tuple(converts))


def _fetched(
    connection: sa.Connection, plan: _Plan, values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    chosen = values if plan.names is None else [values[name] for name in plan.names]
    cursor = connection.connection.cursor()
    failures = connection.dialect.loaded_dbapi.Error
    try:
        cursor.execute(plan.sql, cast("Any", chosen))
        return list(cursor.fetchall())
    except failures as error:
        # In SQLAlchemy's own words, so that it is understood like the failure of any statement.
        raise DBAPIError.instance(
            plan.sql, None, error, failures, hide_parameters=True, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def _converted(row: tuple[Any, ...], converts: tuple[tuple[int, _Convert], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in converts:
        values[place] = convert(values[place])
    return tuple(values)
