"""What happened to each field: who, when, from what to what.

A change of one field is a row under the field's name; of several, one row for all of them, so that
a new record costs one and not one for each of its fields.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json, to_json

from interview_desk.domain.ids import RANDOM_BYTES, new_ids
from interview_desk.domain.records import ENTITIES
from interview_desk.domain.values import Json
from sync_server.infra.database import Tx
from sync_server.infra.prepared import PreparedChange
from sync_server.models.records import field_changes
from sync_server.sync.authors import Author

_REMEMBER = PreparedChange(sa.insert(field_changes), field_changes.columns.keys())
# Stands in place of the field's name where several changed at once.
_SEVERAL = "*"
# So many rows may tell of one version: before there was one row for several fields.
_MOST_OF_A_VERSION = max(len(kind.fields) for kind in ENTITIES.values()) + 1


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


@dataclass(frozen=True, slots=True)
class Taken:
    """The steps that a record took together, at one version."""

    place: Place
    ver: int
    steps: Sequence[Step]
    author: Author


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


def remember_all(tx: Tx, told: Iterable[Taken]) -> None:
    """Keep for good which steps were taken where and by whom."""
    taken = [one for one in told if one.steps]
    # Ids in the order of time keep what is written together on one page.
    ids = new_ids(tx.now, secrets.token_bytes(RANDOM_BYTES * len(taken)))
    texts = dict(zip(ids, map(_spelled, taken), strict=True))
    sealed = tx.vault.seal_all(texts, table="field_changes", column="step")
    _REMEMBER.run(tx, [_row(tx, *one) for one in zip(ids, sealed, taken, strict=True)])


def value_as_of(tx: Tx, place: Place, *, field: str, ver: int) -> Json:
    """What the field held for somebody who had seen version `ver`; None before its first."""
    found = _newest(tx, place, field, field_changes.c.ver <= ver)
    return found.after if found else None


def member_before(tx: Tx, place: Place, *, field: str, ver: int) -> str | None:
    """Who had changed the field last when it changed at `ver`, where that was a person."""
    found = _newest(tx, place, field, field_changes.c.ver < ver)
    return found.member_id if found else None


def steps_of(tx: Tx, place: Place, *, before: tuple[int, str] | None, limit: int) -> list[PastStep]:
    """The newest steps of a record, older than (ver, field) `before`, newest first."""
    query = sa.select(field_changes).where(*_where(place)).order_by(field_changes.c.ver.desc())
    if before is not None:
        query = query.where(field_changes.c.ver <= before[0])
    # What was before the page, and what belongs to the version at its end.
    spare = 2 * _MOST_OF_A_VERSION
    found: list[PastStep] = []
    with tx.connection.execute(query.limit(limit + spare)) as rows:
        for _, together in groupby(rows, key=lambda row: row.ver):
            steps = [step for row in together for step in _past(tx, row)]
            steps.sort(key=lambda step: step.field, reverse=True)
            found += [step for step in steps if before is None or (step.ver, step.field) < before]
            if len(found) >= limit:
                break
    return found[:limit]


def every_step(tx: Tx) -> Iterator[tuple[Place, PastStep]]:
    """All that ever happened, oldest first, each with whom it happened to."""
    columns = field_changes.c
    for row in tx.connection.execute(sa.select(field_changes).order_by(columns.ver, columns.field)):
        place = Place(row.workspace_id, row.entity, row.record_id)
        for step in _past(tx, row):
            yield place, step


def forget_steps(tx: Tx, place: Place, *, field: str) -> None:
    """Let go of what a field of a record ever held."""
    telling = sa.select(field_changes).where(*_where(place), _tells_of(field))
    for row in tx.connection.execute(telling).all():
        this = sa.and_(
            *_where(place), field_changes.c.ver == row.ver, field_changes.c.field == row.field
        )
        left = {name: step for name, step in _steps_in(tx, row).items() if name != field}
        if not left:
            tx.connection.execute(sa.delete(field_changes).where(this))
        elif row.field == _SEVERAL:
            sealed = tx.vault.seal(to_json(left), table="field_changes", row=row.id, column="step")
            tx.connection.execute(sa.update(field_changes).where(this).values(step=sealed))


def _where(place: Place) -> list[sa.ColumnElement[bool]]:
    return [
        field_changes.c.workspace_id == place.workspace_id,
        field_changes.c.entity == place.entity,
        field_changes.c.record_id == place.record_id,
    ]


def _tells_of(field: str) -> sa.ColumnElement[bool]:
    return field_changes.c.field.in_((field, _SEVERAL))


def _newest(tx: Tx, place: Place, field: str, within: sa.ColumnElement[bool]) -> PastStep | None:
    """The last change of a field, of those `within`."""
    query = sa.select(field_changes).where(*_where(place), _tells_of(field), within)
    with tx.connection.execute(query.order_by(field_changes.c.ver.desc())) as rows:
        steps = (step for row in rows for step in _past(tx, row))
        return next((step for step in steps if step.field == field), None)


def _spelled(taken: Taken) -> bytes:
    if len(taken.steps) == 1:
        return to_json(_from_to(taken.steps[0]))
    return to_json({step.field: _from_to(step) for step in taken.steps})


def _from_to(step: Step) -> dict[str, Json]:
    return {"from": step.before, "to": step.after}


def _row(tx: Tx, row_id: str, sealed: str, taken: Taken) -> dict[str, Any]:
    place, author = taken.place, taken.author
    return {
        "id": row_id,
        "workspace_id": place.workspace_id,
        "entity": place.entity,
        "record_id": place.record_id,
        "field": taken.steps[0].field if len(taken.steps) == 1 else _SEVERAL,
        "ver": taken.ver,
        "step": sealed,
        "member_id": author.member_id,
        "device_id": author.device_id,
        "author": author.name,
        "at": tx.now,
    }


def _steps_in(tx: Tx, row: Any) -> dict[str, dict[str, Json]]:
    """From what to what, by field."""
    told = from_json(tx.vault.open(row.step, table="field_changes", row=row.id, column="step"))
    steps: dict[str, dict[str, Json]] = told if row.field == _SEVERAL else {row.field: told}
    return steps


def _past(tx: Tx, row: Any) -> list[PastStep]:
    return [
        PastStep(
            field=field,
            before=step["from"],
            after=step["to"],
            ver=row.ver,
            member_id=row.member_id,
            device_id=row.device_id,
            author=row.author,
            at=row.at,
        )
        for field, step in sorted(_steps_in(tx, row).items())
    ]
