"""Giving and taking sight for many changes at once, with the outcome of `sight.refresh`."""

from collections.abc import Sequence
from typing import Protocol

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models.records import sights
from sync_server.sync.read import StoredRecord
from sync_server.sync.seen import sight
from sync_server.sync.stored import Change

_Given = tuple[str, str]


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
        row = {"ver": ver, "visible": _is_assigned(stand, member_id, interview_id)}
        was = known.get((member_id, interview_id))
        if was is None and row["visible"]:
            key = {"workspace_id": workspace_id, "kind": sight.GIVEN}
            new.append({**key, "member_id": member_id, "scope_id": interview_id, **row})
        elif was is not None and was != row["visible"]:
            old.append({"of_member": member_id, "of_scope": interview_id, **row})
    if new:
        tx.connection.execute(sa.insert(sights), new)
    if old:
        tx.connection.execute(_changing(workspace_id), old)


def _known(tx: Tx, workspace_id: str, *, given: dict[_Given, int]) -> dict[_Given, bool]:
    rows = tx.connection.execute(
        sa.select(sights.c.member_id, sights.c.scope_id, sights.c.visible).where(
            sights.c.workspace_id == workspace_id,
            sights.c.kind == sight.GIVEN,
            sights.c.member_id.in_({member_id for member_id, _ in given}),
            sights.c.scope_id.in_({interview_id for _, interview_id in given}),
        )
    )
    return {(row.member_id, row.scope_id): row.visible for row in rows}


def _changing(workspace_id: str) -> sa.Update:
    return sa.update(sights).where(
        sights.c.workspace_id == workspace_id,
        sights.c.kind == sight.GIVEN,
        sights.c.member_id == sa.bindparam("of_member"),
        sights.c.scope_id == sa.bindparam("of_scope"),
    )


def _is_assigned(stand: Readable, member_id: str, interview_id: str) -> bool:
    assignments = stand.of_interview(interview_id, "interview_assignments")
    return any(one.fields.get("member_id") == member_id for one in assignments)
