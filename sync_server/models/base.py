"""What all tables share: one catalogue, names for constraints, and two kinds of column."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from interview_desk.domain.instants import format_instant

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.TypeDecorator[datetime]):
    """An aware UTC time, also where the database knows no zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone names no instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    @override
    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def bound(moment: datetime, dialect: sa.Dialect) -> object:
    """`moment` as the driver takes it, for statements that are not built from the tables."""
    # As the dialect itself writes it: SQLite compares times as text, so each has one spelling.
    process = Instant().dialect_impl(dialect).bind_processor(dialect)
    return process(moment) if process else moment


class WireInstant(sa.TypeDecorator[str]):
    """An `Instant` read in the words of the wire, without a detour where the database has text."""

    impl = sa.Text
    cache_ok = True

    @override
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        if not isinstance(value, str):
            return None if value is None else format_instant(value)
        # SQLite: 2026-11-23 12:00:00.000000, in UTC.
        milliseconds = value[20:23]
        rest = f".{milliseconds}Z" if int(milliseconds or 0) else "Z"
        return f"{value[:10]}T{value[11:19]}{rest}"


def sealed(name: str, *, row: str = "id", nullable: bool = False) -> sa.Column[Any]:
    """A column that holds only what the vault has sealed.

    The place a value is bound to is `table|<value of column row>|name`. Key rotation finds every
    such column by this mark, so a sealed value anywhere else would be lost with its key.
    """
    return sa.Column(name, sa.Text, nullable=nullable, info={"sealed_row": row})


def only_where(condition: str) -> dict[str, Any]:
    """An index of these rows alone: the others cost nothing to write.

    It is read by statements whose conditions leave no other rows.
    """
    where = sa.text(condition)
    return {"sqlite_where": where, "postgresql_where": where}
