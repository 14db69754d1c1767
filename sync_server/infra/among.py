"""Asking for several rows by their keys with one statement, however many keys there are."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from pydantic_core import to_json
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from typing_extensions import override


class _Several(sa.TypeDecorator[Iterable[Any]]):
    """Several values of one type as a single parameter."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, each: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        # Texts are compared whole: PostgreSQL would cut them to the length of the column.
        self.each = sa.Text() if isinstance(each, sa.String) else each

    @override
    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(self.each))
        return dialect.type_descriptor(sa.Text())

    @override
    def process_bind_param(self, value: Iterable[Any] | None, dialect: sa.Dialect) -> Any:
        values = list(value or ())
        if dialect.name == "postgresql":
            return values
        convert = self.each.dialect_impl(dialect).bind_processor(dialect)
        return to_json(values if convert is None else [convert(one) for one in values]).decode()


class _Among(sa.ColumnElement[Any]):
    # Of no type: a Boolean would be compared with 1 on SQLite, past every index.
    inherit_cache = False

    def __init__(self, column: sa.Column[Any], name: str) -> None:
        self.column = column
        self.values = sa.bindparam(name, type_=_Several(column.type))


def among(column: sa.Column[Any], name: str) -> sa.ColumnElement[Any]:
    """Whether the column's value is one of those that are given as the parameter `name`.

    Unlike `in_` the statement is the same for any number of values, so it can be prepared.
    """
    return _Among(column, name)


@compiles(_Among, "sqlite")
def _in_sqlite(element: _Among, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = _told(element, compiler, **kwargs)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  - a mark


@compiles(_Among, "postgresql")
def _in_postgres(element: _Among, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = _told(element, compiler, **kwargs)
    return f"{column} = ANY ({values})"


def _told(element: _Among, compiler: SQLCompiler, **kwargs: Any) -> tuple[str, str]:
    return compiler.process(element.column, **kwargs), compiler.process(element.values, **kwargs)
