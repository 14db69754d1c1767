"""Records that turn out to have another id: what waits to be sent speaks of that one."""

import json
from collections.abc import Mapping

from interview_desk.domain.values import Json
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.projection import to_json
from interview_desk.store.rows import show


def rename(connection: Connection, news: News, names: Mapping[str, str]) -> None:
    """Put the new ids wherever the old ones stand: as a record's own, in a value, as a key.

    An edit whose answer is still out stays as it was sent.
    """
    if not names:
        return
    for position, entity, record_id, fields, seen in connection.execute(
        "SELECT position, entity, id, fields, seen FROM outbox "
        "WHERE state = 'waiting' AND n IS NULL ORDER BY position"
    ).fetchall():
        renamed = names.get(record_id, record_id)
        texts = (_renamed(fields, names), _renamed(seen, names))
        if (renamed, *texts) != (record_id, fields, seen):
            connection.execute(
                "UPDATE outbox SET id = ?, fields = ?, seen = ? WHERE position = ?",
                (renamed, *texts, position),
            )
            if renamed != record_id:
                # Nobody has seen a version of the other record.
                connection.execute(
                    "UPDATE outbox SET base = '{}', seen = '{}' WHERE position = ?", (position,)
                )
            for shown in {record_id, renamed}:
                show(connection, news, entity=entity, record_id=shown)


def follow_merges(connection: Connection, news: News, merged: Mapping[str, str]) -> None:
    """Point what waits on interviews that went up in others to those (merged -> into)."""
    if not merged or not connection.execute("SELECT 1 FROM outbox LIMIT 1").fetchone():
        return
    # Only where both devices must agree on an id does it name the interview.
    from interview_desk.domain.ids import answer_id, assignment_id, sheet_id

    names = dict(merged)
    for record_id, interview, field, member in connection.execute(
        "SELECT id, fields->>'interview_id', fields->>'field', fields->>'member_id' FROM outbox "
        "WHERE entity IN ('interview_answers', 'rating_sheets', 'interview_assignments') "
        "AND NOT EXISTS "
        "(SELECT 1 FROM records WHERE records.entity = outbox.entity "
        "AND records.id = outbox.id AND ver > 0)"
    ).fetchall():
        into = merged.get(interview)
        for make, part in ((answer_id, field), (sheet_id, member), (assignment_id, member)):
            if into is not None and part is not None and make(interview, part) == record_id:
                names[record_id] = make(into, part)
    rename(connection, news, names)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return to_json(_replaced(json.loads(text), names))


def _replaced(value: Json, names: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {names.get(key, key): _replaced(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, names) for item in value]
    return value
