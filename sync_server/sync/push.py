"""Taking the unsent changes of a device: each counted once, each answered."""

import json
from dataclasses import dataclass, replace

import sqlalchemy as sa

from interview_desk.domain.edit_rules import check_delete, check_edit, check_move
from interview_desk.domain.merge import Incoming, merge
from interview_desk.domain.permissions import Subject, Viewer, check_may_write
from interview_desk.domain.records import Entity
from interview_desk.domain.refusals import ChangeRefusedError
from interview_desk.domain.sequences.edits import check_approved
from interview_desk.domain.shapes import checked_fields, checked_id, entity_named
from interview_desk.wire.sync import (
    MAX_MUTATIONS,
    Mutation,
    PushRequest,
    PushResponse,
    PushResult,
)
from sync_server.auth.caller import Caller
from sync_server.infra.database import Tx
from sync_server.infra.prepared import PreparedChange
from sync_server.models.pushes import push_results
from sync_server.sync import history
from sync_server.sync.authors import Author
from sync_server.sync.consent import check_transcript
from sync_server.sync.counter import lock, position_and_count
from sync_server.sync.history import Place
from sync_server.sync.members import MEMBERS, check_members, sign_out
from sync_server.sync.merged import Edit, for_survivor
from sync_server.sync.problems import (
    BatchTooLarge,
    DeviceReused,
    EpochChanged,
    SequenceGap,
    WrongDevice,
)
from sync_server.sync.publishing import check_publishing, check_publishing_mail
from sync_server.sync.read import StoredRecord, read_record
from sync_server.sync.removal.erased import is_erased
from sync_server.sync.seen.sight import StoredSight
from sync_server.sync.write import ERASED, Written, keep

# One spelling of what was sent, in whichever order it came.
_IN_ORDER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_ANSWERED = PreparedChange(sa.insert(push_results), push_results.columns.keys())


def push(tx: Tx, caller: Caller, request: PushRequest) -> PushResponse:
    """Apply what is new in `request`, answer what is not as it was answered the first time.

    The counter, the highest number with an answer, moves in the same transaction as the effects.
    """
    if request.device != caller.device_id:
        raise WrongDevice
    if len(request.mutations) > MAX_MUTATIONS:
        raise BatchTooLarge
    lock(tx, caller.workspace_id)
    now, last_n = position_and_count(tx, caller.workspace_id, caller.device_id)
    if request.epoch != now.epoch:
        raise EpochChanged
    _check_sequence(request.mutations, last_n)
    results = [_take(tx, caller, mutation, last_n) for mutation in request.mutations]
    reached = max([last_n, *(mutation.n for mutation in request.mutations)])
    return PushResponse(last_n=reached, epoch=now.epoch, results=results)


def _check_sequence(mutations: list[Mutation], last_n: int) -> None:
    if not mutations:
        return
    first = mutations[0].n
    unbroken = [mutation.n for mutation in mutations] == [*range(first, first + len(mutations))]
    if first > last_n + 1 or not unbroken:
        raise SequenceGap(last_n=last_n)


def _take(tx: Tx, caller: Caller, mutation: Mutation, last_n: int) -> PushResult:
    digest = _digest(tx, mutation)
    if mutation.n <= last_n:
        return _first_answer(tx, caller, mutation=mutation, digest=digest, last_n=last_n)
    written = _apply(tx, caller, mutation)
    result = PushResult(
        n=mutation.n,
        status=written.status,
        ver=written.ver,
        code=written.code,
        detail=written.detail,
        conflicts=list(written.conflict_ids) or None,
    )
    answer = {"device_id": caller.device_id, "digest": digest}
    _ANSWERED.run(tx, [{**answer, **dict(result)}])
    return result


def _first_answer(
    tx: Tx, caller: Caller, *, mutation: Mutation, digest: str, last_n: int
) -> PushResult:
    row = tx.connection.execute(
        sa.select(push_results).where(
            push_results.c.device_id == caller.device_id, push_results.c.n == mutation.n
        )
    ).one_or_none()
    if row is None or row.digest != digest:
        raise DeviceReused(last_n=last_n)
    return PushResult(
        n=row.n,
        status=row.status,
        ver=row.ver,
        code=row.code,
        detail=row.detail,
        conflicts=row.conflicts,
    )


def _digest(tx: Tx, mutation: Mutation) -> str:
    content = dict(mutation)
    del content["n"]
    # Keyed: a plain one of an edit of a phone number is found by trying all numbers.
    return tx.vault.digest("index", f"pushed|{_IN_ORDER.encode(content)}").hex()


def _apply(tx: Tx, caller: Caller, mutation: Mutation) -> Written:
    """The effect of a mutation that comes for the first time; a refusal is an answer too."""
    try:
        kind = entity_named(mutation.entity)
        place = Place(caller.workspace_id, kind.name, checked_id(mutation.id))
        fields = checked_fields(kind, mutation.fields)
        edit = Edit(place, fields, mutation.base)
        stored = _stored(tx, place)
        if _is_erased(tx, edit, stored):
            return ERASED
        if mutation.op == "delete":
            return _Change(tx, caller, kind, replace(edit, fields={}), stored, delete=True).apply()
        pointed = for_survivor(tx, edit, stored)
        if pointed is not edit:
            stored = _stored(tx, pointed.place)
            if _is_erased(tx, pointed, stored):
                return ERASED
        return _Change(tx, caller, kind, pointed, stored).apply()
    except ChangeRefusedError as refusal:
        return Written(None, "rejected", refusal.code, str(refusal))


def _stored(tx: Tx, place: Place) -> StoredRecord | None:
    return read_record(tx, place.workspace_id, place.entity, place.record_id)


def _is_erased(tx: Tx, edit: Edit, stored: StoredRecord | None) -> bool:
    if stored is not None and not stored.deleted and "interview_id" not in edit.fields:
        return False  # nothing lives that was erased
    place = edit.place
    return is_erased(tx, place.workspace_id, place.record_id, edit.fields)


@dataclass(frozen=True, slots=True)
class _Change:
    tx: Tx
    caller: Caller
    kind: Entity
    edit: Edit
    stored: StoredRecord | None
    delete: bool = False

    def apply(self) -> Written:
        place, edit, stored = self.edit.place, self.edit, self.stored
        self._check(stored)
        author = Author("member", self.caller.member_id, self.caller.device_id)
        incoming = Incoming(edit.fields, edit.base, author.writer, delete=self.delete)
        standing = stored.standing() if stored else None
        merged = merge(self.kind, standing, incoming)
        if "status" in merged.changes and place.entity == "interviews":
            ver = edit.base.get("status", 0)
            seen = history.value_as_of(self.tx, place, field="status", ver=ver)
            check_move(standing, merged, seen=seen)
        if place.entity == "follow_up_messages":
            check_approved(standing, merged, incoming)
        if place.entity == MEMBERS:
            check_members(self.tx, place, stored=stored, merged=merged)
            if merged.deletes:
                sign_out(self.tx, place)
        return keep(self.tx, place, stored=stored, merged=merged, author=author)

    def _check(self, stored: StoredRecord | None) -> None:
        caller, place, edit = self.caller, self.edit.place, self.edit.fields
        viewer = Viewer(caller.member_id, caller.role)
        change = Subject(place.entity, place.record_id, edit)
        current = stored.subject() if stored else None
        sight = StoredSight(self.tx, caller.workspace_id, viewer)
        check_may_write(viewer, change, current=current, sight=sight)
        held = stored.fields if stored else None
        if self.delete:
            check_delete(place.entity, held or {})
        else:
            check_edit(place.entity, place.record_id, edit=edit, current=held)
            if place.entity == "evaluation_rules":
                check_publishing(self.tx, place.workspace_id, edit=edit, current=held or {})
            if place.entity == "transcripts":
                check_transcript(self.tx, place.workspace_id, edit=edit, current=held or {})
            if place.entity == "sequences":
                check_publishing_mail(self.tx, place, edit=edit, current=held or {})
