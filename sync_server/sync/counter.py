"""The one counter of a workspace: it orders everything that is ever written there."""

from dataclasses import dataclass

import sqlalchemy as sa

from sync_server.infra.bus import Missed
from sync_server.infra.database import Tx
from sync_server.infra.prepared import Prepared, PreparedChange
from sync_server.infra.travelling import travels
from sync_server.models.pushes import push_results
from sync_server.models.workspace import workspace

# Made once: putting a statement together costs several times what carrying it out does.
_THIS = workspace.c.id == sa.bindparam("workspace_id")
_POSITION = sa.select(workspace.c.seq, workspace.c.epoch, workspace.c.horizon).where(_THIS)
_WHERE_IT_STANDS = Prepared(_POSITION)
_POSITION_AND_COUNT = Prepared(
    _POSITION.add_columns(
        sa.select(sa.func.max(push_results.c.n))
        .where(push_results.c.device_id == sa.bindparam("device_id"))
        .scalar_subquery()
    )
)
_RAISE = Prepared(
    sa.update(workspace).where(_THIS).values(seq=workspace.c.seq + 1).returning(workspace.c.seq)
)
_RAISE_TO = PreparedChange(sa.update(workspace).where(_THIS), ["seq"])
_LOCK = Prepared(
    sa.update(workspace).where(_THIS).values(seq=workspace.c.seq).returning(workspace.c.seq)
)


@travels("poke")
@dataclass(frozen=True, slots=True)
class Poke:
    """News: the workspace has reached `seq`. `notes_only` pokes may wait a second for others."""

    workspace_id: str
    seq: int
    notes_only: bool = False


@dataclass(frozen=True, slots=True)
class Reaching:
    """News: the workspace is about to reach what `poke` says; the disk has it in a moment."""

    poke: Poke


def tells_of_records(message: object) -> bool:
    """Whether `message` says that records have changed, or may have; notes alone do not count."""
    if isinstance(message, Poke):
        return not message.notes_only
    return isinstance(message, Missed)


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
    ((ver,),) = _RAISE.all(tx, workspace_id=workspace_id)
    return int(ver)


def raise_to(tx: Tx, workspace_id: str, ver: int) -> None:
    """Say that all versions up to `ver` are given; for who holds the `lock` since it counted."""
    _RAISE_TO.run(tx, [{"workspace_id": workspace_id, "seq": ver}])


def lock(tx: Tx, workspace_id: str) -> None:
    """Wait for our turn: until the commit nobody else writes in this workspace.

    What is read after this is what the write will meet. An embedded database has one writer
    anyway.
    """
    if tx.connection.dialect.name == "sqlite":
        return
    _LOCK.all(tx, workspace_id=workspace_id)


def position(tx: Tx, workspace_id: str) -> Position:
    """Where the workspace stands in this transaction's view."""
    (row,) = _WHERE_IT_STANDS.all(tx, workspace_id=workspace_id)
    return Position(*row)


def position_and_count(tx: Tx, workspace_id: str, device_id: str) -> tuple[Position, int]:
    """The same, and how far this device has been counted; 0 for one that never sent anything."""
    (row,) = _POSITION_AND_COUNT.all(tx, workspace_id=workspace_id, device_id=device_id)
    *place, last_n = row
    return Position(*place), last_n or 0


def poke_followers(tx: Tx, poke: Poke) -> None:
    """Tell everybody who listens, once for all that is written here.

    Where the database announces, those who are far away hear of it while the disk works.
    """
    about = (Poke, poke.workspace_id, poke.notes_only)
    tx.announce(Reaching(poke), about=about)
    tx.tell(poke, about=about)
