"""Rows as one caller may see them."""

from typing import Any

from interview_desk.domain.instants import format_instant
from interview_desk.domain.permissions import (
    Sight,
    Subject,
    Viewer,
    may_see_field,
    visible_fields,
)
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.sync.history import PastStep
from sync_server.sync.read import StoredRecord
from sync_server.sync.seen.sight import StoredSight


class CallerView:
    """What one caller sees in one transaction."""

    def __init__(self, tx: Tx, caller: Caller) -> None:
        self.workspace_id = caller.workspace_id
        self.viewer = Viewer(caller.member_id, caller.role)
        self.sight = StoredSight(tx, caller.workspace_id, self.viewer)

    def sees(self, stored: StoredRecord) -> bool:
        """Whether the record exists for the caller."""
        if stored.is_erased:
            return False
        return visible_fields(self.viewer, stored.subject(), self.sight) is not None

    def sees_change(self, stored: StoredRecord, step: PastStep) -> bool:
        """Whether the caller may know of this change of the record."""
        return may_see_field(
            self.viewer,
            stored.subject(),
            name=step.field,
            sight=self.sight,
            values=(step.before, step.after),
        )

    def could_see(self, stored: StoredRecord) -> bool:
        """Whether the record would exist for the caller, had they been given everything."""
        return visible_fields(self.viewer, stored.subject(), _AllGiven(self.sight)) is not None

    def row(self, stored: StoredRecord) -> dict[str, Any] | None:
        """The row as the caller reads it, or None where it does not exist for them."""
        seen = visible_fields(self.viewer, stored.subject(), self.sight)
        if seen is None:
            return None
        shown = frozenset() if stored.deleted else seen
        return {
            "entity": stored.entity,
            "id": stored.id,
            "ver": stored.ver,
            "deleted": stored.deleted,
            "fields": {name: stored.fields[name] for name in stored.fields if name in shown},
            "field_versions": {n: v for n, v in stored.versions.items() if n in shown},
            "updated_by": stored.updated_by,
            "updated_at": format_instant(stored.updated_at),
        }


def gone_row(stored: StoredRecord, ver: int) -> dict[str, Any]:
    """What is left of a row that the caller may no longer see."""
    return {"entity": stored.entity, "id": stored.id, "ver": ver, "gone": True}


class _AllGiven:
    """The sight of somebody to whom nothing was denied."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def is_given(self, _record_id: str) -> bool:
        return True

    def sees_scores(self, _interview_id: str) -> bool:
        return True

    def leads(self, interview_id: str) -> bool:
        return self._sight.leads(interview_id)

    def subject(self, entity: str, record_id: str) -> Subject | None:
        return self._sight.subject(entity, record_id)
