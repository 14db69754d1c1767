"""Due work: taken by one at a time, and never finished by who has lost it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from sync_server.infra.database import Database, Tx
from sync_server.models.due import due_work
from sync_server.work import due
from sync_server.work.due import Claim, LeaseLost

T = TypeVar("T")

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ONE_DAY = datetime(2100, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def planned(database: Database) -> Callable[..., asyncio.Future[None]]:
    async def plan(*keys: str, at: datetime = LONG_AGO) -> None:
        def work(tx: Tx) -> None:
            for key in keys:
                due.plan(tx, "mail", key, due_at=at)

        await database.write(work)

    return plan  # type: ignore[return-value]  # a coroutine function


async def take(database: Database, holder: str = "one", limit: int = 1) -> list[Claim]:
    return await database.write(
        lambda tx: due.take(tx, "mail", holder=holder, lease=MINUTE, limit=limit)
    )


async def lapse(database: Database) -> None:
    """Let the time of every lease be over."""
    over = sa.update(due_work).values(lease_until=LONG_AGO)
    await database.write(lambda tx: tx.connection.execute(over))


async def test_what_is_due_is_taken_once_in_its_order(database: Database, planned) -> None:
    await planned("late", at=LONG_AGO + MINUTE)
    await planned("early")
    await planned("not yet", at=ONE_DAY)
    await database.write(lambda tx: due.plan(tx, "other", "early", due_at=LONG_AGO))
    (first,) = await take(database)
    assert first == Claim("mail", "early", 1)
    assert [claim.key for claim in await take(database, "two", limit=5)] == ["late"]
    assert await take(database, "three") == []


async def test_work_that_is_planned_again_moves(database: Database, planned) -> None:
    await planned("letter", at=ONE_DAY)
    assert await take(database) == []
    await planned("letter")
    assert len(await take(database)) == 1
    await database.write(lambda tx: due.plan_once(tx, "mail", "letter"))
    assert await take(database) == []


async def test_only_the_wanted_piece_is_taken(database: Database, planned) -> None:
    await planned("a", "b")
    claims = await database.write(
        lambda tx: due.take(tx, "mail", holder="one", lease=MINUTE, key="b")
    )
    assert claims == [Claim("mail", "b", 1)]


async def test_finished_work_is_gone_or_due_again(database: Database, planned) -> None:
    await planned("once", "again")
    claims = {claim.key: claim for claim in await take(database, limit=2)}
    await database.write(lambda tx: due.finish(tx, claims["once"]))
    await database.write(lambda tx: due.finish(tx, claims["again"], again_at=LONG_AGO))
    assert await take(database, limit=2) == [Claim("mail", "again", 2)]


async def test_a_lease_that_is_over_is_taken_over_and_the_old_fence_does_nothing(
    database: Database, planned
) -> None:
    await planned("letter")
    (slept,) = await take(database, "slept")
    await lapse(database)
    (claim,) = await take(database, "awake")
    assert claim.fence == slept.fence + 1
    effects: list[str] = []

    def effect(tx: Tx, claim: Claim) -> None:
        due.check(tx, claim)
        effects.append("sent")

    attempts: list[Callable[[Tx], object]] = [
        lambda tx: due.finish(tx, slept),
        lambda tx: due.finish(tx, slept, again_at=LONG_AGO),
        lambda tx: due.renew(tx, slept, lease=MINUTE),
        lambda tx: effect(tx, slept),
    ]
    for attempt in attempts:
        with pytest.raises(LeaseLost):
            await database.write(attempt)
    await database.write(lambda tx: effect(tx, claim))
    await database.write(lambda tx: due.finish(tx, claim))
    assert effects == ["sent"]


async def test_a_renewed_lease_is_not_taken(database: Database, planned) -> None:
    await planned("letter")
    (claim,) = await take(database)
    await lapse(database)
    await database.write(lambda tx: due.renew(tx, claim, lease=MINUTE))
    assert await take(database, "other") == []


async def test_what_the_effect_wrote_goes_with_the_lost_lease(database: Database, planned) -> None:
    await planned("letter", "answer")
    (slept, _) = await take(database, limit=2)
    await lapse(database)
    await take(database, "awake", limit=2)

    def effect(tx: Tx) -> None:
        due.plan(tx, "mail", "next letter", due_at=LONG_AGO)
        due.finish(tx, slept)

    with pytest.raises(LeaseLost):
        await database.write(effect)
    assert await take(database, "third", limit=5) == []


async def test_many_takers_never_get_the_same_piece(database: Database, planned) -> None:
    keys = {f"letter {number}" for number in range(40)}
    await planned(*keys)
    taken = await asyncio.gather(*(take(database, f"{n}", limit=2) for n in range(40)))
    got = [claim.key for claims in taken for claim in claims]
    # Who finds a piece locked passes it over, so some takers may go empty away.
    assert len(got) == len(set(got))
    rest = await take(database, limit=40)
    assert {*got, *(claim.key for claim in rest)} == keys


async def test_much_work_is_finished_at_once_or_not_at_all(database: Database, planned) -> None:
    await planned("a", "b", "c")
    claims = await take(database, limit=3)
    assert [claim.key for claim in claims] == ["a", "b", "c"]
    await database.write(lambda tx: due.finish_all(tx, []))
    await database.write(lambda tx: due.finish_all(tx, claims[:2]))
    with pytest.raises(LeaseLost):
        await database.write(lambda tx: due.finish_all(tx, claims))
    await lapse(database)
    assert await take(database, limit=3) == [Claim("mail", "c", 2)]


async def test_what_is_due_by_the_calendar_goes_by_the_clock_that_was_given(
    database: Database, planned
) -> None:
    await planned("later", at=ONE_DAY)

    def taken(tx: Tx) -> list[Claim]:
        return due.take(tx, "mail", holder="one", lease=MINUTE, at=ONE_DAY)

    assert await take(database) == []
    assert await database.write(taken) == [Claim("mail", "later", 1)]


async def test_what_is_due_is_not_put_in_order_anew_for_each_taking(database: Database) -> None:
    plan = await database.write(_plan_of_taking)
    assert "due_work" in plan
    # As each database says it: SQLite sorts in a temporary tree.
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def _plan_of_taking(tx: Tx) -> str:
    """How the database goes about it when rows are many, which a small table does not show."""
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(tx.connection, "before_cursor_execute")
    def keep(_connection, _cursor, statement, parameters, *_) -> None:
        if statement.lstrip().startswith("WITH"):
            asked.append((statement, parameters))

    due.take(tx, "mail", holder="one", lease=MINUTE, limit=5)
    ((statement, parameters),) = asked
    explain = "EXPLAIN QUERY PLAN"
    if tx.connection.dialect.name == "postgresql":
        tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        tx.connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        explain = "EXPLAIN"
    steps = tx.connection.exec_driver_sql(f"{explain} {statement}", parameters)
    return "\n".join(str(step) for step in steps)
