"""How many mails stand where, known without opening every mail each time somebody asks."""

from collections import Counter
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from interview_desk.domain.sequences.messages import MessageState
from sync_server.followups import repository
from sync_server.infra.crypto import KeysUnusable
from sync_server.infra.database import Database, Tx
from sync_server.models.records import records
from sync_server.sync.read import opened

UNREADABLE = "unreadable"
_COUNTS: "WeakKeyDictionary[Database, MailCount]" = WeakKeyDictionary()


def mail_count_of(database: Database) -> "MailCount":
    """The count of this database's mails, the same for all who ask."""
    return _COUNTS.setdefault(database.itself, MailCount())


class MailCount:
    """Remembers where each mail stood, and opens those that have changed since; for any thread."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self._seen = -1
        self._lock = Lock()

    def by_state(self, tx: Tx) -> dict[str, int]:
        """How many mails stand in each state in which there is one."""
        workspace_id, _ = repository.the_workspace(tx)
        of_mail = sa.and_(
            records.c.workspace_id == workspace_id, records.c.entity == "follow_up_messages"
        )
        with self._lock:
            self._catch_up(tx, of_mail)
            if len(self._states) != _living(tx, of_mail):
                # What is erased for good is gone without a word.
                self._states, self._seen = {}, -1
                self._catch_up(tx, of_mail)
            return dict(Counter(self._states.values()))

    def _catch_up(self, tx: Tx, of_mail: sa.ColumnElement[bool]) -> None:
        changed = sa.select(records).where(of_mail, records.c.ver > self._seen)
        for row in tx.connection.execute(changed.order_by(records.c.ver)):
            self._seen = row.ver
            if row.deleted_at is not None:
                self._states.pop(row.id, None)
            else:
                self._states[row.id] = _state(tx, row)


def _state(tx: Tx, row: Any) -> str:
    try:
        state = opened(tx.vault, row).fields.get("state")
        return MessageState(str(state or MessageState.QUEUED)).value
    except (KeysUnusable, ValueError):
        # One damaged row is a number, and no reason to tell none.
        return UNREADABLE


def _living(tx: Tx, of_mail: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(records)
    number: int = tx.connection.execute(
        query.where(of_mail, records.c.deleted_at.is_(None))
    ).scalar_one()
    return number
