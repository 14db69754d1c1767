"""What one change of a member may not do to the team as a whole."""

import sqlalchemy as sa

from interview_desk.domain.members import check_team
from interview_desk.domain.merge import Merge
from sync_server.auth.news import DeviceSignedOut
from sync_server.infra.database import Tx
from sync_server.models.devices import devices
from sync_server.sync.history import Place
from sync_server.sync.read import StoredRecord, records_of_kind

MEMBERS = "poblysh_team_members"


def check_members(tx: Tx, place: Place, *, stored: StoredRecord | None, merged: Merge) -> None:
    """Refuse a change that takes an address twice, or the last owner from the team."""
    if not merged.has_effect:
        return
    before = stored.fields if stored is not None and not stored.deleted else None
    after = None if merged.deletes else {**(before or {}), **merged.changes}
    team = records_of_kind(tx, place.workspace_id, MEMBERS)
    check_team(before, after, others=[one.fields for one in team if one.id != place.record_id])


def sign_out(tx: Tx, place: Place) -> None:
    """Have closed at once what the devices of a member who has left the team hold open."""
    query = sa.select(devices.c.id).where(
        devices.c.workspace_id == place.workspace_id, devices.c.member_id == place.record_id
    )
    for device_id in tx.connection.execute(query).scalars():
        tx.tell(DeviceSignedOut(device_id))
