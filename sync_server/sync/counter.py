"""The one counter of a workspace: it orders everything that is ever written there."""

from dataclasses import dataclass

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models.workspace import workspace


@dataclass(frozen=True, slots=True)
class Poke:
    """News: the workspace has reached `seq`. `notes_only` pokes may wait a second for others."""

    workspace_id: str
    seq: int
    notes_only: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """How far a workspace has come, in which epoch, and below what its tombstones are gone."""

    seq: int
    epoch: str
    horizon: int


def next_ver(tx: Tx, workspace_id: str) -> int:
    """The next version of the workspace.

    Raising the counter locks its row until the commit, so the order of commits is the order of
    versions; a sequence or an identity column would let a reader pass over a late committer.
    """
    raised = (
        sa.update(workspace)
        .where(workspace.c.id == workspace_id)
        .values(seq=workspace.c.seq + 1)
        .returning(workspace.c.seq)
    )
    return int(tx.connection.execute(raised).scalar_one())


def lock(tx: Tx, workspace_id: str) -> None:
    """Wait for our turn: until the commit nobody else writes in this workspace.

    What is read after this is what the write will meet.
    """
    tx.connection.execute(
        sa.update(workspace).where(workspace.c.id == workspace_id).values(seq=workspace.c.seq)
    )


def position(tx: Tx, workspace_id: str) -> Position:
    """Where the workspace stands in this transaction's view."""
    row = tx.connection.execute(
        sa.select(workspace.c.seq, workspace.c.epoch, workspace.c.horizon).where(
            workspace.c.id == workspace_id
        )
    ).one()
    return Position(row.seq, row.epoch, row.horizon)


def poke_after_commit(tx: Tx, poke: Poke) -> None:
    """Tell everybody who listens, once what was written is durable."""
    tx.after_commit(lambda: tx.bus.publish(poke))
