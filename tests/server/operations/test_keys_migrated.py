"""Other keys of the tables: all rows come along, both ways, or nothing changes at all."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sync_server.infra.database import Database, DatabaseUnavailable, Tx
from sync_server.models.records import field_changes
from sync_server.operations.migrating import current_revision, migrate, newest_revision
from tests.helpers.calcom import created, rescheduled
from tests.helpers.server import SetClock, add_member
from tests.server.bookings.conftest import Desk, parts_on

BEFORE = "0013"
REBUILT = ("records", "field_changes", "blind_index", "booking_uids")


@pytest.fixture
async def filled(database: Database, clock: SetClock, tmp_path: Path) -> Database:
    """A database in which a booking was made and moved, with rows in each of the tables."""
    desk = Desk(parts_on(database, clock, tmp_path))
    await database.write(add_member)
    await desk.take(created("u1"), created("u2"), rescheduled("u3", "u1", title="Moved"))
    rows = await database.read(all_rows)
    assert all(rows[name] for name in (*REBUILT, "webhook_events", "booking_changes"))
    return database


def all_rows(tx: Tx) -> dict[str, list[str]]:
    """What every row of every table says, whatever its place and whatever columns there are."""
    tables = sa.inspect(tx.connection).get_table_names()
    return {
        name: sorted(
            repr(sorted((key, value) for key, value in row.items() if value is not None))
            for row in tx.connection.exec_driver_sql(f"SELECT * FROM {name}").mappings().all()  # noqa: S608  - its own name
        )
        for name in tables
        if name != "alembic_version"
    }


def going(*steps: str) -> Any:
    """Migrate step by step; all rows as they are then."""

    def work(tx: Tx) -> dict[str, list[str]]:
        for step in steps:
            migrate(tx, step)
        return all_rows(tx)

    return work


async def test_every_row_comes_along_there_and_back(filled: Database) -> None:
    known = await filled.read(all_rows)
    assert await filled.write(going(BEFORE)) == known
    assert await filled.read(current_revision) == BEFORE
    assert await filled.write(going("head")) == known
    assert await filled.write(going(BEFORE, "head")) == known


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_disk_that_becomes_full_leaves_everything_as_it_was(filled: Database) -> None:
    await filled.write(going(BEFORE))
    # As much as takes up what going back has left free.
    await filled.write(lambda tx: _repeat_history(tx, *range(1, 100)))
    known = await filled.read(all_rows)
    await filled.write(lambda tx: _let_grow(tx, 9))
    with pytest.raises(DatabaseUnavailable):
        await filled.write(migrate)
    assert await filled.read(current_revision) == BEFORE
    assert await filled.read(all_rows) == known
    await filled.write(lambda tx: _let_grow(tx, 10_000))
    assert await filled.write(migrate) == newest_revision()
    assert await filled.read(all_rows) == known


def _repeat_history(tx: Tx, *numbers: int) -> None:
    """The same steps again at versions to come, with ids of their own."""
    columns = field_changes.c
    for number in numbers:
        told = {
            "id": sa.func.substr(columns.id, 4) + f"{number:03}",
            "ver": columns.ver + number * 1000,
        }
        again = sa.select(*(told.get(one.name, one) for one in columns)).where(columns.ver < 1000)
        insert = sa.insert(field_changes).from_select(columns.keys(), again)
        tx.connection.execute(insert)


def _let_grow(tx: Tx, pages: int) -> None:
    (used,) = tx.connection.exec_driver_sql("PRAGMA page_count").one()
    tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {used + pages}")


async def test_a_step_is_in_the_history_once(filled: Database) -> None:
    """The key says so, as an index did before."""
    for step in (BEFORE, "head"):
        await filled.write(going(step))
        with pytest.raises(sa.exc.IntegrityError):
            await filled.write(lambda tx: _repeat_history(tx, 0))
