"""Which tables a database goes through from end to end for what it is asked."""

import re
from collections.abc import Callable

from sync_server.infra.database import Database, Tx

# Tables of which there is one row, or few: a server has one team, and days to come are counted.
_SMALL = {"workspace", "free_days"}
# Steps of a plan of SQLite. There is one team, so that its rows are all rows; and of some kinds
# there are as many rows as interviews.
_WALKS = re.compile(
    r"SCAN (\w+?)(?:_\d)?(?: USING (?:COVERING )?INDEX \w+)?$"
    r"|SEARCH (\w+?)(?:_\d)? USING .*\((?:workspace_id|state)=\?\)$"
    r"|SEARCH (blind_index|assignment)(?:_\d)? USING .*\(workspace_id=\? AND entity=\?\)$"
)


async def walked(database: Database, work: Callable[[Tx], object]) -> dict[str, str]:
    """The tables that `work` goes through from the first row to the last, each with why.

    A database plans by how much there is; here it is told to use an index wherever one will do.
    """
    return await database.write(
        lambda tx: _on_postgres(tx, work) if database.is_shared else _on_sqlite(tx, work)
    )


def _on_sqlite(tx: Tx, work: Callable[[Tx], object]) -> dict[str, str]:
    driver = tx.connection.connection.driver_connection
    assert driver is not None
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    work(tx)
    driver.set_trace_callback(None)
    assert asked
    return {
        name: statement
        for statement in asked
        for step in driver.execute(f"EXPLAIN QUERY PLAN {statement}")
        for found in _WALKS.finditer(step[3])
        for name in found.groups()
        if name and name not in _SMALL
    }


def _on_postgres(tx: Tx, work: Callable[[Tx], object]) -> dict[str, str]:
    tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    # It may count what this connection did before as well.
    before = _scans(tx)
    work(tx)
    after = _scans(tx)
    assert after != before
    return {
        name: f"{seq - before.get(name, (0, 0))[0]} times"
        for name, (seq, _) in after.items()
        if seq > before.get(name, (0, 0))[0] and name not in _SMALL
    }


def _scans(tx: Tx) -> dict[str, tuple[int, int]]:
    """How often each table was gone through from end to end, and how often by an index."""
    counted = "SELECT relname, seq_scan, idx_scan FROM pg_stat_xact_user_tables"
    rows = tx.connection.exec_driver_sql(counted)
    return {row.relname: (row.seq_scan, row.idx_scan or 0) for row in rows}
