"""How far each scope has been read: the time at Cal.com of the last change that was seen."""

from datetime import datetime

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.infra.inserting import inserting
from sync_server.models.reading import reconcile_cursors


def of(tx: Tx, scope: str) -> datetime | None:
    """Until when the scope has been read; None where it never was."""
    query = sa.select(reconcile_cursors.c.seen_until).where(reconcile_cursors.c.scope == scope)
    moment: datetime | None = tx.connection.execute(query).scalar_one_or_none()
    return moment


def move(tx: Tx, scope: str, *, to: datetime) -> None:
    """The scope has been read until `to`; never back."""
    known = of(tx, scope)
    if known is not None and known >= to:
        return
    statement = inserting(tx, reconcile_cursors).values(scope=scope, seen_until=to)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["scope"], set_={"seen_until": statement.excluded.seen_until}
        )
    )
