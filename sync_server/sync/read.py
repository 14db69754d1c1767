"""Records as they are stored, opened for those parts of the server that may read everything."""

import json
from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.merge import Standing
from interview_desk.domain.permissions import Subject
from interview_desk.domain.records import Record
from interview_desk.domain.values import Fields
from sync_server.infra.crypto import Vault
from sync_server.infra.database import Tx
from sync_server.infra.prepared import Prepared
from sync_server.models.records import blind_index, records

_RecordRow = namedtuple("_RecordRow", [column.name for column in records.columns])  # type: ignore[misc]  # noqa: PYI024  - the table says which columns
_ONE = Prepared(
    sa.select(records).where(
        records.c.workspace_id == sa.bindparam("workspace_id"),
        records.c.entity == sa.bindparam("entity"),
        records.c.id == sa.bindparam("record_id"),
    )
)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record with everything the server knows of it; a deleted one keeps what it said."""

    entity: str
    id: str
    ver: int
    created_ver: int
    shown_ver: int | None
    deleted: bool
    interview_id: str | None
    fields: Fields
    versions: Mapping[str, int]
    writers: Mapping[str, str]
    updated_by: str | None
    updated_at: datetime

    @property
    def is_erased(self) -> bool:
        """Whether nothing is left of it but its id."""
        return self.deleted and not self.versions

    def standing(self) -> Standing:
        """The record as the merge rule wants it."""
        return Standing(self.fields, self.versions, self.writers, deleted=self.deleted)

    def subject(self) -> Subject:
        """The record as the permission rules want it."""
        return Subject(self.entity, self.id, self.fields)


def read_record(tx: Tx, workspace_id: str, entity: str, record_id: str) -> StoredRecord | None:
    """The record, deleted or not, or None where there never was one."""
    row = _ONE.one_or_none(tx, workspace_id=workspace_id, entity=entity, record_id=record_id)
    return opened(tx.vault, _RecordRow._make(row)) if row else None


def as_record(stored: StoredRecord) -> Record:
    """The record as the rules of the domain read it."""
    return Record(stored.entity, stored.id, stored.fields, stored.ver, deleted=stored.deleted)


def records_of_interview(
    tx: Tx, workspace_id: str, interview_id: str, *, entity: str | None = None
) -> list[StoredRecord]:
    """The live rows that belong to an interview, oldest first."""
    where: list[sa.ColumnElement[bool]] = [
        records.c.interview_id == interview_id,
        records.c.deleted_at.is_(None),
    ]
    if entity is not None:
        where.append(records.c.entity == entity)
    return _select(tx, workspace_id, where)


def records_of_kind(tx: Tx, workspace_id: str, entity: str) -> list[StoredRecord]:
    """All live rows of one kind, oldest first."""
    return _select(tx, workspace_id, [records.c.entity == entity, records.c.deleted_at.is_(None)])


def find_by_email(
    tx: Tx, workspace_id: str, email: str, *, entity: str | None = None
) -> list[StoredRecord]:
    """The live records in which this address stands, however it was capitalised."""
    found = (
        sa.select(blind_index.c.record_id)
        .where(blind_index.c.workspace_id == workspace_id)
        .where(blind_index.c.digest == tx.vault.blind_index(email))
    )
    where: list[sa.ColumnElement[bool]] = [
        records.c.id.in_(found),
        records.c.deleted_at.is_(None),
    ]
    if entity is not None:
        where.append(records.c.entity == entity)
    return _select(tx, workspace_id, where)


def opened(vault: Vault, row: Any) -> StoredRecord:
    """The record that a row of `records` holds."""
    text = vault.open(row.fields, table="records", row=row.id, column="fields")
    return StoredRecord(
        entity=row.entity,
        id=row.id,
        ver=row.ver,
        created_ver=row.created_ver,
        shown_ver=row.shown_ver,
        deleted=row.deleted_at is not None,
        interview_id=row.interview_id,
        fields=json.loads(text),
        versions=row.versions,
        writers=row.writers,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )


def opened_all(vault: Vault, rows: Iterable[Any]) -> list[StoredRecord]:
    """The records that rows of `records` hold, in their order."""
    return [opened(vault, row) for row in rows]


def _select(
    tx: Tx, workspace_id: str, where: Sequence[sa.ColumnElement[bool]]
) -> list[StoredRecord]:
    rows = tx.connection.execute(
        sa.select(records)
        .where(records.c.workspace_id == workspace_id, *where)
        .order_by(records.c.created_ver)
    )
    return opened_all(tx.vault, rows)
