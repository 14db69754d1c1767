"""Ids that are refused for ever: what was erased does not come back."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from interview_desk.domain.values import Fields
from sync_server.infra.among import among
from sync_server.infra.database import Tx
from sync_server.infra.prepared import Prepared
from sync_server.models.records import erased_ids

# Of one id at a time: asking for either of two costs three times as much as for each.
_ERASED = Prepared(
    sa.select(erased_ids.c.id).where(
        erased_ids.c.workspace_id == sa.bindparam("workspace_id"),
        erased_ids.c.id == sa.bindparam("record_id"),
    )
)
_ERASED_AMONG = Prepared(
    sa.select(erased_ids.c.id).where(
        erased_ids.c.workspace_id == sa.bindparam("workspace_id"), among(erased_ids.c.id, "ids")
    )
)


def is_erased(tx: Tx, workspace_id: str, record_id: str, fields: Fields | None = None) -> bool:
    """Whether the record, or the interview that `fields` make it belong to, was erased."""
    interview_id = (fields or {}).get("interview_id")
    ids = {record_id, interview_id} if isinstance(interview_id, str) else {record_id}
    return any(_ERASED.all(tx, workspace_id=workspace_id, record_id=one) for one in ids)


def remember_erased(tx: Tx, workspace_id: str, ids: Iterable[str]) -> None:
    """Refuse these ids from now on."""
    for record_id in ids:
        if not is_erased(tx, workspace_id, record_id):
            tx.connection.execute(
                sa.insert(erased_ids).values(workspace_id=workspace_id, id=record_id, at=tx.now)
            )


def erased_among(tx: Tx, workspace_id: str, ids: Collection[str]) -> set[str]:
    """Those of these ids that were ever erased."""
    if not ids:
        return set()
    found = _ERASED_AMONG.all(tx, workspace_id=workspace_id, ids=ids)
    return {record_id for (record_id,) in found}


def erased_of(tx: Tx, workspace_id: str) -> set[str]:
    """All ids that were ever erased."""
    query = sa.select(erased_ids.c.id).where(erased_ids.c.workspace_id == workspace_id)
    return set(tx.connection.execute(query).scalars())
