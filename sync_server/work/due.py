"""Due work, taken for a while by one server at a time.

A lease says how long others keep away; it cannot say that its holder is still alive, or that a
holder who slept has noticed how late it is. So each taking has a number, the fence, and whatever
the holder does checks it in the same transaction: who was overtaken changes nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from sync_server.infra.database import DatabaseUnavailable, Tx
from sync_server.infra.inserting import inserting, replacing
from sync_server.models.due import due_work

_PLAN = replacing(due_work, "kind", "key", "due_at")


class LeaseLost(DatabaseUnavailable):
    """Somebody else has taken the work; nothing of the unit of work was kept."""

    title = "Another server has taken over this work."


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of work that was taken, and the number of this taking."""

    kind: str
    key: str
    fence: int


def plan(tx: Tx, kind: str, key: str, *, due_at: datetime) -> None:
    """Have the work done at `due_at`; it is moved there when it was planned already."""
    _PLAN.run(tx, [{"kind": kind, "key": key, "due_at": due_at}])


def plan_once(tx: Tx, kind: str, key: str) -> None:
    """Have the work done from now on, where it is not planned already."""
    statement = inserting(tx, due_work).values(kind=kind, key=key, due_at=present(tx))
    tx.connection.execute(statement.on_conflict_do_nothing())


def take(
    tx: Tx,
    kind: str,
    *,
    holder: str,
    lease: timedelta,
    key: str | None = None,
    limit: int = 1,
    at: datetime | None = None,
) -> list[Claim]:
    """Take what is due of a kind (only `key`, where given) and held by nobody, oldest first.

    What is due is told by `at` where given: some work is due by the calendar and not by whoever's
    clock the leases go.
    """
    now = present(tx)
    wanted = sa.true() if key is None else due_work.c.key == key
    picked = (
        _due(kind, at=at or now, now=now)
        .where(wanted)
        .limit(limit)
        # What another one is taking this very moment is not waited for.
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    held = {"fence": due_work.c.fence + 1, "holder": holder, "lease_until": now + lease}
    taken = (
        sa.update(due_work)
        .where(due_work.c.kind == kind, due_work.c.key == picked.c.key)
        .values(held)
        .returning(due_work.c.due_at, due_work.c.key, due_work.c.fence)
    )
    rows = sorted(tx.connection.execute(taken), key=lambda row: (row.due_at, row.key))
    return [Claim(kind, row.key, row.fence) for row in rows]


def keys_due(tx: Tx, kind: str, *, limit: int, at: datetime) -> list[str]:
    """What could be taken of a kind at `at`, oldest first; nothing is taken."""
    query = _due(kind, at=at, now=present(tx)).limit(limit)
    return [row.key for row in tx.connection.execute(query)]


def soonest(tx: Tx, kind: str) -> datetime | None:
    """When the next work of a kind is due, held or not."""
    query = sa.select(sa.func.min(due_work.c.due_at)).where(due_work.c.kind == kind)
    moment: datetime | None = tx.connection.execute(query).scalar_one()
    return moment


def renew(tx: Tx, claim: Claim, *, lease: timedelta) -> None:
    """Hold the work for another while; LeaseLost when somebody else has taken it."""
    _change(tx, claim, lease_until=present(tx) + lease)


def check(tx: Tx, claim: Claim) -> None:
    """Raise LeaseLost unless the work is still ours; until the commit nobody takes it."""
    query = sa.select(due_work.c.fence).where(*_held(claim)).with_for_update(read=True)
    if tx.connection.execute(query).first() is None:
        raise LeaseLost


def finish(tx: Tx, claim: Claim, *, again_at: datetime | None = None) -> None:
    """The work is done, or due again at `again_at`; LeaseLost when it is not ours any more."""
    if again_at is not None:
        _change(tx, claim, due_at=again_at, holder=None, lease_until=None)
        return
    if not tx.connection.execute(sa.delete(due_work).where(*_held(claim))).rowcount:
        raise LeaseLost


def finish_all(tx: Tx, claims: Sequence[Claim]) -> None:
    """All of this work of one kind is done; LeaseLost when any of it is not ours any more."""
    if not claims:
        return
    ours = {claim.key: claim.fence for claim in claims}
    if tx.connection.dialect.name == "postgresql":
        # One array for each column: a thousand single values would cost more than the rows.
        pairs = (
            sa.func.unnest(
                sa.cast(list(ours), postgresql.ARRAY(sa.Text)),
                sa.cast(list(ours.values()), postgresql.ARRAY(sa.BigInteger)),
            )
            .table_valued("key", "fence", name="ours")
            .render_derived()
        )
        these = sa.and_(due_work.c.key == pairs.c.key, due_work.c.fence == pairs.c.fence)
    else:
        these = sa.tuple_(due_work.c.key, due_work.c.fence).in_(list(ours.items()))
    done = sa.delete(due_work).where(due_work.c.kind == claims[0].kind, these)
    if tx.connection.execute(done).rowcount != len(claims):
        raise LeaseLost


def present(tx: Tx) -> datetime:
    """The time that leases are measured in: the database's, where several clocks could differ."""
    if tx.connection.dialect.name != "postgresql":
        return tx.now
    now: datetime = tx.connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return now


def _due(kind: str, *, at: datetime, now: datetime) -> sa.Select[tuple[str]]:
    """The keys of what is due at `at` and held by nobody now, oldest first."""
    free = sa.or_(due_work.c.lease_until.is_(None), due_work.c.lease_until <= now)
    # By nothing else: each taking would sort all the work of one moment, and a hundred thousand
    # mails may share theirs.
    return (
        sa.select(due_work.c.key)
        .where(due_work.c.kind == kind, due_work.c.due_at <= at, free)
        .order_by(due_work.c.due_at)
    )


def _change(tx: Tx, claim: Claim, **values: Any) -> None:
    changed = tx.connection.execute(sa.update(due_work).where(*_held(claim)).values(values))
    if not changed.rowcount:
        raise LeaseLost


def _work(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return due_work.c.kind == claim.kind, due_work.c.key == claim.key


def _held(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return *_work(claim), due_work.c.fence == claim.fence
