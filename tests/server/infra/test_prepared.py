"""Prepared questions: answered like any other, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from sync_server.infra.among import among
from sync_server.infra.database import Database, Tx
from sync_server.infra.inserting import replacing
from sync_server.infra.prepared import Prepared, PreparedChange
from sync_server.models.base import WireInstant
from sync_server.models.due import due_work
from sync_server.models.pushes import push_results
from sync_server.models.reading import free_days
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

    for microsecond, text in ((0, ""), (999, ""), (1_000, ".001"), (120_999, ".120")):
        found = await database.write(lambda tx, m=microsecond: read(tx, m))  # type: ignore[misc]  # of this turn
        assert found == [(f"2026-11-23T12:00:00{text}Z",)]


async def test_a_change_takes_values_of_every_type(database: Database) -> None:
    put = PreparedChange(sa.insert(push_results), push_results.columns.keys())
    row: dict[str, Any] = dict.fromkeys(push_results.columns.keys())
    first = {**row, "device_id": "d", "n": 1, "digest": "x", "status": "ok"}
    rows = [first, {**first, "n": 2, "conflicts": ["a", "b"], "detail": "ü"}]

    def both(tx: Tx) -> list[tuple[object, ...]]:
        put.run(tx, rows[:1])
        put.run(tx, rows[1:])
        put.run(tx, [{**row, "n": row["n"] + 2} for row in rows])
        query = sa.select(push_results.c.n, push_results.c.conflicts).order_by(push_results.c.n)
        return [tuple(found) for found in tx.connection.execute(query)]

    found = await database.write(both)
    assert found == [(1, None), (2, ["a", "b"]), (3, None), (4, ["a", "b"])]


async def test_a_change_by_key_sets_only_what_is_named(database: Database) -> None:
    moved = PreparedChange(
        sa.update(workspace).where(workspace.c.id == sa.bindparam("of")), ["created_at"]
    )
    later = NOON.replace(hour=18)

    def both(tx: Tx) -> tuple[object, ...]:
        moved.run(tx, [{"of": WORKSPACE_ID, "created_at": later}])
        query = sa.select(workspace.c.name, workspace.c.created_at)
        return tuple(tx.connection.execute(query).one())

    assert await database.write(both) == ("Team", later)


async def test_several_keys_are_asked_for_with_one_statement(database: Database) -> None:
    put = PreparedChange(sa.insert(push_results), push_results.columns.keys())
    row: dict[str, Any] = dict.fromkeys(push_results.columns.keys())
    rows = [{**row, "device_id": f"'{n}", "n": n, "digest": "x", "status": "ok"} for n in range(4)]
    of_devices = Prepared(
        sa.select(push_results.c.n)
        .where(among(push_results.c.device_id, "ids"))
        .order_by(push_results.c.n)
    )
    by_number = Prepared(sa.select(push_results.c.device_id).where(among(push_results.c.n, "ns")))
    await database.write(lambda tx: put.run(tx, rows))

    async def of(*ids: str) -> list[tuple[Any, ...]]:
        return await database.read(lambda tx: of_devices.all(tx, ids=iter(ids)))

    assert await of("'0", "'2", "somebody whose id is longer than any column" * 2) == [(0,), (2,)]
    assert await of("'3") == [(3,)]
    assert await of() == []
    assert await database.read(lambda tx: by_number.all(tx, ns=[1])) == [("'1",)]


async def test_days_can_be_asked_for_too(database: Database) -> None:
    days = [NOON.date() + timedelta(days=n) for n in range(3)]
    rest = {"event_type_id": 1, "minutes": 0, "slots": [], "fetched_at": NOON}
    put = PreparedChange(sa.insert(free_days), free_days.columns.keys())
    free = Prepared(
        sa.select(free_days.c.day).where(among(free_days.c.day, "days")).order_by(free_days.c.day)
    )

    def both(tx: Tx) -> list[tuple[Any, ...]]:
        put.run(tx, [{**rest, "day": day, "is_doubtful": False} for day in days[:2]])
        return free.all(tx, days=days[1:])

    assert await database.write(both) == [(days[1],)]


async def test_rows_take_the_place_of_those_with_the_same_key(database: Database) -> None:
    place = replacing(due_work, "kind", "key", "due_at")
    later = NOON.replace(hour=18)

    def both(tx: Tx) -> list[tuple[Any, ...]]:
        place.run(tx, [])
        place.run(tx, [{"kind": "k", "key": "a", "due_at": NOON}])
        tx.connection.execute(sa.update(due_work).values(fence=7))
        rows = [{"kind": "k", "key": key, "due_at": later} for key in ("a", "b")]
        place.run(tx, rows)
        query = sa.select(due_work.c.key, due_work.c.due_at, due_work.c.fence)
        return [tuple(row) for row in tx.connection.execute(query.order_by(due_work.c.key))]

    # What is not named stays as it was.
    assert await database.write(both) == [("a", later, 7), ("b", later, 0)]


async def test_rows_are_deleted_by_their_keys(database: Database) -> None:
    lose = PreparedChange(sa.delete(due_work).where(due_work.c.key == sa.bindparam("of")))

    def both(tx: Tx) -> list[str]:
        for key in "abc":
            tx.connection.execute(sa.insert(due_work).values(kind="k", key=key, due_at=NOON))
        lose.run(tx, [{"of": "a"}, {"of": "c"}])
        return list(tx.connection.scalars(sa.select(due_work.c.key)))

    assert await database.write(both) == ["b"]


async def test_an_instant_may_be_asked_about(database: Database) -> None:
    since = Prepared(
        sa.select(workspace.c.name).where(workspace.c.created_at >= sa.bindparam("moment"))
    )
    after = NOON + timedelta(microseconds=1)
    assert await database.read(lambda tx: since.all(tx, moment=NOON)) == [("Team",)]
    assert await database.read(lambda tx: since.all(tx, moment=after)) == []


class Interrupting(str):
    """A text that lets go of what is held at the moment SQLite's driver takes it."""

    __slots__ = ("held",)
    held: list[Tx]

    def __conform__(self, _protocol: object) -> str:
        self.held.clear()
        return str.__str__(self)


async def test_a_unit_that_is_let_go_of_late_leaves_the_next_alone(database: Database) -> None:
    put = PreparedChange(sa.insert(push_results), push_results.columns.keys())
    row: dict[str, Any] = dict.fromkeys(push_results.columns.keys())
    row |= {"device_id": "d", "digest": "x", "status": "ok"}
    late = Interrupting("x")
    late.held = []

    def first(tx: Tx) -> None:
        put.run(tx, [{**row, "n": 1}, {**row, "n": 2}])
        late.held.append(tx)

    await database.write(first)
    # The driver shares a statement between cursors: the last to go resets it, whoever runs it now.
    rows = [{**row, "n": 3}, {**row, "n": 4, "digest": late}, {**row, "n": 5}]
    await database.write(lambda tx: put.run(tx, rows))
    assert (late.held == []) is (database.dialect == "sqlite")
    numbers = sa.select(push_results.c.n).order_by(push_results.c.n)
    kept = await database.read(lambda tx: list(tx.connection.scalars(numbers)))
    assert kept == [1, 2, 3, 4, 5]
