"""Looking at more than one page: fingerprints, and the past of one record."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from interview_desk.domain.records import ENTITIES
from interview_desk.domain.roles import Role
from interview_desk.wire.model import MAX_COUNT
from interview_desk.wire.sync import DigestResponse, FieldChange, HistoryResponse
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.infra.problems import InvalidRequest, NotFound
from sync_server.models.records import records
from sync_server.sync import history
from sync_server.sync.counter import position
from sync_server.sync.feed.cursor import at_end, encode
from sync_server.sync.feed.lines import DEPENDING
from sync_server.sync.feed.pull import only_given
from sync_server.sync.history import PastStep, Place
from sync_server.sync.read import StoredRecord, opened, read_record
from sync_server.sync.seen.rows import CallerView

if TYPE_CHECKING:
    from pydantic import JsonValue

_LONGEST_VER = len(str(MAX_COUNT))


def digest(tx: Tx, caller: Caller, entity: str) -> DigestResponse:
    """A fingerprint of the caller's live rows of one kind, to compare copies with."""
    if entity not in ENTITIES:
        raise InvalidRequest("There is no such kind of record.")
    now = position(tx, caller.workspace_id)
    count, fingerprint = 0, 0
    for record_id, ver in _visible_versions(tx, caller, entity):
        mark = hashlib.blake2b(f"{record_id}:{ver}".encode(), digest_size=8)
        fingerprint ^= int.from_bytes(mark.digest(), "big")
        count += 1
    return DigestResponse(
        entity=entity,
        cursor=encode(tx, at_end(now, now.horizon), caller, now),
        count=count,
        digest=f"{fingerprint:016x}",
    )


def history_of(
    tx: Tx, caller: Caller, *, entity: str, record_id: str, before: str | None, limit: int
) -> HistoryResponse:
    """What happened to the fields of a record that the caller sees, newest first."""
    stored = read_record(tx, caller.workspace_id, entity, record_id)
    view = CallerView(tx, caller)
    if stored is None or not view.sees(stored):
        raise NotFound
    seen = _steps_seen(tx, view, stored, before=_parsed(before), wanted=limit + 1)
    page = seen[:limit]
    rest = f"{page[-1].ver}:{page[-1].field}" if len(seen) > limit else None
    return HistoryResponse(changes=[_change(step) for step in page], next=rest)


def _steps_seen(
    tx: Tx, view: CallerView, stored: StoredRecord, *, before: tuple[int, str] | None, wanted: int
) -> list[PastStep]:
    """The newest steps that the caller may know of; hidden ones take no place on a page."""
    place = Place(view.workspace_id, stored.entity, stored.id)
    seen: list[PastStep] = []
    more = True
    while more and len(seen) < wanted:
        steps = history.steps_of(tx, place, before=before, limit=wanted)
        seen += [step for step in steps if view.sees_change(stored, step)]
        more = len(steps) == wanted
        before = (steps[-1].ver, steps[-1].field) if steps else None
    return seen[:wanted]


def _visible_versions(tx: Tx, caller: Caller, entity: str) -> Iterator[tuple[str, int]]:
    live = (records.c.entity == entity, records.c.deleted_at.is_(None))
    mine = records.c.workspace_id == caller.workspace_id
    if caller.role is not Role.EXTERNAL and entity not in DEPENDING:
        plain = sa.select(records.c.id, records.c.ver).where(mine, *live)
        for row in tx.connection.execute(plain):
            yield row.id, row.ver
        return
    view = CallerView(tx, caller)
    view.sight.learn_scores()
    query = only_given(sa.select(records).where(mine, *live), caller)
    for found in tx.connection.execute(query):
        stored = opened(tx.vault, found)
        if view.sees(stored):
            yield stored.id, stored.ver


def _parsed(before: str | None) -> tuple[int, str] | None:
    if before is None:
        return None
    ver, _, field = before.partition(":")
    if not ver.isdecimal() or len(ver) > _LONGEST_VER:
        raise InvalidRequest("`before` is the `next` of the page before.")
    return int(ver), field


def _change(step: PastStep) -> FieldChange:
    return FieldChange(
        field=step.field,
        before=cast("JsonValue", step.before),
        to=cast("JsonValue", step.after),
        by=step.member_id,
        device=step.device_id,
        at=step.at,
        ver=step.ver,
    )
