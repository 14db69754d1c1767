"""Hearing what other processes on one PostgreSQL say, on a connection that does nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import psycopg
import sqlalchemy as sa
from psycopg import sql

from sync_server.infra.serving import SAY_SERVING
from sync_server.infra.travelling import CHANNEL

Payloads: TypeAlias = AsyncIterator[str]

_WAIT_SECONDS = 5
# A peer that has gone without a word is noticed by the kernel within a minute; the poll of whoever
# listens notices it sooner.
KEEP_ALIVE = {
    "keepalives": 1,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class ListeningLost(Exception):  # noqa: N818  - says what is the case
    """The connection has ended, or could not be made; whoever needs it makes a new one."""


class Listener:
    """Makes connections that hear."""

    def __init__(self, url: sa.URL) -> None:
        _, self._options = url.get_dialect()().create_connect_args(url)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Payloads]:
        """Payloads from now on, in the order of the commits they tell of; or ListeningLost."""
        try:
            connection = await psycopg.AsyncConnection.connect(
                **{"connect_timeout": _WAIT_SECONDS, **KEEP_ALIVE, **self._options},
                autocommit=True,
            )
            async with connection:
                await connection.execute(SAY_SERVING)
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                yield (said.payload async for said in connection.notifies())
        except psycopg.Error as error:
            raise ListeningLost(type(error).__name__) from error
