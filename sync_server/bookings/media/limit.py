"""For how long recordings are kept, and the week in which a new limit takes nothing away."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from sync_server.bookings.repository import the_workspace
from sync_server.infra.database import Tx
from sync_server.models.workspace import workspace
from sync_server.sync.removal.erasing import all_of_kind

# Whoever sets the limit later does not lose at once what is older: the desks show the day first.
NOTICE = timedelta(days=7)


class _Limit(NamedTuple):
    """How many days recordings are kept (None: for ever), and since when no longer than that.

    Of interviews that ended by `gone_before` they were gone when the limit became so strict.
    """

    days: int | None
    since: datetime | None
    gone_before: datetime | None


def is_known(tx: Tx, days: int | None) -> bool:
    """Whether it is written down since when recordings are kept for so many days."""
    return _stored(tx).days == days


def keep_known(tx: Tx, days: int | None) -> None:
    """Write down that recordings are kept for so many days (None: for ever) from now on.

    A limit that takes more away than the one before begins anew.
    """
    if is_known(tx, days):
        return
    limit = _from_now_on(tx, days)
    values = {f"recordings_{name}": value for name, value in limit._asdict().items()}
    tx.connection.execute(sa.update(workspace).values(**values))


def kept_until(tx: Tx, end: datetime, *, days: int) -> datetime:
    """Until when the recordings of an interview that ended at `end` are kept at least.

    What was gone by the limit before has no week once more.
    """
    _days, since, gone_before = _from_now_on(tx, days)
    until = end + timedelta(days=days)
    if since is None or (gone_before is not None and end <= gone_before):
        return until
    return max(until, since + NOTICE)


def _from_now_on(tx: Tx, days: int | None) -> _Limit:
    """The limit, where it is this one from now on: as it is written down, or would be."""
    before = _stored(tx)
    if before.days == days:
        return before
    if days is None:
        return _Limit(None, before.since, None)
    if before.days is not None and days > before.days:
        return before._replace(days=days)
    return _Limit(days, tx.now, _gone_by(before, tx) or _gone_unwritten(before, tx, days))


def _gone_by(limit: _Limit, tx: Tx) -> datetime | None:
    """The end of the latest interview whose recordings are gone by this limit now."""
    if limit.days is None or limit.since is None:
        return None
    gone = tx.now - timedelta(days=limit.days)
    if limit.since + NOTICE <= tx.now:
        return gone
    # In its week it takes nothing away but what was gone before it.
    return min(gone, limit.gone_before) if limit.gone_before else None


def _gone_unwritten(before: _Limit, tx: Tx, days: int) -> datetime | None:
    """The same where a server of an earlier version had the limit and did not write it down.

    Only a limit gives a recording its day.
    """
    if before != (None, None, None):
        return None
    kept = all_of_kind(tx, the_workspace(tx), "recordings")
    was_limited = any(one.fields.get("keep_until") for one in kept)
    return tx.now - timedelta(days=days) if was_limited else None


def _stored(tx: Tx) -> _Limit:
    columns = (workspace.c[f"recordings_{name}"] for name in _Limit._fields)
    return _Limit(*tx.connection.execute(sa.select(*columns)).one())
