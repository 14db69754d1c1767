"""Giving and taking sight for many changes at once, with the outcome of `sight.refresh`."""

from collections.abc import Sequence
from typing import Protocol

import sqlalchemy as sa

from sync_server.infra.among import among
from sync_server.infra.database import Tx
from sync_server.infra.prepared import Prepared, PreparedChange
from sync_server.models.records import sights
from sync_server.sync.read import StoredRecord
from sync_server.sync.seen import sight
from sync_server.sync.stored import Change

_Given = tuple[str, str]
_OURS = (sights.c.workspace_id == sa.bindparam("workspace_id"), sights.c.kind == sight.GIVEN)
_KNOWN = Prepared(
    sa.select(sights.c.member_id, sights.c.scope_id, sights.c.visible).where(
        *_OURS, among(sights.c.member_id, "member_ids"), among(sights.c.scope_id, "scope_ids")
    )
)
_GIVE = PreparedChange(sa.insert(sights), sights.columns.keys())
_CHANGE = PreparedChange(
    sa.update(sights).where(
        *_OURS,
        sights.c.member_id == sa.bindparam("of_member"),
        sights.c.scope_id == sa.bindparam("of_scope"),
    ),
    ["ver", "visible"],
)


class Readable(Protocol):
    """Where records are read as they are after the changes."""

    def read(self, entity: str, record_id: str) -> StoredRecord | None:
        """The record, deleted or not."""

    def of_interview(self, interview_id: str, entity: str) -> list[StoredRecord]:
        """The live rows of one kind that belong to an interview."""


def refresh_all(tx: Tx, workspace_id: str, *, changes: Sequence[Change], stand: Readable) -> None:
    """Give and take sight as stored `changes` demand; `stand` knows the records after them."""
    given: dict[_Given, int] = {}
    for change in changes:
        after = change.after
        news = sight.Changed(after.entity, after.id, change.known, after.fields)
        if after.entity == "interview_assignments" and _concerns_only_itself(stand, news):
            for interview_id in news.values("interview_id"):
                given |= {(one, interview_id): after.ver for one in news.values("member_id")}
        elif after.entity != "interviews" or change.before is not None:
            # A new interview was given to nobody yet.
            sight.refresh(tx, workspace_id, changed=news, ver=after.ver)
    if given:
        _give(tx, workspace_id, given=given, stand=stand)


def _concerns_only_itself(stand: Readable, news: sight.Changed) -> bool:
    """Whether neither a startup, a guide nor anybody's ratings go with the interview."""
    for interview_id in news.values("interview_id"):
        interview = stand.read("interviews", interview_id)
        if interview and (interview.fields.get("startup_id") or interview.fields.get("guide_id")):
            return False
        if stand.of_interview(interview_id, "rating_sheets"):
            return False
    return True


def _give(tx: Tx, workspace_id: str, *, given: dict[_Given, int], stand: Readable) -> None:
    known = _known(tx, workspace_id, given=given)
    new, old = [], []
    for (member_id, interview_id), ver in given.items():
        row = {
            "workspace_id": workspace_id,
            "ver": ver,
            "visible": _is_assigned(stand, member_id, interview_id),
        }
        was = known.get((member_id, interview_id))
        if was is None and row["visible"]:
            key = {"kind": sight.GIVEN, "member_id": member_id, "scope_id": interview_id}
            new.append({**key, **row})
        elif was is not None and was != row["visible"]:
            old.append({"of_member": member_id, "of_scope": interview_id, **row})
    _GIVE.run(tx, new)
    _CHANGE.run(tx, old)


def _known(tx: Tx, workspace_id: str, *, given: dict[_Given, int]) -> dict[_Given, bool]:
    members, interviews = zip(*given, strict=True)
    rows = _KNOWN.all(tx, workspace_id=workspace_id, member_ids=members, scope_ids=interviews)
    return {(member_id, scope_id): visible for member_id, scope_id, visible in rows}


def _is_assigned(stand: Readable, member_id: str, interview_id: str) -> bool:
    assignments = stand.of_interview(interview_id, "interview_assignments")
    return any(one.fields.get("member_id") == member_id for one in assignments)
