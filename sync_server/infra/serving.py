"""Who is at work on a shared database: locks that PostgreSQL forgets with whoever held them.

Any numbers will do, as long as all servers on one PostgreSQL use the same.
"""

from typing import Final

import sqlalchemy as sa

from sync_server.infra.database import Tx

_PREPARING: Final = 0x1DE5C
_SERVING: Final = 0x1DE5D

# What a server says on the connection that it keeps all the time; while a backup is restored, this
# waits.
SAY_SERVING: Final = f"SELECT pg_advisory_lock_shared({_SERVING})"


def prepare_alone(tx: Tx) -> None:
    """Until the end of `tx`, have whoever else starts on the same database wait."""
    if _is_shared(tx):
        tx.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_PREPARING)))


def nobody_serves(tx: Tx) -> bool:
    """Whether no server is at work; until the end of `tx` none begins."""
    if not _is_shared(tx):
        # Of an embedded database whoever has opened it knows that.
        return True
    prepare_alone(tx)
    alone = sa.select(sa.func.pg_try_advisory_xact_lock(_SERVING))
    return bool(tx.connection.execute(alone).scalar_one())


def _is_shared(tx: Tx) -> bool:
    return tx.connection.dialect.name == "postgresql"
