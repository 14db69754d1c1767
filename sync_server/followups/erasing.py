"""Forgetting the mail to guests who were erased."""

from collections.abc import Collection

import sqlalchemy as sa

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
