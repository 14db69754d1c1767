"""The few questions that are asked with every call, put together once.

Most of what a short statement costs is its way through SQLAlchemy. These go from their text
straight to the driver, on the connection of the transaction, and come back with the types of their
columns.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from sync_server.infra.database import Tx

_Convert = Callable[[Any], Any]
_Statement = sa.Select[Any] | sa.Update


class _Plan(NamedTuple):
    """A statement as one database wants it; `names` where its parameters go by their place."""

    sql: str
    defaults: Mapping[str, Any]
    names: tuple[str, ...] | None
    gives: tuple[tuple[int, _Convert], ...]
    takes: Mapping[str, _Convert]


class Prepared:
    """A statement that gives rows, with texts and numbers for its `bindparam`s.

    What a RETURNING gives must be texts and numbers too.
    """

    def __init__(self, statement: _Statement) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def all(self, tx: Tx, **values: str | int) -> list[tuple[Any, ...]]:
        """The rows."""
        dialect = tx.connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _planned(self._statement, dialect)
        placed = _placed(plan, {**plan.defaults, **values})
        try:
            cursor = tx.connection.connection.cursor()
            cursor.execute(plan.sql, placed)
            rows = list(cursor.fetchall())
            cursor.close()
        except dialect.loaded_dbapi.Error as error:
            raise _told(error, plan.sql, dialect) from error
        return [_converted(row, plan.gives) for row in rows] if plan.gives else rows

    def one_or_none(self, tx: Tx, **values: str | int) -> tuple[Any, ...] | None:
        """The only row there can be, if there is one."""
        rows = self.all(tx, **values)
        return rows[0] if rows else None


class PreparedChange:
    """An INSERT or UPDATE of the named columns, with values of their types."""

    def __init__(self, statement: sa.Insert | sa.Update, columns: Iterable[str]) -> None:
        self._statement = statement
        self._columns = tuple(columns)
        self._plans: dict[str, _Plan] = {}

    def run(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make the change once for each row of values."""
        dialect = tx.connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _planned(self._statement, dialect, self._columns)
        taken = _taken(plan, rows)
        try:
            cursor = tx.connection.connection.cursor()
            if len(taken) == 1:
                cursor.execute(plan.sql, taken[0])
            else:
                cursor.executemany(plan.sql, taken)
            cursor.close()
        except dialect.loaded_dbapi.Error as error:
            raise _told(error, plan.sql, dialect) from error


def count_changed(tx: Tx, sql: str, values: Sequence[object]) -> int:
    """Run a statement that is written in the driver's own words; how many rows it has changed."""
    dialect = tx.connection.dialect
    try:
        cursor = tx.connection.connection.cursor()
        cursor.execute(sql, values)
        count = cursor.rowcount
        cursor.close()
    except dialect.loaded_dbapi.Error as error:
        raise _told(error, sql, dialect) from error
    return count


def _planned(
    statement: _Statement | sa.Insert, dialect: sa.Dialect, columns: Sequence[str] | None = None
) -> _Plan:
    keys = None if columns is None else list(columns)
    compiled = cast("Any", statement.compile(dialect=dialect, column_keys=keys))
    gives = []
    if isinstance(statement, sa.Select):
        for place, column in enumerate(statement.selected_columns):
            convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if convert is not None:
                gives.append((place, convert))
    takes = {}
    for name, bind in compiled.binds.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            takes[name] = convert
    names = tuple(compiled.positiontup) if compiled.positional else None
    return _Plan(str(compiled), compiled.params, names, tuple(gives), takes)


def _placed(plan: _Plan, values: Mapping[str, Any]) -> Any:
    return values if plan.names is None else [values[name] for name in plan.names]


def _told(error: Exception, sql: str, dialect: sa.Dialect) -> BaseException:
    """The failure in SQLAlchemy's own words, so that it is understood like any statement's."""
    failures = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, failures, hide_parameters=True, dialect=dialect)


def _taken(plan: _Plan, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The parameters of each row, as the driver takes them."""
    names = plan.names or tuple(plan.defaults)
    columns = [_column(plan, name, rows=rows) for name in names]
    placed = zip(*columns, strict=True)
    return [*placed] if plan.names else [dict(zip(names, one, strict=True)) for one in placed]


def _column(plan: _Plan, name: str, *, rows: Sequence[Mapping[str, Any]]) -> Iterable[Any]:
    default = plan.defaults[name]
    values = [row.get(name, default) for row in rows]
    convert = plan.takes.get(name)
    return values if convert is None else _each_once(values, convert)


def _each_once(values: Iterable[Any], convert: _Convert) -> Iterator[Any]:
    """`values` converted; what is written together is of the same moment more often than not."""
    before = after = object()
    for value in values:
        if value is not before:
            before, after = value, convert(value)
        yield after


def _converted(row: tuple[Any, ...], converts: tuple[tuple[int, _Convert], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in converts:
        values[place] = convert(values[place])
    return tuple(values)
