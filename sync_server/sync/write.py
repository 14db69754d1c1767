"""The one way a record is written, whoever writes it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from interview_desk.domain.edit_rules import is_reopened
from interview_desk.domain.ids import RANDOM_BYTES, conflict_id, new_id
from interview_desk.domain.instants import format_instant
from interview_desk.domain.merge import Incoming, Loss, Merge, merge
from interview_desk.domain.records import ENTITIES, Entity
from interview_desk.domain.refusals import Rejection
from interview_desk.domain.shapes import entity_named
from interview_desk.domain.values import Fields, Json
from sync_server.infra.database import Tx
from sync_server.sync import history
from sync_server.sync.authors import Author
from sync_server.sync.counter import Poke, lock, next_ver, poke_followers
from sync_server.sync.history import Place
from sync_server.sync.read import StoredRecord, read_record
from sync_server.sync.removal.erased import is_erased
from sync_server.sync.seen import sight
from sync_server.sync.stored import changed, put

__all__ = ["Author", "Written", "keep", "write_record"]

_SERVER = Author("server")


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
    if is_erased(tx, workspace_id, id, fields):
        return ERASED
    kind = known_entity(entity, fields)
    stored = read_record(tx, workspace_id, entity, id)
    incoming = Incoming(
        fields, base or {}, author.writer, delete=delete, overrides=not author.is_person
    )
    merged = merge(kind, stored.standing() if stored else None, incoming)
    return keep(tx, place, stored=stored, merged=merged, author=author)


ERASED = Written(None, "rejected", Rejection.ERASED, "This record has been erased for good.")


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
        _keep_loss(tx, place, loss=loss, ver=ver or 0, author=author, stood=stored)
        for loss in merged.losses
    )
    return Written(ver, "conflict" if conflicts else "ok", conflict_ids=conflicts)


def known_entity(name: str, fields: Fields) -> Entity:
    """The entity of this name, which has all of `fields`."""
    kind = entity_named(name)
    unknown = set(fields) - set(kind.fields)
    if unknown:
        raise ValueError(f"{kind.name} have no field {', '.join(sorted(unknown))}")
    return kind


def _store(
    tx: Tx, place: Place, *, stored: StoredRecord | None, merged: Merge, author: Author
) -> int:
    ver = next_ver(tx, place.workspace_id)
    change = changed(place, stored=stored, merged=merged, author=author, ver=ver, now=tx.now)
    put(tx, [change])
    news = sight.Changed(place.entity, place.record_id, change.known, change.after.fields)
    sight.refresh(tx, place.workspace_id, changed=news, ver=ver)
    notes_only = place.entity == "note_documents"
    poke_followers(tx, Poke(place.workspace_id, ver, notes_only=notes_only))
    return ver


def _keep_loss(
    tx: Tx, place: Place, *, loss: Loss, ver: int, author: Author, stood: StoredRecord | None
) -> str:
    """A conflict record: it stays until a person has looked at it.

    Who types on against a value has said one thing at the end, and is asked about that one.
    """
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
    if loss.arriving and stood is not None and author.device_id is not None:
        since = stood.standing().versions.get(loss.field, stood.ver)
        key = conflict_id(place.record_id, loss.field, ver=since, device_id=author.device_id)
    else:
        key = new_id(tx.now, secrets.token_bytes(RANDOM_BYTES))
    conflict = Place(place.workspace_id, "conflicts", key)
    said = read_record(tx, place.workspace_id, conflict.entity, key)
    merged = merge(
        ENTITIES[conflict.entity],
        said.standing() if said else None,
        Incoming(fields, {}, _SERVER.writer, overrides=True),
    )
    if merged.has_effect:
        _store(tx, conflict, stored=said, merged=merged, author=_SERVER)
    return key
