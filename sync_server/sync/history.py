"""What happened to each field: who, when, from what to what."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic_core import to_json

from interview_desk.domain.ids import RANDOM_BYTES, new_ids
from interview_desk.domain.values import Json
from sync_server.infra.database import Tx
from sync_server.infra.prepared import PreparedChange
from sync_server.models.records import field_changes
from sync_server.sync.authors import Author

_REMEMBER = PreparedChange(sa.insert(field_changes), field_changes.columns.keys())


@dataclass(frozen=True, slots=True)
class Place:
    """A record's full name."""

    workspace_id: str
    entity: str
    record_id: str


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one field."""

    field: str
    before: Json
    after: Json
    ver: int


@dataclass(frozen=True, slots=True)
class PastStep:
    """One change of one field as it is read back."""

    field: str
    before: Json
    after: Json
    ver: int
    member_id: str | None
    device_id: str | None
    author: str
    at: datetime


def remember_all(tx: Tx, told: Iterable[tuple[Place, list[Step], Author]]) -> None:
    """Keep for good which steps were taken where and by whom."""
    steps = [(place, step, author) for place, taken, author in told for step in taken]
    # Ids in the order of time keep what is written together on one page.
    ids = new_ids(tx.now, secrets.token_bytes(RANDOM_BYTES * len(steps)))
    texts = [to_json({"from": step.before, "to": step.after}) for _, step, _ in steps]
    sealed = tx.vault.seal_all(
        dict(zip(ids, texts, strict=True)), table="field_changes", column="step"
    )
    rows = zip(ids, sealed, steps, strict=True)
    _REMEMBER.run(tx, [_row(tx, row_id, text, *one) for row_id, text, one in rows])


def value_as_of(tx: Tx, place: Place, *, field: str, ver: int) -> Json:
    """What the field held for somebody who had seen version `ver`; None before its first."""
    found = tx.connection.execute(
        _of(place)
        .where(field_changes.c.field == field, field_changes.c.ver <= ver)
        .order_by(field_changes.c.ver.desc())
        .limit(1)
    ).one_or_none()
    return _past(tx, found).after if found else None


def member_before(tx: Tx, place: Place, *, field: str, ver: int) -> str | None:
    """Who had changed the field last when it changed at `ver`, where that was a person."""
    return tx.connection.execute(
        sa.select(field_changes.c.member_id)
        .where(*_where(place), field_changes.c.field == field, field_changes.c.ver < ver)
        .order_by(field_changes.c.ver.desc())
        .limit(1)
    ).scalar_one_or_none()


def steps_of(tx: Tx, place: Place, *, before: tuple[int, str] | None, limit: int) -> list[PastStep]:
    """The newest steps of a record, older than (ver, field) `before`, newest first."""
    query = _of(place).order_by(field_changes.c.ver.desc(), field_changes.c.field.desc())
    if before is not None:
        ver, field = before
        query = query.where(
            sa.or_(
                field_changes.c.ver < ver,
                sa.and_(field_changes.c.ver == ver, field_changes.c.field < field),
            )
        )
    return [_past(tx, row) for row in tx.connection.execute(query.limit(limit))]


def forget_steps(tx: Tx, place: Place, *, field: str) -> None:
    """Let go of what a field of a record ever held."""
    where = (*_where(place), field_changes.c.field == field)
    tx.connection.execute(sa.delete(field_changes).where(*where))


def _where(place: Place) -> list[sa.ColumnElement[bool]]:
    return [
        field_changes.c.workspace_id == place.workspace_id,
        field_changes.c.entity == place.entity,
        field_changes.c.record_id == place.record_id,
    ]


def _of(place: Place) -> sa.Select[Any]:
    return sa.select(field_changes).where(*_where(place))


def _row(
    tx: Tx, row_id: str, sealed: str, place: Place, step: Step, author: Author
) -> dict[str, Any]:
    return {
        "id": row_id,
        "workspace_id": place.workspace_id,
        "entity": place.entity,
        "record_id": place.record_id,
        "field": step.field,
        "ver": step.ver,
        "step": sealed,
        "member_id": author.member_id,
        "device_id": author.device_id,
        "author": author.name,
        "at": tx.now,
    }


def _past(tx: Tx, row: Any) -> PastStep:
    text = tx.vault.open(row.step, table="field_changes", row=row.id, column="step")
    step = json.loads(text)
    return PastStep(
        field=row.field,
        before=step["from"],
        after=step["to"],
        ver=row.ver,
        member_id=row.member_id,
        device_id=row.device_id,
        author=row.author,
        at=row.at,
    )
