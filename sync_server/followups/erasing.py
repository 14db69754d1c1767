"""Forgetting the mail to guests who were erased."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.erasure import names_one
from sync_server.infra.database import Tx
from sync_server.models.mail import mail_effects, mail_events


def forget_mail(tx: Tx, message_ids: Collection[str]) -> int:
    """Wipe the letters of these messages and what was told about them; how many rows that were.

    Nothing of it is sent again: the messages are gone. Who is never to be written to stays so.
    """
    of_these = mail_effects.c.message_id.in_([*message_ids])
    known = sa.select(mail_effects.c.provider_id).where(of_these)
    told = sa.delete(mail_events).where(mail_events.c.provider_id.in_(known))
    letters = sa.delete(mail_effects).where(of_these)
    return sum(tx.connection.execute(gone).rowcount for gone in (told, letters))


def forget_news(tx: Tx, emails: frozenset[str]) -> int:
    """Wipe what the provider told of these addresses and no mail of ours is known for."""
    waiting = sa.select(mail_events).where(mail_events.c.state == "waiting")
    ids = [row.id for row in tx.connection.execute(waiting) if names_one(_text(tx, row), emails)]
    gone = sa.delete(mail_events).where(mail_events.c.id.in_(ids))
    return tx.connection.execute(gone).rowcount


def _text(tx: Tx, row: Any) -> str:
    return tx.vault.open(row.body, table="mail_events", row=row.id, column="body")
