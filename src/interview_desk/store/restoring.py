"""A server restored from a backup: what it acknowledged lately is sent once more."""

import json
from datetime import datetime

from interview_desk.domain.merge import base_after_restore
from interview_desk.store.connection import Connection
from interview_desk.store.meta import set_meta
from interview_desk.store.news import News
from interview_desk.store.outbox import SENT_AGAIN
from interview_desk.store.projection import instant_milliseconds, to_json
from interview_desk.store.rows import show


def keep_for_new_epoch(connection: Connection) -> None:
    """Turn every note's confirmed state into one own update that waits to be sent.

    Until everything of the new epoch is here, nothing is sent.
    """
    # Only this rare path needs the text engine, which start-up must not wait for.
    from interview_desk.notes.updates import merge

    docs = connection.execute("SELECT DISTINCT doc FROM note_updates").fetchall()
    for (doc,) in docs:
        confirmed = connection.execute(
            "SELECT body FROM note_updates WHERE doc = ? ORDER BY seq", (doc,)
        ).fetchall()
        own = connection.execute(
            "SELECT body FROM own_note_updates WHERE doc = ? ORDER BY position", (doc,)
        ).fetchall()
        state = merge(bytes(row[0]) for row in (*confirmed, *own))
        connection.execute("DELETE FROM own_note_updates WHERE doc = ?", (doc,))
        connection.execute("DELETE FROM note_updates WHERE doc = ?", (doc,))
        connection.execute("INSERT INTO own_note_updates (doc, body) VALUES (?, ?)", (doc, state))
    connection.execute(
        "UPDATE own_note_updates SET n = NULL, state = 'waiting' "
        "WHERE state IN ('waiting', 'taken')"
    )
    connection.execute("UPDATE notes SET seq = 0, known_seq = 0, last_n = 0, taken_seq = NULL")
    set_meta(connection, "restoring", value=True)


def send_again(connection: Connection, news: News, *, now: datetime) -> None:
    """Put what was acknowledged in the last days back in the outbox, before what waits.

    Each base is set by comparing what its author saw with the row as it is now.
    """
    since = instant_milliseconds(now - SENT_AGAIN)
    again = connection.execute(
        "SELECT op, entity, id, fields, seen FROM acknowledged WHERE at >= ? ORDER BY position",
        (since,),
    ).fetchall()
    waiting = connection.execute(
        "SELECT op, entity, id, fields, seen FROM outbox WHERE state = 'waiting' ORDER BY position"
    ).fetchall()
    connection.execute("DELETE FROM outbox")
    connection.execute("DELETE FROM acknowledged")
    for op, entity, record_id, fields, seen in (*again, *waiting):
        connection.execute(
            "INSERT INTO outbox (op, entity, id, fields, base, seen) VALUES (?, ?, ?, ?, ?, ?)",
            (op, entity, record_id, fields, _new_base(connection, entity, record_id, seen), seen),
        )
    for entity, record_id in {(row[1], row[2]) for row in (*again, *waiting)}:
        show(connection, news, entity=entity, record_id=record_id)


def _new_base(connection: Connection, entity: str, record_id: str, seen: str) -> str:
    row = connection.execute(
        "SELECT fields, versions FROM records WHERE entity = ? AND id = ?", (entity, record_id)
    ).fetchone()
    fields, versions = (json.loads(row[0]), json.loads(row[1])) if row else ({}, {})
    bases = {
        name: base_after_restore(was, fields.get(name), ver=versions.get(name, 0))
        for name, was in json.loads(seen).items()
    }
    return to_json({name: ver for name, ver in bases.items() if ver})
