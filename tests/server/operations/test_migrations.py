"""The tables: made, taken back, and the same as the program's catalogue."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine.interfaces import ReflectedIndex

from sync_server.infra.database import Tx
from sync_server.models import metadata
from sync_server.models.pushes import push_results
from sync_server.operations.migrating import (
    NoSuchRevision,
    current_revision,
    migrate,
    newest_revision,
)
from tests.helpers.server import Databases, SetClock, test_vault


def _tables(tx: Tx) -> set[str]:
    return set(sa.inspect(tx.connection).get_table_names()) - {"alembic_version"}


async def test_the_tables_are_made_and_taken_back(databases: Databases) -> None:
    database = databases.open_new(clock=SetClock(), vault=test_vault())
    for _ in range(2):
        assert await database.write(lambda tx: migrate(tx, "head")) == newest_revision()
        assert await database.read(_tables) == set(metadata.tables)
        assert await database.write(lambda tx: migrate(tx, "base")) is None
        assert await database.read(_tables) == set()


async def test_migrating_again_changes_nothing(databases: Databases) -> None:
    database = databases.open_new(clock=SetClock(), vault=test_vault())
    first = await database.write(lambda tx: migrate(tx, "0001"))
    assert await database.write(lambda tx: migrate(tx, "0001")) == first
    assert await database.read(current_revision) == first


async def test_the_migrations_make_what_the_program_expects(databases: Databases) -> None:
    database = databases.open_new(clock=SetClock(), vault=test_vault())
    await database.write(migrate)

    def differences(tx: Tx) -> list[object]:
        context = MigrationContext.configure(
            tx.connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    assert await database.read(differences) == []


async def test_a_device_goes_on_counting_where_it_was(databases: Databases) -> None:
    database = databases.open_new(clock=SetClock(), vault=test_vault())

    def counted(tx: Tx) -> list[tuple[object, ...]]:
        migrate(tx, "0011")
        state, results = sa.table("push_state"), sa.table("push_results")
        for table, rows in (
            (state, [{"device_id": d, "workspace_id": "w", "last_n": n} for d, n in _COUNTS]),
            (results, [{"device_id": "a", "n": n, "digest": "x", "status": "ok"} for n in (6, 7)]),
        ):
            named = sa.table(table.name, *map(sa.column, rows[0]))
            tx.connection.execute(sa.insert(named), rows)
        migrate(tx)
        last = sa.select(push_results.c.device_id, sa.func.max(push_results.c.n))
        asked = last.group_by(push_results.c.device_id).order_by(push_results.c.device_id)
        return [tuple(row) for row in tx.connection.execute(asked)]

    assert await database.write(counted) == _COUNTS
    # There and back again, the answers stay.
    again = await database.write(lambda tx: (migrate(tx, "0011"), migrate(tx), _answers(tx))[-1])
    assert again == [("a", 6), ("a", 7), ("b", 3)]


_COUNTS = [("a", 7), ("b", 3)]


def _answers(tx: Tx) -> list[tuple[object, ...]]:
    asked = sa.select(push_results.c.device_id, push_results.c.n)
    return sorted(tuple(row) for row in tx.connection.execute(asked))


def _shape(tx: Tx) -> dict[str, object]:
    """Everything the database itself knows of its tables, the names of constraints included."""
    inspector = sa.inspect(tx.connection)
    return {
        name: (
            {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in inspector.get_columns(name)
            },
            inspector.get_pk_constraint(name),
            sorted(map(str, inspector.get_foreign_keys(name))),
            sorted(map(str, inspector.get_unique_constraints(name))),
            sorted(map(str, inspector.get_check_constraints(name))),
            sorted(map(_told, inspector.get_indexes(name))),
            inspector.get_table_options(name),
        )
        for name in _tables(tx)
    }


def _told(index: ReflectedIndex) -> str:
    """An index in words; of a partial one also the condition."""
    options = {name: str(value) for name, value in index["dialect_options"].items()}
    return str({**index, "dialect_options": options})


async def test_migrated_and_made_at_once_are_the_same_to_the_last_constraint(
    databases: Databases,
) -> None:
    migrated = databases.open_new(clock=SetClock(), vault=test_vault())
    await migrated.write(migrate)
    made = await databases.fresh()
    assert await migrated.read(_shape) == await made.read(_shape)


@pytest.mark.parametrize("revision", ["0011", "0013"])
async def test_going_back_leaves_the_tables_as_they_were_then(
    databases: Databases, revision: str
) -> None:
    """To the revisions behind which tables were laid out anew."""
    database = databases.open_new(clock=SetClock(), vault=test_vault())
    await database.write(lambda tx: migrate(tx, revision))
    then = await database.read(_shape)
    await database.write(migrate)
    assert await database.read(_shape) != then
    await database.write(lambda tx: migrate(tx, revision))
    assert await database.read(_shape) == then


async def test_a_failed_migration_leaves_everything_as_it_was(databases: Databases) -> None:
    database = databases.open_new(clock=SetClock(), vault=test_vault())
    with pytest.raises(NoSuchRevision, match="nonsense"):
        await database.write(lambda tx: migrate(tx, "nonsense"))

    def half_way(tx: Tx) -> None:
        migrate(tx)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(half_way)
    assert await database.read(_tables) == set()
