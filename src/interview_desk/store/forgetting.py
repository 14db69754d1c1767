"""Erased words leave the search index for good, a little at a time.

What was deleted cannot be found any more, but its words stay in the index until the parts that
hold them are merged, and in the log until it is emptied. A desk in a team has that done here,
behind everything else: in steps that nobody's typing waits for, each a transaction of its own. How
far it is stands in the database, so a desk that was killed goes on with it at its next start.
"""

from contextlib import closing
from pathlib import Path
from typing import Final

from interview_desk.store.connection import Connection, connect, in_our_words
from interview_desk.store.engine import Engine
from interview_desk.store.errors import StoreUnavailableError
from interview_desk.store.meta import ERASED_WORDS, IN_LOG, IN_PARTS, get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.rows import forget_read

# Pages merged in one step: some ten milliseconds.
_PAGES: Final = 64


async def forget_a_little(engine: Engine, held: str) -> None:
    """One step on, from where `held` says that erased words are.

    DiskFullError and StoreUnavailableError where the step has to be tried again.
    """
    if held == IN_PARTS:
        await engine.write(_merge_a_little, durable=False)
    else:
        await engine.beside(_empty_log)
        await engine.write(_forget)


def _merge_a_little(connection: Connection, _: News) -> None:
    """Put the index's parts together, so that nothing is left of what no part needs any more."""
    before = connection.total_changes
    # Less than nothing: all parts become one, and not only those of one size.
    connection.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (-_PAGES,))
    # The command itself counts as one change.
    if connection.total_changes - before <= 1:
        set_meta(connection, ERASED_WORDS, value=IN_LOG)


def _empty_log(path: Path, key: bytes) -> None:
    """Write the log's pages to their places and make it empty."""
    with closing(connect(path, key)) as connection, in_our_words():
        # Where somebody reads the old pages, nobody who writes is kept waiting for them.
        connection.execute("PRAGMA busy_timeout = 0")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreUnavailableError


def _forget(connection: Connection, _: News) -> None:
    """Nothing is left, unless something else was erased meanwhile."""
    forget_read()
    if get_meta(connection, ERASED_WORDS) == IN_LOG:
        set_meta(connection, ERASED_WORDS, value=None)
