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
_Question = sa.Select[Any] | sa.CompoundSelect[Any] | sa.Update
_Change = sa.Insert | sa.Update | sa.Delete
# Where the databases have different words for it, by the name of the dialect.
_ChangeOfDialect = Callable[[str], _Change]


class _Taken(NamedTuple):
    """One parameter: its name, what it is where nothing is said, how the driver wants it."""

    name: str
    default: Any
    convert: _Convert | None


class _Plan(NamedTuple):
    """A statement as one database wants it, its parameters by their place or by their names."""

    sql: str
    by_place: bool
    takes: tuple[_Taken, ...]
    gives: tuple[tuple[int, _Convert], ...]


class Prepared:
    """A statement that gives rows, with values of their types for its `bindparam`s.

    What a RETURNING gives must be texts and numbers.
    """

    def __init__(self, statement: _Question) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def all(self, tx: Tx, **values: Any) -> list[tuple[Any, ...]]:
        """The rows."""
        dialect = tx.connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _planned(self._statement, dialect)
        placed = _placed(plan, _given(plan, values))
        try:
            rows: list[tuple[Any, ...]] = tx.cursor.execute(plan.sql, placed).fetchall()
        except dialect.loaded_dbapi.Error as error:
            raise _told(error, plan.sql, dialect) from error
        return [_converted(row, plan.gives) for row in rows] if plan.gives else rows

    def one_or_none(self, tx: Tx, **values: Any) -> tuple[Any, ...] | None:
        """The only row there can be, if there is one."""
        rows = self.all(tx, **values)
        return rows[0] if rows else None


class PreparedChange:
    """An INSERT or UPDATE of the named columns, or a DELETE, with values of their types."""

    def __init__(self, statement: _Change | _ChangeOfDialect, columns: Iterable[str] = ()) -> None:
        self._statement = statement
        self._columns = tuple(columns)
        self._plans: dict[str, _Plan] = {}

    def run(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make the change once for each row of values."""
        if not rows:
            return
        dialect = tx.connection.dialect
        plan = self._plans.get(dialect.name) or self._plan(dialect)
        taken = _taken(plan, rows)
        try:
            if len(taken) == 1:
                tx.cursor.execute(plan.sql, taken[0])
            else:
                tx.cursor.executemany(plan.sql, taken)
        except dialect.loaded_dbapi.Error as error:
            raise _told(error, plan.sql, dialect) from error

    def _plan(self, dialect: sa.Dialect) -> _Plan:
        said = self._statement
        statement = said(dialect.name) if callable(said) else said
        plan = self._plans[dialect.name] = _planned(statement, dialect, self._columns)
        return plan


def count_changed(tx: Tx, sql: str, values: Sequence[object]) -> int:
    """Run a statement that is written in the driver's own words; how many rows it has changed."""
    dialect = tx.connection.dialect
    try:
        count = tx.cursor.execute(sql, values).rowcount
    except dialect.loaded_dbapi.Error as error:
        raise _told(error, sql, dialect) from error
    return int(count)


def _planned(
    statement: _Question | _Change, dialect: sa.Dialect, columns: Sequence[str] | None = None
) -> _Plan:
    keys = None if columns is None else list(columns)
    compiled = cast("Any", statement.compile(dialect=dialect, column_keys=keys))
    gives = []
    if isinstance(statement, sa.Select | sa.CompoundSelect):
        for place, column in enumerate(statement.selected_columns):
            convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if convert is not None:
                gives.append((place, convert))
    names = compiled.positiontup if compiled.positional else compiled.params
    takes = []
    for name in names:
        convert = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
        takes.append(_Taken(name, compiled.params[name], convert))
    return _Plan(str(compiled), compiled.positional, tuple(takes), tuple(gives))


def _placed(plan: _Plan, values: Sequence[Any]) -> Any:
    """The values of one row's parameters, as the driver takes them."""
    if plan.by_place:
        return values
    return {taken.name: value for taken, value in zip(plan.takes, values, strict=True)}


def _told(error: Exception, sql: str, dialect: sa.Dialect) -> BaseException:
    """The failure in SQLAlchemy's own words, so that it is understood like any statement's."""
    failures = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, failures, hide_parameters=True, dialect=dialect)


def _taken(plan: _Plan, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The parameters of each row, as the driver takes them."""
    if len(rows) == 1:
        return [_placed(plan, _given(plan, rows[0]))]
    columns = [_column(taken, rows) for taken in plan.takes]
    return [_placed(plan, values) for values in zip(*columns, strict=True)]


def _given(plan: _Plan, row: Mapping[str, Any]) -> list[Any]:
    return [
        convert(row.get(name, default)) if convert else row.get(name, default)
        for name, default, convert in plan.takes
    ]


def _column(taken: _Taken, rows: Sequence[Mapping[str, Any]]) -> Iterable[Any]:
    values = [row.get(taken.name, taken.default) for row in rows]
    return values if taken.convert is None else _each_once(values, taken.convert)


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
