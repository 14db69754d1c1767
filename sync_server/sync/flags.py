"""Whether the team has a part switched on, for those parts of the server that would act."""

import sqlalchemy as sa

from interview_desk.domain.flags import Flag, is_on
from sync_server.infra.database import Tx
from sync_server.models.workspace import workspace
from sync_server.sync.read import records_of_kind


def is_switched_on(tx: Tx, flag: Flag) -> bool:
    """Whether `flag` is on now; asked in the transaction that decides to act."""
    workspace_id = str(tx.connection.execute(sa.select(workspace.c.id)).scalars().one())
    return is_on(flag, (record.fields for record in records_of_kind(tx, workspace_id, "flags")))
