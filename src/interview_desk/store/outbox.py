"""The outbox: every edit in the order it was made, until the server's result is in hand.

An edit gets its number when it is first sent and keeps it, so a lost answer is asked for again
and nothing is applied twice.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from interview_desk.store.connection import Connection
from interview_desk.store.erasing import ERASED, say_so
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.projection import instant_milliseconds
from interview_desk.store.rows import show
from interview_desk.store.setting_aside import quarantine_edit

if TYPE_CHECKING:
    from interview_desk.services.exchange import Mutation, Result

# The parts of a mutation on the wire that are not counted column by column.
_OVERHEAD = 200
# So long after it was acknowledged an edit is sent again to a server restored from a backup.
SENT_AGAIN = timedelta(days=14)


def number_batch(connection: Connection, *, limit: int, size: int) -> list["Mutation"]:
    """The oldest waiting edits within `size` bytes (at least one), with their numbers."""
    from interview_desk.services.exchange import Mutation

    batch: list[Mutation] = []
    total = 0
    rows = connection.execute(
        "SELECT position, n, op, entity, id, fields, base FROM outbox WHERE state = 'waiting' "
        "ORDER BY position LIMIT ?",
        (limit,),
    ).fetchall()
    following = _next_number(connection)
    for position, n, op, entity, record_id, fields, base in rows:
        total += len(fields.encode()) + len(base) + _OVERHEAD
        if batch and total > size:
            break
        if n is None:
            connection.execute("UPDATE outbox SET n = ? WHERE position = ?", (following, position))
            n, following = following, following + 1  # noqa: PLW2901  - the row has its number now
        batch.append(Mutation(n, op, entity, record_id, json.loads(fields), json.loads(base)))
    return batch


def _next_number(connection: Connection) -> int:
    highest = connection.execute("SELECT max(n) FROM outbox").fetchone()[0]
    return max(int(highest or 0), int(get_meta(connection, "last_n", default=0))) + 1


def settle(
    connection: Connection, news: News, *, results: Sequence["Result"], now: datetime
) -> None:
    """Take the server's results, in the order of their numbers."""
    for result in results:
        row = connection.execute(
            "SELECT position, op, entity, id, fields, seen FROM outbox "
            "WHERE n = ? AND state = 'waiting'",
            (result.n,),
        ).fetchone()
        if row is not None:
            _settle_one(connection, row, result=result, now=now)
            show(connection, news, entity=row[2], record_id=row[3])
    if results:
        last = max(result.n for result in results)
        set_meta(connection, "last_n", value=max(last, get_meta(connection, "last_n", default=0)))


def _settle_one(
    connection: Connection, row: tuple[Any, ...], *, result: "Result", now: datetime
) -> None:
    position, op, entity, record_id, fields, seen = row
    if result.status == "rejected" and result.code == ERASED:
        say_so(connection, entity, record_id, now=now)
        connection.execute("DELETE FROM outbox WHERE position = ?", (position,))
        return
    if result.status == "rejected":
        quarantine_edit(
            connection,
            (op, entity, record_id, fields),
            code=result.code or "rejected",
            detail=result.detail,
            now=now,
        )
        connection.execute("DELETE FROM outbox WHERE position = ?", (position,))
        return
    connection.execute(
        "UPDATE outbox SET state = 'taken', status = ?, ver = ? WHERE position = ?",
        (result.status, result.ver, position),
    )
    # A restored server asks for what it acknowledged lately once more.
    connection.execute(
        "INSERT OR REPLACE INTO acknowledged VALUES (?, ?, ?, ?, ?, ?, ?)",
        (position, op, entity, record_id, fields, seen, instant_milliseconds(now)),
    )


def drop_shown(connection: Connection, *, entity: str, record_id: str, ver: int) -> None:
    """Let go of acknowledged edits of a record that the row at `ver` already contains."""
    connection.execute(
        # Without statistics the planner would go through everything that was taken.
        "DELETE FROM outbox INDEXED BY outbox_by_record "
        "WHERE entity = ? AND id = ? AND state = 'taken' AND ver <= ?",
        (entity, record_id, ver),
    )


def drop_taken(connection: Connection, news: News) -> None:
    """Let go of every acknowledged edit: the rows pulled since then tell the outcome."""
    touched = connection.execute(
        "SELECT DISTINCT entity, id FROM outbox WHERE state = 'taken'"
    ).fetchall()
    if not touched:
        return
    connection.execute("DELETE FROM outbox WHERE state = 'taken'")
    for entity, record_id in touched:
        show(connection, news, entity=entity, record_id=record_id)


def drop_acknowledged(connection: Connection, *, before: datetime) -> None:
    """Let go of what no restored server would be told again."""
    connection.execute("DELETE FROM acknowledged WHERE at < ?", (instant_milliseconds(before),))


def renumber(connection: Connection, last_n: int) -> None:
    """Count the waiting edits from `last_n + 1`, in the order they were made."""
    connection.execute("UPDATE outbox SET n = NULL")
    set_meta(connection, "last_n", value=last_n)
