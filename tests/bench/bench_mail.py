"""Due mail claimed and marked by three workers on PostgreSQL, against bare updates of the rows.

`INTERVIEW_DESK_BENCH_MAILS` makes it shorter.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models.due import due_work
from sync_server.work import due
from tests.bench.table import row
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import create_all, test_vault

MAILS = int(os.environ.get("INTERVIEW_DESK_BENCH_MAILS", "100000"))
BATCH = 500
WORKERS = 3
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)


def fill(engine: sa.Engine) -> None:
    """Every mail is due."""
    with engine.begin() as connection:
        connection.execute(sa.delete(due_work))
        rows = [{"kind": "mail", "key": f"m{one:07}", "due_at": NOW} for one in range(MAILS)]
        connection.execute(sa.insert(due_work), rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE due_work")


def seconds(engine: sa.Engine, work: Callable[[int], None]) -> float:
    """How long three workers take together."""
    fill(engine)
    with ThreadPoolExecutor(WORKERS) as workers:
        began = time.perf_counter()
        list(workers.map(work, range(WORKERS)))
        return time.perf_counter() - began


def claimed_and_marked(engine: sa.Engine, worker: int) -> None:
    """What our workers do, but for the mail itself."""
    while True:
        with engine.begin() as connection:
            tx = Tx(connection, test_vault(), NOW)
            claims = due.take(tx, "mail", holder=f"w{worker}", lease=LEASE, limit=BATCH)
        if not claims:
            return
        with engine.begin() as connection:
            due.finish_all(Tx(connection, test_vault(), NOW), claims)


def updated(engine: sa.Engine, worker: int) -> None:
    """Two bare updates of the same rows in equal batches, each worker its own share."""
    for first in range(worker * BATCH, MAILS, WORKERS * BATCH):
        keys = [f"m{one:07}" for one in range(first, min(first + BATCH, MAILS))]
        these = sa.update(due_work).where(due_work.c.kind == "mail", due_work.c.key.in_(keys))
        for holder in ("taken", "done"):
            with engine.begin() as connection:
                connection.execute(these.values(holder=holder))


def main() -> None:
    """Print one line."""
    cluster = PostgresCluster()
    try:
        engine = sa.create_engine(cluster.url(cluster.new_database()), pool_size=WORKERS)
        with engine.begin() as connection:
            create_all(Tx(connection, test_vault(), NOW))
        floor = MAILS / seconds(engine, lambda one: updated(engine, one))
        ours = MAILS / seconds(engine, lambda one: claimed_and_marked(engine, one))
        row("due mails claimed and marked, 3 workers, per s", ours, floor, 0.5, better="higher")
        engine.dispose()
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
