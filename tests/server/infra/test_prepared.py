"""Prepared questions: answered like any other, on both databases."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from sync_server.infra.database import Database, Tx
from sync_server.infra.prepared import Prepared
from sync_server.models.base import WireInstant
from sync_server.models.workspace import workspace
from tests.helpers.server import NOON, WORKSPACE_ID

_NAMED = (
    sa.select(workspace.c.name, workspace.c.created_at, workspace.c.seq)
    .where(workspace.c.id == sa.bindparam("id"), workspace.c.name == "Team")
    .limit(sa.bindparam("most"))
)


async def test_the_answer_is_that_of_the_statement(database: Database) -> None:
    asked = Prepared(_NAMED)
    values: dict[str, str | int] = {"id": WORKSPACE_ID, "most": 2}

    def both(tx: Tx) -> tuple[object, object]:
        plain = [tuple(row) for row in tx.connection.execute(_NAMED, values)]
        return asked.all(tx, **values), plain

    for _ in range(2):
        found, plain = await database.read(both)
        assert found == plain == [("Team", NOON, 0)]
    nobody = await database.read(lambda tx: asked.one_or_none(tx, id="nobody", most=1))
    assert nobody is None


async def test_a_failure_is_one_of_sqlalchemys_own(database: Database) -> None:
    nothing = Prepared(sa.select(sa.table("nothing", sa.column("here", sa.Text)).c.here))
    with pytest.raises(DBAPIError, match="nothing"):
        await database.read(nothing.all)


async def test_an_instant_is_read_as_the_wire_writes_it(database: Database) -> None:
    asked = Prepared(sa.select(sa.type_coerce(workspace.c.created_at, WireInstant)))

    def read(tx: Tx, microsecond: int) -> object:
        moment = NOON.replace(microsecond=microsecond)
        tx.connection.execute(sa.update(workspace).values(created_at=moment))
        return asked.all(tx)

    for microsecond, text in ((0, ""), (1, ".000"), (120_999, ".120")):
        found = await database.write(lambda tx, m=microsecond: read(tx, m))  # type: ignore[misc]  # of this turn
        assert found == [(f"2026-11-23T12:00:00{text}Z",)]
