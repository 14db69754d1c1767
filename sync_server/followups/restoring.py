"""What a restored backup cannot know: which mails have left since it was made, and who wants none.

The database that it takes the place of knows, where there still is one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.sequences.messages import UNSENT, MessageState
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
_MAYBE = (
    "This server was restored from a backup. Look whether this mail has arrived meanwhile "
    "before you approve it."
)


@dataclass(frozen=True, slots=True)
class MailMemory:
    """What left of whose mail, and who is never written to, as the rows of one server."""

    workspace_id: str | None
    rows: Sequence[Sequence[Mapping[str, Any]]]


def remember_mail(tx: Tx) -> MailMemory:
    """What is known before a backup takes the place of everything."""
    rows = [[*map(dict, tx.connection.execute(sa.select(one)).mappings())] for one in _TABLES]
    return MailMemory(tx.connection.execute(sa.select(workspace.c.id)).scalar(), rows)


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
    with RecordBatch(tx, workspace_id) as batch:
        for message in records_of_kind(tx, workspace_id, "follow_up_messages"):
            effect = repository.effect_of(tx, message.id) if is_ours else None
            if effect is not None and message.fields.get("state") in _MAY_HAVE_LEFT:
                _write(batch, message, as_it_left(effect))
                due.plan(tx, KIND, message.id, due_at=tx.now)
            elif not is_ours and _was_to_leave(tx, message):
                held = {"state": MessageState.NEEDS_APPROVAL.value, "waits": _MAYBE}
                _write(batch, message, held)


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
