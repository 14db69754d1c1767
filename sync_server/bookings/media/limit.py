"""For how long recordings are kept, and the week in which a new limit takes nothing away."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models.workspace import workspace

# Whoever sets the limit later does not lose at once what is older: the desks show the day first.
NOTICE = timedelta(days=7)


def is_known(tx: Tx, days: int | None) -> bool:
    """Whether it is written down since when recordings are kept for so many days."""
    return _stored(tx)[0] == days


def keep_known(tx: Tx, days: int | None) -> None:
    """Write down that recordings are kept for so many days (None: for ever) from now on.

    A limit that takes more away than the one before begins anew.
    """
    before, since = _stored(tx)
    if before == days:
        return
    is_stricter = days is not None and (before is None or days < before)
    since = tx.now if is_stricter else since
    tx.connection.execute(sa.update(workspace).values(recordings_days=days, recordings_since=since))


def kept_until(tx: Tx, end: datetime, *, days: int) -> datetime:
    """Until when the recordings of an interview that ended at `end` are kept at least."""
    before, since = _stored(tx)
    if since is None or before is None or days < before:
        # Not written down yet: it was set this very moment.
        since = tx.now
    return max(end + timedelta(days=days), since + NOTICE)


def _stored(tx: Tx) -> tuple[int | None, datetime | None]:
    query = sa.select(workspace.c.recordings_days, workspace.c.recordings_since)
    days, since = tx.connection.execute(query).one()
    return days, since
