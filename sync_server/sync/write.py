"""The one way a record is written, whoever writes it."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import sqlalchemy as sa

from interview_desk.domain.edit_rules import is_reopened
from interview_desk.domain.ids import new_id
from interview_desk.domain.instants import format_instant
from interview_desk.domain.merge import DELETED, Incoming, Loss, Merge, merge
from interview_desk.domain.records import Entity
from interview_desk.domain.refusals import Rejection
from interview_desk.domain.shapes import entity_named
from interview_desk.domain.values import Fields, Json
from sync_server.infra.database import Tx
from sync_server.models.records import blind_index, erased_ids, records
from sync_server.sync import history, sight
from sync_server.sync.authors import Author
from sync_server.sync.counter import Poke, lock, next_ver, poke_after_commit
from sync_server.sync.history import Place, Step
from sync_server.sync.read import StoredRecord, read_record

__all__ = ["Author", "Written", "is_erased", "keep", "write_record"]

_SCOPES_BY_OWN_ID = frozenset({"interviews", "startups", "guides"})
_LINKS = ("interview_id", "member_id", "startup_id", "guide_id")
# The server's own bookkeeping: who typed when is in the notes themselves.
_WITHOUT_HISTORY = frozenset({"note_documents"})


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a change; `ver` is None where there is no such record."""

    ver: int | None
    status: Literal["ok", "conflict", "rejected"]
    code: str | None = None
    detail: str | None = None
    conflict_ids: tuple[str, ...] = ()


def write_record(
    tx: Tx,
    *,
    workspace_id: str,
    entity: str,
    id: str,  # noqa: A002  - the word of the protocol
    fields: Fields,
    base: Mapping[str, int] | None = None,
    delete: bool = False,
    author: Author,
) -> Written:
    """Change a record: only the given fields, for good once `tx` commits.

    The server's own parts have the last word; a member's change meets the merge rule with `base`.
    Rights are not asked here: whoever acts for a person has asked them before. Followers are
    poked after the commit.
    """
    lock(tx, workspace_id)
    place = Place(workspace_id, entity, id)
    if is_erased(tx, place):
        return ERASED
    kind = entity_named(entity)
    _check_known(kind, fields)
    stored = read_record(tx, workspace_id, entity, id)
    incoming = Incoming(
        fields, base or {}, author.writer, delete=delete, overrides=not author.is_person
    )
    merged = merge(kind, stored.standing() if stored else None, incoming)
    return keep(tx, place, stored=stored, merged=merged, author=author)


ERASED = Written(None, "rejected", Rejection.ERASED, "This record has been erased for good.")


def is_erased(tx: Tx, place: Place) -> bool:
    """Whether the id was erased and is refused for ever."""
    found = tx.connection.execute(
        sa.select(erased_ids.c.id).where(
            erased_ids.c.workspace_id == place.workspace_id, erased_ids.c.id == place.record_id
        )
    )
    return found.scalar_one_or_none() is not None


def keep(
    tx: Tx, place: Place, *, stored: StoredRecord | None, merged: Merge, author: Author
) -> Written:
    """Store what a merge has decided: values, versions, history, conflicts and sight."""
    if is_reopened(stored.standing() if stored else None, merged):
        merged = replace(merged, changes={**merged.changes, "after_seeing_others": True})
    ver = stored.ver if stored else None
    if merged.has_effect:
        ver = _store(tx, place, stored=stored, merged=merged, author=author)
    conflicts = tuple(
        _keep_loss(tx, place, loss=loss, ver=ver or 0, author=author) for loss in merged.losses
    )
    return Written(ver, "conflict" if conflicts else "ok", conflict_ids=conflicts)


def _check_known(kind: Entity, fields: Fields) -> None:
    unknown = set(fields) - set(kind.fields)
    if unknown:
        raise ValueError(f"{kind.name} have no field {', '.join(sorted(unknown))}")


def _store(
    tx: Tx, place: Place, *, stored: StoredRecord | None, merged: Merge, author: Author
) -> int:
    ver = next_ver(tx, place.workspace_id)
    known = stored if stored and not merged.resets else None
    before = known.fields if known else {}
    after = {**before, **merged.changes}
    _put_row(
        tx,
        place,
        is_new=stored is None,
        values={
            "ver": ver,
            "deleted_at": tx.now if merged.deletes else None,
            "fields": _sealed(tx, place, after),
            "versions": _stamped(known.versions if known else {}, merged, ver),
            "writers": _signed(known.writers if known else {}, merged, author),
            "updated_by": author.member_id,
            "updated_at": tx.now,
            **_links(tx, place, after),
            **_shown(place, after, ver),
        },
    )
    _index(tx, place, merged.changes)
    _remember(tx, place, stored=stored, merged=merged, author=author, ver=ver)
    changed = sight.Changed(place.entity, place.record_id, before, after)
    sight.refresh(tx, place.workspace_id, changed=changed, ver=ver)
    notes_only = place.entity == "note_documents"
    poke_after_commit(tx, Poke(place.workspace_id, ver, notes_only=notes_only))
    return ver


def _put_row(tx: Tx, place: Place, *, is_new: bool, values: dict[str, Any]) -> None:
    if is_new:
        values |= {
            "workspace_id": place.workspace_id,
            "entity": place.entity,
            "id": place.record_id,
            "created_ver": values["ver"],
        }
        tx.connection.execute(sa.insert(records).values(values))
        return
    tx.connection.execute(
        sa.update(records)
        .where(
            records.c.workspace_id == place.workspace_id,
            records.c.entity == place.entity,
            records.c.id == place.record_id,
        )
        .values(values)
    )


def _sealed(tx: Tx, place: Place, fields: Fields) -> str:
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return tx.vault.seal(text, table="records", row=place.record_id, column="fields")


def _stamped(versions: Mapping[str, int], merged: Merge, ver: int) -> dict[str, int]:
    return {**versions, **dict.fromkeys(merged.changes, ver)}


def _signed(writers: Mapping[str, str], merged: Merge, author: Author) -> dict[str, str]:
    signed = {**writers, **dict.fromkeys(merged.changes, author.writer)}
    if merged.deletes:
        signed[DELETED] = author.writer
    return signed


def _links(tx: Tx, place: Place, fields: Fields) -> dict[str, str | None]:
    """The ids by which the row is found and given, also for a conflict: its record's."""
    if place.entity == "conflicts":
        about = Place(place.workspace_id, str(fields["entity"]), str(fields["record_id"]))
        target = read_record(tx, place.workspace_id, about.entity, about.record_id)
        return _links(tx, about, target.fields) | {"member_id": None} if target else {}
    links = {name: _id_in(fields, name) for name in _LINKS}
    own = place.record_id if place.entity in _SCOPES_BY_OWN_ID else links["interview_id"]
    return {**links, "scope_id": own}


def _id_in(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None


def _shown(place: Place, fields: Fields, ver: int) -> dict[str, int]:
    is_shown = place.entity == "rating_sheets" and fields.get("state") == "submitted"
    return {"shown_ver": ver} if is_shown else {}


def _index(tx: Tx, place: Place, changes: Fields) -> None:
    """Keep the record findable by its address."""
    if "email" not in changes:
        return
    email = changes["email"]
    key = {
        "workspace_id": place.workspace_id,
        "entity": place.entity,
        "record_id": place.record_id,
        "field": "email",
    }
    tx.connection.execute(
        sa.delete(blind_index).where(*(blind_index.c[name] == value for name, value in key.items()))
    )
    if isinstance(email, str) and email:
        digest = tx.vault.blind_index(email)
        tx.connection.execute(sa.insert(blind_index).values(**key, digest=digest))


def _remember(
    tx: Tx,
    place: Place,
    *,
    stored: StoredRecord | None,
    merged: Merge,
    author: Author,
    ver: int,
) -> None:
    if place.entity in _WITHOUT_HISTORY:
        return
    before: Fields = stored.fields if stored else {}
    steps = [Step(name, before.get(name), to, ver) for name, to in merged.changes.items()]
    if merged.deletes or (merged.revives and stored):
        steps.append(Step(DELETED, not merged.deletes, merged.deletes, ver))
    history.remember(tx, place, steps=steps, author=author)


def _keep_loss(tx: Tx, place: Place, *, loss: Loss, ver: int, author: Author) -> str:
    """A conflict record: it stays until a person has looked at it."""
    conflict_id = new_id(tx.now, secrets.token_bytes(10))
    lost_by = author.member_id
    if not loss.arriving:
        lost_by = history.member_before(tx, place, field=loss.field, ver=ver)
    fields: dict[str, Json] = {
        "entity": place.entity,
        "record_id": place.record_id,
        "field": loss.field,
        "kept": loss.kept,
        "lost": loss.lost,
        "lost_by": lost_by,
        "lost_at": format_instant(tx.now),
        "state": "open",
    }
    conflict = Place(place.workspace_id, "conflicts", conflict_id)
    _store(
        tx,
        conflict,
        stored=None,
        merged=Merge(fields, revives=True),
        author=Author("server"),
    )
    return conflict_id
