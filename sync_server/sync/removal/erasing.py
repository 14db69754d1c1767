"""Taking records away for good: content, history, conflicts and notes. Only the id stays.

A deletion can be looked up and undone; an erasure cannot. The row becomes a tombstone with a
version of its own, so every device hears of it, and its id is refused from then on.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models.notes import note_archives, note_snapshots, note_updates
from sync_server.models.records import blind_index, field_changes, records
from sync_server.sync import history
from sync_server.sync.authors import Author
from sync_server.sync.counter import Poke, lock, next_ver, poke_followers
from sync_server.sync.history import Place, Step, Taken
from sync_server.sync.read import StoredRecord, opened_all
from sync_server.sync.removal.erased import remember_erased
from sync_server.sync.removal.memory import forget_everywhere
from sync_server.sync.seen import sight

# Under this name the history says that a record was erased, by nobody and from nothing.
ERASED = "erased"
_SERVER = Author("server")
_OF_NOTES = (note_updates, note_snapshots, note_archives)


def erase(tx: Tx, workspace_id: str, found: Iterable[StoredRecord]) -> int:
    """Erase these records and the conflicts about them; how many rows that were."""
    lock(tx, workspace_id)
    wanted = {(record.entity, record.id): record for record in found}
    for conflict in all_of_kind(tx, workspace_id, "conflicts"):
        about = (str(conflict.fields.get("entity")), str(conflict.fields.get("record_id")))
        if about in wanted:
            wanted[conflict.entity, conflict.id] = conflict
    remember_erased(tx, workspace_id, [record.id for record in wanted.values()])
    # Assignments go before their interviews, so that sight is taken while it can be told.
    for record in sorted(wanted.values(), key=lambda record: record.entity == "interviews"):
        _erase_one(tx, workspace_id, record)
    forget_everywhere(tx)
    return len(wanted)


def all_of_kind(tx: Tx, workspace_id: str, *entities: str) -> list[StoredRecord]:
    """All records of these kinds that say anything, also deleted ones."""
    return _select(tx, workspace_id, records.c.entity.in_(entities))


def all_of_interview(tx: Tx, workspace_id: str, interview_id: str) -> list[StoredRecord]:
    """An interview and everything that belongs to it, also what was deleted."""
    own = sa.or_(records.c.interview_id.is_not(None), records.c.entity == "interviews")
    return _select(tx, workspace_id, sa.and_(records.c.scope_id == interview_id, own))


def all_named(tx: Tx, workspace_id: str, ids: Iterable[str]) -> list[StoredRecord]:
    """The records with these ids, whatever their kind."""
    return _select(tx, workspace_id, records.c.id.in_([*ids]))


def _select(tx: Tx, workspace_id: str, where: sa.ColumnElement[bool]) -> list[StoredRecord]:
    query = sa.select(records).where(records.c.workspace_id == workspace_id, where)
    rows = tx.connection.execute(query.order_by(records.c.created_ver))
    return [record for record in opened_all(tx.vault, rows) if record.versions]


def _erase_one(tx: Tx, workspace_id: str, record: StoredRecord) -> None:
    place = Place(workspace_id, record.entity, record.id)
    ver = next_ver(tx, workspace_id)
    _empty(tx, place, ver)
    for table in (field_changes, blind_index):
        tx.connection.execute(
            sa.delete(table).where(
                table.c.workspace_id == workspace_id,
                table.c.entity == record.entity,
                table.c.record_id == record.id,
            )
        )
    step = Step(ERASED, None, after=True)
    history.remember_all(tx, [Taken(place, ver, [step], _SERVER)])
    if record.entity == "note_documents":
        for log in _OF_NOTES:
            tx.connection.execute(sa.delete(log).where(log.c.doc_id == record.id))
    changed = sight.Changed(record.entity, record.id, record.fields, {})
    sight.refresh(tx, workspace_id, changed=changed, ver=ver)
    poke_followers(tx, Poke(workspace_id, ver))


def _empty(tx: Tx, place: Place, ver: int) -> None:
    """Leave a tombstone; the ids by which it is found and given are all it keeps."""
    sealed = tx.vault.seal("{}", table="records", row=place.record_id, column="fields")
    tx.connection.execute(
        sa.update(records)
        .where(
            records.c.workspace_id == place.workspace_id,
            records.c.entity == place.entity,
            records.c.id == place.record_id,
        )
        .values(
            ver=ver,
            shown_ver=None,
            deleted_at=tx.now,
            fields=sealed,
            versions={},
            writers={},
            updated_by=None,
            updated_at=tx.now,
        )
    )
