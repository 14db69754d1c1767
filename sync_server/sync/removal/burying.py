"""Letting go of what only somebody long absent could miss: tombstones, and what was taken away.

Whoever stands below the horizon is told to begin anew, so nothing can come back by way of them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models.devices import devices, tokens
from sync_server.models.pushes import push_results
from sync_server.models.records import blind_index, field_changes, records, sights
from sync_server.models.workspace import workspace
from sync_server.sync.counter import lock


@dataclass(frozen=True, slots=True)
class Buried:
    """How many rows went: deleted records, lost sights, and what revoked devices had sent."""

    tombstones: int
    gone: int
    pushes: int


def bury(tx: Tx, workspace_id: str, *, before: datetime) -> Buried:
    """Let go of what was deleted, taken away or sent before that moment; raise the horizon."""
    lock(tx, workspace_id)
    old = sa.and_(records.c.workspace_id == workspace_id, records.c.deleted_at < before)
    tombstones = tx.connection.execute(
        sa.select(records.c.entity, records.c.id, records.c.ver).where(old)
    ).all()
    for tombstone in tombstones:
        _bury_one(tx, workspace_id, tombstone)
    seen = _newest_before(tx, workspace_id, before)
    lost = tx.connection.execute(
        sa.delete(sights)
        .where(
            sights.c.workspace_id == workspace_id,
            sights.c.visible.is_(False),
            sights.c.ver <= seen,
        )
        .returning(sights.c.ver)
    ).scalars()
    versions = [row.ver for row in tombstones] + [*lost]
    if versions:
        _raise_horizon(tx, workspace_id, max(versions))
    pushes = _forget_sent(tx, workspace_id, before)
    return Buried(len(tombstones), len(versions) - len(tombstones), pushes)


def is_anything_old(tx: Tx, workspace_id: str, *, before: datetime) -> bool:
    """Whether there may be something to bury."""
    deleted = sa.exists().where(
        records.c.workspace_id == workspace_id, records.c.deleted_at < before
    )
    lost = sa.exists().where(sights.c.workspace_id == workspace_id, sights.c.visible.is_(False))
    revoked = sa.exists().where(
        devices.c.revoked_at < before, push_results.c.device_id == devices.c.id
    )
    expired = sa.exists().where(tokens.c.expires_at < before)
    found = tx.connection.execute(sa.select(sa.or_(deleted, lost, revoked, expired)))
    return bool(found.scalar_one())


def _newest_before(tx: Tx, workspace_id: str, before: datetime) -> int:
    """The last version that is known to be from before that moment."""
    query = sa.select(sa.func.max(records.c.ver)).where(
        records.c.workspace_id == workspace_id, records.c.updated_at < before
    )
    return tx.connection.execute(query).scalar_one() or 0


def _bury_one(tx: Tx, workspace_id: str, tombstone: Any) -> None:
    for table, name in ((records, "id"), (field_changes, "record_id"), (blind_index, "record_id")):
        tx.connection.execute(
            sa.delete(table).where(
                table.c.workspace_id == workspace_id,
                table.c.entity == tombstone.entity,
                table.c[name] == tombstone.id,
            )
        )


def _raise_horizon(tx: Tx, workspace_id: str, ver: int) -> None:
    tx.connection.execute(
        sa.update(workspace)
        .where(workspace.c.id == workspace_id, workspace.c.horizon < ver)
        .values(horizon=ver)
    )


def _forget_sent(tx: Tx, workspace_id: str, before: datetime) -> int:
    """Nobody asks any more for the answers that a signed-out device was given."""
    gone = sa.select(devices.c.id).where(
        devices.c.workspace_id == workspace_id, devices.c.revoked_at < before
    )
    tx.connection.execute(sa.delete(tokens).where(tokens.c.expires_at < before))
    return tx.connection.execute(
        sa.delete(push_results).where(push_results.c.device_id.in_(gone))
    ).rowcount
