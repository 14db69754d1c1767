"""What a restored backup cannot know: which mails have left since it was made, and which may not.

The database that it takes the place of knows, where there still is one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from interview_desk.domain.flags import Flag
from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.sequences.messages import (
    EDITABLE,
    LIVE,
    UNSENT,
    EnrolmentState,
    MessageState,
)
from interview_desk.domain.values import Fields
from sync_server.followups import repository
from sync_server.followups.post import KIND
from sync_server.followups.repository import Effect
from sync_server.infra.database import Tx
from sync_server.infra.inserting import replacing
from sync_server.models.mail import mail_effects, mail_suppressions
from sync_server.models.workspace import workspace
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord, records_of_kind
from sync_server.work import due

_SERVER = Author("server")
_TABLES = (mail_effects, mail_suppressions)
_PUT_BACK = [replacing(table) for table in _TABLES]
_MAY_HAVE_LEFT = frozenset({*UNSENT, MessageState.SENDING})
# Mails and enrolments that nothing leaves of, unless somebody says so.
_HELD: Final[Mapping[str, Collection[object]]] = {
    "follow_up_messages": {*EDITABLE, MessageState.CANCELLED},
    "enrolments": {EnrolmentState.PAUSED, EnrolmentState.STOPPED, EnrolmentState.SKIPPED},
}
_SAID = ("state", "reason", "paused_until", "error", "waits", "question", "on")
_MAYBE = (
    "This server was restored from a backup. Look whether this mail has arrived meanwhile "
    "before you approve it."
)


@dataclass(frozen=True, slots=True)
class MailMemory:
    """What left of whose mail, and who is never written to, as the rows of one server.

    `held` are the records that keep other mails from leaving.
    """

    workspace_id: str | None
    rows: Sequence[Sequence[Mapping[str, Any]]]
    held: Sequence[StoredRecord] = ()


def remember_mail(tx: Tx) -> MailMemory:
    """What is known before a backup takes the place of everything."""
    rows = [[*map(dict, tx.connection.execute(sa.select(one)).mappings())] for one in _TABLES]
    workspace_id = tx.connection.execute(sa.select(workspace.c.id)).scalar()
    return MailMemory(workspace_id, rows, _held(tx, workspace_id) if workspace_id else ())


def _held(tx: Tx, workspace_id: str) -> list[StoredRecord]:
    held = [
        one
        for entity, states in _HELD.items()
        for one in records_of_kind(tx, workspace_id, entity)
        if one.fields.get("state") in states
    ]
    switches = records_of_kind(tx, workspace_id, "flags")
    return [*(one for one in switches if _stops_mail(one)), *held]


def _stops_mail(switch: StoredRecord) -> bool:
    return switch.fields.get("key") == Flag.FOLLOW_UP and switch.fields.get("on") is False


def recall_mail(tx: Tx, memory: MailMemory) -> None:
    """Have what was restored send nothing again that has left, and nobody who wants none.

    Where nothing is known of the time since the backup, each mail that was to leave in it is shown
    to a person first.
    """
    workspace_id, _ = repository.the_workspace(tx)
    is_ours = memory.workspace_id == workspace_id
    if is_ours:
        for put_back, rows in zip(_PUT_BACK, memory.rows, strict=True):
            put_back.run(tx, rows)
        _hold_again(tx, workspace_id, memory.held)
    with RecordBatch(tx, workspace_id) as batch:
        for message in records_of_kind(tx, workspace_id, "follow_up_messages"):
            effect = repository.effect_of(tx, message.id) if is_ours else None
            if effect is not None and message.fields.get("state") in _MAY_HAVE_LEFT:
                _write(batch, message, as_it_left(effect))
                due.plan(tx, KIND, message.id, due_at=tx.now)
            elif not is_ours and _was_to_leave(tx, message):
                held = {"state": MessageState.NEEDS_APPROVAL.value, "waits": _MAYBE}
                _write(batch, message, held)


def _hold_again(tx: Tx, workspace_id: str, held: Iterable[StoredRecord]) -> None:
    """Have nothing leave that was stopped, put off or taken back since the backup was made."""
    with RecordBatch(tx, workspace_id) as batch:
        for record in held:
            now = batch.read(record.entity, record.id)
            if now is not None and _lets_mail_leave(now):
                # A text that a person has written stays theirs.
                said = {name: record.fields.get(name) for name in _SAID if name in record.fields}
                _write(batch, record, said)
            elif now is None and _is_of_here(batch, record):
                _write(batch, record, record.fields)


def _lets_mail_leave(record: StoredRecord) -> bool:
    state = record.fields.get("state")
    if record.entity == "enrolments":
        return (state or EnrolmentState.ACTIVE) in LIVE
    return record.entity == "flags" or state in UNSENT


def _is_of_here(batch: RecordBatch, held: StoredRecord) -> bool:
    """Whether a record that the backup does not have goes with what it has."""
    if held.entity == "follow_up_messages":
        return batch.read("enrolments", str(held.fields.get("enrolment_id"))) is not None
    return held.entity == "flags"


def as_it_left(effect: Effect) -> Fields:
    """Where a mail stands that was handed over: sent, or still to be heard of."""
    if effect.provider_id is None:
        return {"state": MessageState.SENDING.value}
    return {
        "state": MessageState.SENT.value,
        "provider_id": effect.provider_id,
        "sent_at": format_instant(effect.first_tried_at),
        "error": None,
        "waits": None,
    }


def _was_to_leave(tx: Tx, message: StoredRecord) -> bool:
    due_at = message.fields.get("due")
    is_queued = message.fields.get("state") == MessageState.QUEUED
    return is_queued and isinstance(due_at, str) and parse_instant(due_at) <= tx.now


def _write(batch: RecordBatch, message: StoredRecord, fields: Fields) -> None:
    batch.write(message.entity, message.id, fields=fields, author=_SERVER)
