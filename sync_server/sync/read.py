"""Records as they are stored, opened for those parts of the server that may read everything."""

from collections import namedtuple
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json

from interview_desk.domain.merge import Standing
from interview_desk.domain.permissions import Subject
from interview_desk.domain.records import Record
from interview_desk.domain.values import Fields
from sync_server.infra.among import among
from sync_server.infra.crypto import Vault
from sync_server.infra.database import Tx
from sync_server.infra.prepared import Prepared
from sync_server.models.records import blind_index, records

_RecordRow = namedtuple("_RecordRow", [column.name for column in records.columns])  # type: ignore[misc]  # noqa: PYI024  - the table says which columns
_OURS = sa.select(records).where(records.c.workspace_id == sa.bindparam("workspace_id"))
_OF_ENTITY = records.c.entity == sa.bindparam("entity")
_ONE = Prepared(_OURS.where(_OF_ENTITY, records.c.id == sa.bindparam("record_id")))
_LIVE = _OURS.where(records.c.deleted_at.is_(None)).order_by(records.c.created_ver)
_OF_KIND = Prepared(_LIVE.where(_OF_ENTITY))
_NEWER_OF_KIND = Prepared(
    _OURS.where(_OF_ENTITY, records.c.ver > sa.bindparam("ver")).order_by(records.c.ver)
)
_of_interview = _LIVE.where(
    records.c.scope_id == sa.bindparam("interview_id"),
    # Neither the interview itself nor conflicts about it, which are of its scope as well.
    records.c.interview_id.is_not(None),
)
_OF_INTERVIEW = Prepared(_of_interview)
_OF_INTERVIEW_AND_KIND = Prepared(_of_interview.where(_OF_ENTITY))
_OF_INTERVIEWS = Prepared(
    _OURS.where(
        among(records.c.scope_id, "interview_ids"),
        sa.or_(records.c.interview_id.is_not(None), records.c.entity == "interviews"),
    )
)
_OF_KIND_WITH_EMAIL = Prepared(
    _LIVE.where(
        _OF_ENTITY,
        records.c.id.in_(
            sa.select(blind_index.c.record_id).where(
                blind_index.c.workspace_id == sa.bindparam("workspace_id"),
                blind_index.c.digest == sa.bindparam("digest"),
                blind_index.c.entity == sa.bindparam("entity"),
            )
        ),
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
    if "\0" in record_id:
        return None  # PostgreSQL refuses even to look for it
    row = _ONE.one_or_none(tx, workspace_id=workspace_id, entity=entity, record_id=record_id)
    return opened(tx.vault, _RecordRow._make(row)) if row else None


def as_record(stored: StoredRecord) -> Record:
    """The record as the rules of the domain read it."""
    return Record(stored.entity, stored.id, stored.fields, stored.ver, deleted=stored.deleted)


def records_of_interview(
    tx: Tx, workspace_id: str, interview_id: str, *, entity: str | None = None
) -> list[StoredRecord]:
    """The live rows that belong to an interview, oldest first."""
    asked, which = _OF_INTERVIEW, {"interview_id": interview_id}
    if entity is not None:
        asked, which = _OF_INTERVIEW_AND_KIND, {**which, "entity": entity}
    return _all(tx, asked, workspace_id=workspace_id, **which)


def records_of_interviews(
    tx: Tx, workspace_id: str, interview_ids: Collection[str]
) -> list[StoredRecord]:
    """These interviews and all rows that belong to them, deleted or not."""
    return _all(tx, _OF_INTERVIEWS, workspace_id=workspace_id, interview_ids=interview_ids)


def records_of_kind(tx: Tx, workspace_id: str, entity: str) -> list[StoredRecord]:
    """All live rows of one kind, oldest first."""
    return _all(tx, _OF_KIND, workspace_id=workspace_id, entity=entity)


def newer_of_kind(tx: Tx, workspace_id: str, entity: str, *, than: int) -> list[StoredRecord]:
    """The rows of one kind newer than a version, deleted or not, in the order of versions."""
    return _all(tx, _NEWER_OF_KIND, workspace_id=workspace_id, entity=entity, ver=than)


def find_by_email(tx: Tx, workspace_id: str, email: str, *, entity: str) -> list[StoredRecord]:
    """The live records of a kind in which this address stands, however it was capitalised."""
    digest = tx.vault.blind_index(email)
    return _all(tx, _OF_KIND_WITH_EMAIL, workspace_id=workspace_id, entity=entity, digest=digest)


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
        fields=from_json(text),
        versions=row.versions,
        writers=row.writers,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )


def opened_all(vault: Vault, rows: Iterable[Any]) -> list[StoredRecord]:
    """The records that rows of `records` hold, in their order."""
    return [opened(vault, row) for row in rows]


def _all(tx: Tx, asked: Prepared, **values: Any) -> list[StoredRecord]:
    return opened_all(tx.vault, map(_RecordRow._make, asked.all(tx, **values)))
